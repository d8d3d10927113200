# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core import money


class DisputePayment(models.Model):
    """A payment that is disputed."""

    _inherit = "account.payment"

    def _kash_stripe_dispute_available(self):
        """Set what can be given back: what the bank took is not given back too."""
        taken = (
            self.env["kash.stripe.dispute"]
            .sudo()
            .search(
                [
                    ("transaction_id", "in", self._origin.payment_transaction_id.ids),
                    ("phase", "in", ["open", "lost"]),
                    ("refundable", "=", False),
                ]
            )
        )
        by_transaction = taken.grouped("transaction_id")
        for payment in self.filtered(
            lambda payment: payment._origin.payment_transaction_id in by_transaction
        ):
            tx = payment._origin.payment_transaction_id.sudo()
            disputes = by_transaction[tx]
            disputed = money.to_major(
                sum(disputes.mapped("amount")), disputes[:1].currency_code
            )
            left = payment.amount_available_for_refund - float(disputed)
            # The payment's own currency may be empty, on its form.
            payment.amount_available_for_refund = tx.currency_id.round(max(left, 0.0))
