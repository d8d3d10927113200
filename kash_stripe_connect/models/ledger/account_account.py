# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
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

    @api.constrains("active")
    def _check_kash_stripe_in_use(self):
        """Nothing is recorded on an archived account."""
        self.filtered(lambda ledger: not ledger.active)._kash_stripe_refuse_in_use()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kash_stripe(self):
        self._kash_stripe_refuse_in_use()

    def _kash_stripe_refuse_in_use(self):
        """Refuse what would take accounts from a connected Stripe account.

        :raises UserError: one of these is what it records on
        """
        names = ["clearing_account_id", "fee_account_id", *LEDGER_FIELDS]
        names.append("currency_ids.clearing_account_id")
        used = Domain.OR(Domain(name, "in", self.ids) for name in names)
        accounts = self.env["kash.stripe.account"].sudo()
        found = accounts.search(Domain("connected", "=", True) & used, limit=1)
        if found:
            raise UserError(
                self.env._(
                    "%(account)s is one of the accounts that %(stripe)s is recorded on."
                    " Choose another one there, or disconnect Stripe first.",
                    account=self[:1].display_name,
                    stripe=found.display_name,
                )
            )
