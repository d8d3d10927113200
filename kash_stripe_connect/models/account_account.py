# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.constrains("account_type", "reconcile", "currency_id")
    def _check_kash_stripe(self):
        """What fits Stripe when it is chosen must go on fitting."""
        accounts = self.env["kash.stripe.account"].sudo()
        accounts.search([("clearing_account_id", "in", self.ids)])._check_books()
        accounts.search(
            [
                "|",
                "|",
                "|",
                ("unallocated_account_id", "in", self.ids),
                ("disputed_account_id", "in", self.ids),
                ("transit_account_id", "in", self.ids),
                ("suspense_account_id", "in", self.ids),
            ]
        )._check_ledger()
