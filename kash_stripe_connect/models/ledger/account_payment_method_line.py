# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ...const import PROVIDER_CODE


class LedgerMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    @api.constrains("payment_account_id", "payment_provider_id")
    def _check_kash_stripe_clearing(self):
        """A payment is posted to this account: only clearing keeps the proof."""
        if self.env.context.get("kash_stripe_writer"):
            return
        for line in self._kash_stripe_lines():
            accounts = line.sudo().payment_provider_id.kash_stripe_account_ids
            clearing = accounts.clearing_account_id
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
        return self.filtered(
            lambda line: (
                line.sudo().payment_provider_id.code == PROVIDER_CODE
                and line.journal_id
            )
        )
