# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import format_date

from ...const import PROVIDER_CODE
from ...core import days
from ..payment.payment_transaction import ANNOUNCING


class KashStripeUnrecordedWords(models.AbstractModel):
    """What other providers have taken and is in no book, in words.

    Odoo gives up after some days; from then on the invoice is asked for again.
    """

    _name = "kash.stripe.unrecorded.words"
    _description = "Paid Otherwise and Not in the Books, in Words"

    @api.model
    def _unrecorded(self, account):
        """Return (sudo) payments of invoices that are open, or that Stripe settled.

        Not what was given back since, or registered by hand.
        """
        attempts = self.env["payment.transaction"].sudo()
        counted = [*ANNOUNCING, PROVIDER_CODE]
        done = attempts.search(
            [
                ("company_id", "child_of", account.company_id.id),
                ("provider_id.code", "not in", counted),
                ("state", "=", "done"),
                ("operation", "!=", "refund"),
                ("payment_id", "=", False),
                ("is_post_processed", "=", False),
                ("last_state_change", "<", attempts._kash_stripe_unrecorded_since()),
            ],
            order="last_state_change, id",
        )
        # What was captured, or given back, is told of its own.
        whole = done.filtered(
            lambda tx: (
                not tx.child_transaction_ids.filtered(
                    lambda child: child.state in {"pending", "done"}
                )
            )
        )
        missed = whole.filtered(lambda tx: self._is_missed(account, tx))
        return missed - self._registered(account, missed)

    @api.model
    def _is_missed(self, account, tx):
        """Tell whether an invoice waits for the money, or got it from Stripe, too."""
        invoices = self._invoices_of(tx)
        settled_here = invoices.transaction_ids.filtered(
            lambda one: (
                one.kash_stripe_account_id == account
                and one.operation != "refund"
                and one.payment_id.state in {"in_process", "paid"}
            )
        )
        return bool(settled_here) or any(invoices.mapped("amount_residual"))

    @api.model
    def _invoices_of(self, tx):
        """Return what was paid; a capture knows it by what was authorised."""
        invoices = (tx | tx.source_transaction_id).invoice_ids
        return invoices.filtered(lambda move: move.state == "posted")

    @api.model
    def _registered(self, account, attempts):
        """Return those of which a person registered a payment since, in one query."""
        partners = attempts.partner_id.commercial_partner_id
        payments = (
            self.env["account.payment"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", account.company_id.id),
                    ("partner_id", "child_of", partners.ids),
                    ("payment_type", "=", "inbound"),
                    ("payment_transaction_id", "=", False),
                    ("state", "in", ["in_process", "paid"]),
                ]
            )
        )
        return attempts.filtered(
            lambda tx: any(
                payment.date >= self._day_of(account, tx)
                and not tx.currency_id.compare_amounts(payment.amount, tx.amount)
                for payment in payments
                if (payment.partner_id.commercial_partner_id, payment.currency_id)
                == (tx.partner_id.commercial_partner_id, tx.currency_id)
            )
        )

    @api.model
    def _day_of(self, account, tx):
        """Return the day on which the other provider had the money."""
        return days.day_in(tx.last_state_change, account._zone())

    @api.model
    def _sentence(self, account, tx):
        """Return who paid what, when and by whom, and what to do about it."""
        return self.env._(
            "%(invoices)s: %(amount)s was paid through %(provider)s on %(day)s, and is"
            " not in the books. Register that payment, or give it back there.",
            invoices=", ".join(self._invoices_of(tx).mapped("name")),
            amount=tx.currency_id.format(tx.amount),
            provider=tx.provider_id.name,
            day=format_date(self.env, self._day_of(account, tx)),
        )
