# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PaymentAccount(models.Model):
    _inherit = "kash.stripe.account"

    def _books_problem(self):
        """Return why a payment could not be recorded, None where it can.

        What would bring that about is refused; an earlier version let it pass.
        """
        self.ensure_one()
        journal = self.journal_id
        # One look at what is wanted; only what lacks something is read as a whole.
        sound = (
            self.env["account.payment.method.line"]
            .sudo()
            .search(
                [
                    ("journal_id", "=", journal.id),
                    ("journal_id.active", "=", True),
                    ("payment_type", "=", "inbound"),
                    ("payment_provider_id", "=", self.provider_id.id),
                ],
                limit=1,
            )
        )
        if sound:
            return None
        if not journal.active:
            return self.env._("Stripe's journal is archived: bring it back into use.")
        lines = journal.inbound_payment_method_line_ids
        if self.provider_id not in lines.payment_provider_id:
            return self.env._(
                "The journal %(journal)s has no payment method of Stripe's any more:"
                " choose the provider %(provider)s on one of its incoming methods.",
                journal=journal.display_name,
                provider=self.provider_id.display_name,
            )
        return None

    # === APPLY === #

    def _apply_attempts(self, *, sessions=(), charges=()):
        """Write what sessions and charges tell of our attempts; return all charges."""
        transactions = self.env["payment.transaction"]
        transactions._kash_stripe_apply_sessions(self, sessions)
        latest = (s.intent.latest_charge for s in sessions if s.intent)
        told = [charge for charge in (*latest, *charges) if charge]
        transactions._kash_stripe_apply_charges(self, told)
        transactions._kash_stripe_apply_unpaid(self, sessions)
        return told
