# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class DisputeMoveLine(models.Model):
    """Credits whose payment the customer's bank asks back."""

    _inherit = "account.move.line"

    def _kash_stripe_disputed(self):
        """Return {line id: all that is open of it} where its payment is disputed.

        Until the bank has decided, and a loss is in the books.
        """
        # Who nets need not see disputes; of them an amount is told.
        lines = self.sudo()
        disputes = (
            self.env["kash.stripe.dispute"]
            .sudo()
            ._undecided(lines.move_id.origin_payment_id.payment_transaction_id)
        )
        return {
            line.id: -line.amount_residual_currency
            for line in lines
            if line.move_id.origin_payment_id.payment_transaction_id
            & disputes.transaction_id
        }
