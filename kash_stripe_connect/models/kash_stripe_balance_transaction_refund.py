# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeBalanceTransaction(models.Model):
    """Rows that bring the money of a failed refund back."""

    _inherit = "kash.stripe.balance.transaction"

    failed_refund_id = fields.Many2one(
        "payment.transaction",
        compute="_compute_failed_refund_id",
        compute_sudo=True,
        help="The refund whose money the row brings back.",
    )

    @api.depends("account_id", "source_id")
    def _compute_failed_refund_id(self):
        """Find the refunds of all rows in one query."""
        refunds = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "in", self.account_id.ids),
                ("kash_stripe_refund_id", "in", self.mapped("source_id")),
            ]
        )
        found = {
            (tx.kash_stripe_account_id, tx.kash_stripe_refund_id): tx for tx in refunds
        }
        for row in self:
            row.failed_refund_id = found.get((row.account_id, row.source_id))

    def _can_be_taken_back(self):
        """Tell whether the refund is known, and not of a branch: that is by hand."""
        refund = self.failed_refund_id
        branch = refund.payment_id.company_id - self.account_id.company_id
        return bool(refund) and not branch
