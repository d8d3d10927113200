# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ...const import PROVIDER_CODE
from ..base.records import changes

# What makes a line the one that a journal's Stripe payments go through.
_BONDS = {"payment_provider_id", "journal_id", "payment_method_id"}


class LedgerMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    def write(self, vals):
        """A connected account keeps the line its payments are recorded through."""
        if not self.env.context.get("kash_stripe_writer"):
            self._kash_stripe_check_bonds(vals)
        return super().write(vals)

    def _kash_stripe_check_bonds(self, vals):
        connected = self._kash_stripe_lines().filtered(
            lambda line: line.journal_id._kash_stripe_connected()
        )
        if changes(connected, vals, _BONDS):
            raise UserError(
                self.env._(
                    "Stripe's payments are recorded through %(line)s: it keeps its"
                    " provider and its journal. Disconnect Stripe first.",
                    line=connected[:1].display_name,
                )
            )

    @api.constrains("payment_account_id", "payment_provider_id")
    def _check_kash_stripe_clearing(self):
        """A payment is posted to this account: only clearing keeps the proof."""
        if self.env.context.get("kash_stripe_writer"):
            return
        for line in self._kash_stripe_lines():
            accounts = line.sudo().payment_provider_id.kash_stripe_account_ids
            others = line.sudo().journal_id.kash_stripe_currency_ids
            clearing = accounts.clearing_account_id or others.clearing_account_id
            if clearing and line.payment_account_id != clearing:
                raise ValidationError(
                    self.env._(
                        "Stripe payments are recorded in %(account)s. Change it as"
                        " Record Payments In on the Stripe account.",
                        account=clearing.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kash_stripe(self):
        if not self.env.context.get("kash_stripe_writer") and self._kash_stripe_lines():
            raise UserError(
                self.env._("The Stripe journal needs its payment method to record.")
            )

    def _kash_stripe_lines(self):
        """Return the lines that Stripe's payments are recorded through.

        In another currency than the company's that is the journal's first one.
        """
        return self.filtered(
            lambda line: (
                line.journal_id
                and (
                    line.sudo().payment_provider_id.code == PROVIDER_CODE
                    or line._kash_stripe_is_of_currency()
                )
            )
        )

    def _kash_stripe_is_of_currency(self):
        journal = self.sudo().journal_id
        first = journal.inbound_payment_method_line_ids[:1]
        return bool(journal.kash_stripe_currency_ids) and self == first
