# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class KashStripeEffect(models.TransientModel):
    """What a dialog does to one ledger account, before it is done."""

    _name = "kash.stripe.effect"
    _inherit = "kash.stripe.wall"
    _description = "Effect On An Account"

    # A name: an account that recording would make is gone again after the preview.
    account = fields.Char(readonly=True)
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    before = fields.Monetary(readonly=True)
    change = fields.Monetary(readonly=True)
    after = fields.Monetary(readonly=True)
