# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..const import PROVIDER_CODE


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _compute_amount_available_for_refund(self):
        """Override of `account_payment`: every refund counts that has not failed.

        One that Stripe has and the books have not yet would be given back twice; one
        that failed is in the books, and was not given back.
        """
        result = super()._compute_amount_available_for_refund()
        for payment in self:
            tx = payment.payment_transaction_id.sudo()
            if tx.provider_code != PROVIDER_CODE or tx.operation == "refund":
                continue
            payment.amount_available_for_refund = tx._kash_stripe_refundable()
        return result
