# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class MirrorTransaction(models.Model):
    _inherit = "payment.transaction"
    kash_stripe_row_ids = fields.One2many(
        "kash.stripe.balance.transaction",
        "transaction_id",
        "Balance Transactions",
        readonly=True,
    )
