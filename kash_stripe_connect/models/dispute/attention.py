# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import format_date

from ..account.attention import Reason

# The activity is due this long before the last day to answer.
_AHEAD = timedelta(days=2)


class KashStripeAttentionDispute(models.AbstractModel):
    """Disputes that somebody has to answer; due ahead of the first deadline."""

    _name = "kash.stripe.attention.dispute"
    _inherit = "kash.stripe.attention"
    _description = "Disputes to Answer"

    _rule_order = 80
    _activity_type = "mail_activity_type_dispute"

    def _reason(self, account):
        asked = self._to_answer(account)
        day = asked[:1]._due_day()
        text = self.env._(
            "Disputes that want an answer: %(count)s, the first until %(day)s.",
            count=len(asked),
            day=format_date(self.env, day),
        )
        return Reason(len(asked), text, day - _AHEAD if day else None)

    def _to_answer(self, account):
        """Return the disputes that wait for an answer, the most urgent first."""
        disputes = self.env["kash.stripe.dispute"]
        domain = disputes._waiting_for_answer()
        return disputes.search(
            [*domain, ("account_id", "=", account.id)], order="due_by"
        )
