# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class HooksPayment(models.Model):
    """What several rooms know of how much can be given back."""

    _inherit = "account.payment"

    def _compute_amount_available_for_refund(self):
        """Override of `account_payment`: less what is refunded or disputed already."""
        result = super()._compute_amount_available_for_refund()
        self._kash_stripe_refund_available()
        self._kash_stripe_dispute_available()
        return result
