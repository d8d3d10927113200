# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeAccountWizard(models.AbstractModel):
    """A dialog about one Stripe account, for those who may manage it."""

    _name = "kash.stripe.account.wizard"
    _description = "Dialog About a Stripe Account"

    account_id = fields.Many2one("kash.stripe.account", required=True, readonly=True)

    @api.constrains("account_id")
    def _check_account(self):
        """Another company's account is refused as soon as it is named."""
        for wizard in self:
            wizard.account_id._check_may_manage()
