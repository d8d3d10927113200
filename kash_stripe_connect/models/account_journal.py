# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..const import PROVIDER_CODE


class AccountJournal(models.Model):
    _inherit = "account.journal"

    kash_stripe_account_ids = fields.One2many(
        "kash.stripe.account", "journal_id", string="Stripe Accounts"
    )

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """Override of `account`: on our card stand the ledger and Stripe, side by side.

        Odoo's own *Balance* counts payments only, without the fees.
        """
        result = super()._fill_bank_cash_dashboard_data(dashboard_data)
        accounts = self.sudo().kash_stripe_account_ids.filtered("clearing_account_id")
        balances = accounts._clearing_balances()
        for account in accounts:
            dashboard_data[account.journal_id.id]["kash_stripe"] = (
                account._prepare_dashboard_card(balances[account.id])
            )
        return result

    def _get_available_payment_method_lines(self, payment_type):
        """Override of `account`: nobody enters Stripe's money by hand.

        A payment typed into Register Payment would move clearing without a row of
        Stripe's behind it; only the booking, which says so in its context, may.
        """
        lines = super()._get_available_payment_method_lines(payment_type)
        if self.env.context.get("kash_stripe_writer"):
            return lines
        return lines.filtered(
            lambda line: line.sudo().payment_provider_id.code != PROVIDER_CODE
        )
