# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeAccountWizard(models.AbstractModel):
    """A dialog about one Stripe account, for those who may manage it."""

    _name = "kash.stripe.account.wizard"
    _inherit = "kash.stripe.wall"
    _description = "Dialog About a Stripe Account"

    account_id = fields.Many2one("kash.stripe.account", required=True, readonly=True)

    @api.model
    def default_get(self, fields_list):
        """Begin with what is."""
        values = super().default_get(fields_list)
        account = self.env["kash.stripe.account"].browse(values.get("account_id"))
        if not account:
            return values
        return {**values, **self._defaults_of(account)}

    @api.model
    def _defaults_of(self, account):
        """Return what the dialog begins with for an account."""
        return {}

    @api.constrains("account_id")
    def _check_account(self):
        """Another company's account is refused as soon as it is named."""
        for wizard in self:
            wizard.account_id._check_may_manage()
