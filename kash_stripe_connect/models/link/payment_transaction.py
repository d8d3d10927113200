# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class LinkTransaction(models.Model):
    _inherit = "payment.transaction"
    kash_stripe_link_id = fields.Many2one(
        "kash.stripe.pay.link", "Payment Link", readonly=True, index="btree_not_null"
    )
