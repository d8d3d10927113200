# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PayoutBalanceTransaction(models.Model):
    """The payout a row left with."""

    _inherit = "kash.stripe.balance.transaction"

    payout_id = fields.Many2one(
        "kash.stripe.payout",
        "Left With",
        readonly=True,
        index="btree_not_null",
        help="The payout that took it to the bank, as far as Stripe says so.",
    )

    def _posted_lines(self):
        """Return the counterparts of the rows that stand in the books."""
        return self.entry_line_id.filtered(lambda line: line.parent_state == "posted")
