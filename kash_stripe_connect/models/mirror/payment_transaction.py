# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class MirrorTransaction(models.Model):
    _inherit = "payment.transaction"
    kash_stripe_row_ids = fields.One2many(
        "kash.stripe.balance.transaction",
        "transaction_id",
        "Balance Transactions",
        readonly=True,
    )

    @api.model
    def _kash_stripe_without_row(self, account):
        """Return what was paid, or given back, and has no row yet."""
        return self.search(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("state", "=", "done"),
                ("kash_stripe_reversed", "=", False),
                ("kash_stripe_row_ids", "=", False),
            ]
        )
