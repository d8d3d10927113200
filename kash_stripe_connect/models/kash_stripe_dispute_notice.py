# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models

from ..core import days, money

# An inquiry that becomes a dispute: its money goes long after it was opened.
_LATER = timedelta(hours=1)


class KashStripeDispute(models.Model):
    """Telling the business of disputes, and of debits that a bank returned."""

    _inherit = "kash.stripe.dispute"

    def _notify(self, account):
        """Give notice of each: when it opens, and when an inquiry takes the money."""
        news = [news for dispute in self for news in dispute._prepare_news()]
        self.env["kash.stripe.notice"]._apply_news(account, news)

    def _prepare_news(self):
        """Return the facts of one dispute for ``kash.stripe.notice._apply_news``."""
        self.ensure_one()
        amount = money.to_major(self.amount, self.currency_code)
        fact = {
            "kind": "debit_returned" if self._is_return() else "dispute_opened",
            "key": self.dispute_id,
            "happened_at": self.opened_at,
            "record": self,
            "transaction": self.transaction_id,
            "amount": float(amount),
            "currency": self.currency_id,
            "reason": self.reason_text,
            "due_on": self._due_day(),
        }
        rows = self._expected()
        withdrawn = days.utc(min(row.created for row in rows)) if rows else None
        if not withdrawn or withdrawn < self.opened_at + _LATER:
            return [fact]
        taken = {"key": f"{self.dispute_id}/withdrawn", "happened_at": withdrawn}
        return [fact, {**fact, **taken}]
