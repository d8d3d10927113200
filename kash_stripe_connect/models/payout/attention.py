# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..account.attention import Reason


class KashStripeAttentionPayout(models.AbstractModel):
    """Payouts that came back, and those whose rows do not make them."""

    _name = "kash.stripe.attention.payout"
    _inherit = "kash.stripe.attention"
    _description = "Payouts That Came Back or Differ"

    _rule_order = 60
    _activity_type = "mail_activity_type_payout"

    def _reason(self, account):
        payouts = self.env["kash.stripe.payout"]
        mine = [("account_id", "=", account.id)]
        latest = payouts.search([*mine, ("status", "!=", "canceled")], limit=1)
        failed = latest.filtered(lambda payout: payout.status == "failed")
        count = len(failed) + payouts.search_count([*mine, ("differs", "=", True)])
        text = self.env._(
            "Stripe payouts that came back or do not agree with their rows: %(count)s."
            " See why.",
            count=count,
        )
        return Reason(count, text)


class KashStripeAttentionByHand(models.AbstractModel):
    """Payouts and fees that a person wants to record."""

    _name = "kash.stripe.attention.by.hand"
    _inherit = "kash.stripe.attention"
    _description = "Payouts and Fees to Record by Hand"

    _rule_order = 70
    _activity_type = "mail_activity_type_by_hand"

    def _reason(self, account):
        count = account._count_by_hand()
        text = self.env._(
            "Stripe payouts and fees to record by hand: %(count)s.",
            count=count,
        )
        return Reason(count, text)
