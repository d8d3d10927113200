# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..account.attention import Reason


class KashStripeAttentionRefund(models.AbstractModel):
    """Refunds that no credit note corrects the tax of."""

    _name = "kash.stripe.attention.refund"
    _inherit = "kash.stripe.attention"
    _description = "Refunds Without a Credit Note"

    _rule_order = 40
    _activity_type = "mail_activity_type_refund"

    def _reason(self, account):
        count = self.env["kash.stripe.balance.transaction"].search_count(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("payment_id.payment_type", "=", "outbound"),
                ("transaction_id.state", "!=", "error"),
                ("payment_id.is_reconciled", "=", False),
            ]
        )
        text = self.env._(
            "Refunds without a credit note: %(count)s. VAT is not corrected yet.",
            count=count,
        )
        return Reason(count, text)
