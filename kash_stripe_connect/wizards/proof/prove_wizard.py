# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class KashStripeProveWizard(models.TransientModel):
    """Choose a day, past or present, and prove it."""

    _name = "kash.stripe.prove.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Prove a Day"

    account_id = fields.Many2one(readonly=False, default=lambda self: self._account())
    day = fields.Date(required=True, default=lambda self: self._yesterday())

    @api.model
    def _account(self):
        return self.env.company._kash_stripe_connected_account().sudo(False)

    @api.model
    def _yesterday(self):
        return fields.Date.subtract(self.env.company._kash_stripe_today(), days=1)

    def action_prove(self):
        """Ask Stripe, compute the day, show it."""
        self._check_one()
        self.account_id._check_may_manage()
        if self.day > self.account_id.company_id._kash_stripe_today():
            raise UserError(self.env._("This day has not come yet."))
        account = self.account_id.sudo()
        account._pull_balance_for_proof()
        proofs = self.env["kash.stripe.proof"].sudo()._prove(account, [self.day])
        return proofs.sudo(False)._get_records_action()
