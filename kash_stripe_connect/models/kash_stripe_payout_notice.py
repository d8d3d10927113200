# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from datetime import time as clock_time

from odoo import fields, models


class KashStripePayout(models.Model):
    """Telling the business of payouts that did not arrive."""

    _inherit = "kash.stripe.payout"

    def _notify_failed(self, account):
        """Give notice of payouts that did not arrive."""
        ended = self._failed_at(account)
        self.env["kash.stripe.notice"]._apply_news(
            account,
            [
                {
                    "kind": "payout_failed",
                    "key": payout.payout_id,
                    "happened_at": ended[payout],
                    "record": payout,
                    "amount": abs(payout.total),
                    "currency": payout.currency_id,
                    "reason": payout.failure_text,
                }
                for payout in self
            ],
        )

    def _failed_at(self, account):
        """Return {payout: when it failed}: by the row that took it back, or the bell.

        Without both, the day it was to arrive; at the latest now.
        """
        own, now, ended = self._own_rows(), fields.Datetime.now(), {}
        rung = dict(
            self.env["kash.stripe.event"]._read_group(
                [
                    ("account_id", "=", account.id),
                    ("subject_id", "in", self.mapped("payout_id")),
                ],
                ["subject_id"],
                ["stripe_created:max"],
            )
        )
        for payout in self:
            rows = own.get(payout._key(), own[None])
            failures = rows.filtered(lambda row: row.type == "payout_failure")
            expected = datetime.combine(payout.arrival_date, clock_time.min)
            moment = failures[:1].created_at or rung.get(payout.payout_id) or expected
            ended[payout] = min(moment, now)
        return ended
