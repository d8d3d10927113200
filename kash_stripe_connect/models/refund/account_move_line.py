# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class RefundMoveLine(models.Model):
    """Credits that a refund gives back, in the books or not yet."""

    _inherit = "account.move.line"

    def _kash_stripe_given_back(self):
        """Return {line id: what refunds give back of it, and are not matched with}.

        One may wait for bank details for weeks.
        """
        # Who nets need not see payments; of them an amount is told.
        amounts = {
            line.id: sum(
                map(abs, line.move_id._kash_stripe_refunds_to_match().mapped("amount"))
            )
            for line in self.sudo()
        }
        return {line_id: amount for line_id, amount in amounts.items() if amount}
