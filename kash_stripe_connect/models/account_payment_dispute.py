# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core import money


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _compute_amount_available_for_refund(self):
        """Override of `account_payment`: what the bank took is not given back too."""
        result = super()._compute_amount_available_for_refund()
        taken = (
            self.env["kash.stripe.dispute"]
            .sudo()
            .search(
                [
                    ("transaction_id", "in", self.payment_transaction_id.ids),
                    ("phase", "in", ["open", "lost"]),
                    ("refundable", "=", False),
                ]
            )
        )
        for tx, disputes in taken.grouped("transaction_id").items():
            payment = self.filtered(lambda p, tx=tx: p.payment_transaction_id == tx)
            disputed = sum(disputes.mapped("amount"))
            left = payment.amount_available_for_refund - float(
                money.to_major(disputed, disputes[:1].currency_code)
            )
            payment.amount_available_for_refund = payment.currency_id.round(
                max(left, 0.0)
            )
        return result
