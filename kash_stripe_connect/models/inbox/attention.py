# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core.events import LISTED
from ..account.attention import Reason


class KashStripeAttentionUnread(models.AbstractModel):
    """Things at Stripe that could not be read or written, tried often enough or not."""

    _name = "kash.stripe.attention.unread"
    _inherit = "kash.stripe.attention"
    _description = "Things at Stripe Nobody Could Read"

    _rule_order = 35
    _activity_type = "mail_activity_type_unread"

    def _reason(self, account):
        count = self.env["kash.stripe.event"].search_count(
            [
                ("account_id", "=", account.id),
                "|",
                ("state", "=", "failed"),
                "&",
                ("state", "=", "new"),
                ("type", "=like", f"{LISTED}%"),
            ]
        )
        text = self.env._(
            "Things at Stripe that could not be read: %(count)s. See why under Events.",
            count=count,
        )
        return Reason(count, text)
