# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How Stripe's movements are written into the books."""

    _inherit = "res.config.settings"

    kash_stripe_grain = fields.Selection(
        related="company_id.kash_stripe_grain", readonly=False
    )
    kash_stripe_receipts = fields.Selection(
        related="company_id.kash_stripe_receipts", readonly=False
    )
    kash_stripe_income_account_id = fields.Many2one(
        related="company_id.kash_stripe_income_account_id", readonly=False
    )
    kash_stripe_income_tax_id = fields.Many2one(
        related="company_id.kash_stripe_income_tax_id", readonly=False
    )
    kash_stripe_fee_tax = fields.Selection(
        related="company_id.kash_stripe_fee_tax", readonly=False
    )
    kash_stripe_fee_tax_id = fields.Many2one(
        related="company_id.kash_stripe_fee_tax_id", readonly=False
    )
