# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    kash_stripe_refund_without_note = fields.Selection(
        related="company_id.kash_stripe_refund_without_note", readonly=False
    )
