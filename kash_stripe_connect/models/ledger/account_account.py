# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from .account import LEDGER_FIELDS


class LedgerAccountAccount(models.Model):
    _inherit = "account.account"

    @api.constrains("account_type", "reconcile", "currency_id")
    def _check_kash_stripe(self):
        """What fits Stripe when it is chosen must go on fitting."""
        accounts = self.env["kash.stripe.account"].sudo()
        accounts.search([("clearing_account_id", "in", self.ids)])._check_books()
        used = Domain.OR(Domain(field, "in", self.ids) for field in LEDGER_FIELDS)
        accounts.search(used)._check_ledger()
