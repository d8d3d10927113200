# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..base.records import changes, fills, without_defaults

_OURS = {"kash_stripe_row_id"}


class LedgerMoveLine(models.Model):
    _inherit = "account.move.line"

    kash_stripe_row_id = fields.Many2one(
        "kash.stripe.balance.transaction",
        "Stripe Row",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The movement at Stripe this line stands for.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Which row a line stands for is ours to write."""
        if not self.env.su and any(fills(vals, _OURS) for vals in vals_list):
            raise AccessError(self.env._("Stripe's facts are not written by hand."))
        plain = without_defaults(self)
        return super(LedgerMoveLine, plain).create(vals_list)

    def write(self, vals):
        """Which row a line stands for is ours to write."""
        if not self.env.su and changes(self, vals, _OURS):
            raise AccessError(self.env._("Stripe's facts are not written by hand."))
        return super().write(vals)
