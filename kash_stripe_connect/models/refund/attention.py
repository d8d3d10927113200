# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models

from ..account.attention import Reason

# So many are said one by one.
_SAID = 20


class KashStripeAttentionRefund(models.AbstractModel):
    """Refunds that no credit note is matched with."""

    _name = "kash.stripe.attention.refund"
    _inherit = "kash.stripe.attention"
    _description = "Refunds Without a Credit Note"

    _rule_order = 40
    _activity_type = "mail_activity_type_refund"

    def _reason(self, account):
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("payment_id.payment_type", "=", "outbound"),
                ("transaction_id.state", "!=", "error"),
                ("payment_id.is_reconciled", "=", False),
            ]
        )
        said = self.env["kash.stripe.refund.words"]._sentences(rows[:_SAID])
        if len(said) == 1:
            return Reason(1, said[0], note="")
        text = self.env._(
            "Refunds that no credit note is matched with: %(count)s.", count=len(rows)
        )
        items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in said)
        return Reason(len(rows), text, note=Markup("<ul>%s</ul>") % items)
