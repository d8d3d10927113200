# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

# How far to look back: each time, each hour, each week. A thing can be listed a little
# later than the moment it carries, and may still change; reading it again is harmless.
_LOOK_BACK = {
    "rows": (timedelta(hours=2), timedelta(hours=72), timedelta(days=35)),
    # So long after its creation a payout may come back, or tell the bank's reference.
    "payouts": (timedelta(hours=2), timedelta(days=21)),
    "disputes": (timedelta(hours=2),),
}
# What remembers the longer looks, and how long each of them is enough.
_ENOUGH_FOR = (("reread_at", timedelta(hours=1)), ("deep_read_at", timedelta(days=7)))


class KashStripeStream(models.Model):
    """A kind of list that is read from Stripe, and how far it has been read."""

    _name = "kash.stripe.stream"
    _inherit = "kash.stripe.of.account"
    _description = "Stripe Stream"
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("rows", "Balance transactions"),
            ("payouts", "Payouts"),
            ("disputes", "Disputes"),
        ],
        required=True,
        readonly=True,
    )
    until = fields.Datetime(
        "Read Until", readonly=True, help="Empty before the first reading."
    )
    reread_at = fields.Datetime(
        "Read Again On", readonly=True, help="The longer look of each hour."
    )
    deep_read_at = fields.Datetime(
        "Read Far Back On", readonly=True, help="The longest look, of each week."
    )

    _one_a_kind = models.UniqueIndex("(account_id, kind)")

    @api.model
    def _create_missing(self, account):
        """Make the streams that an account does not have yet."""
        missing = _LOOK_BACK.keys() - set(account.stream_ids.mapped("kind"))
        vals = {"account_id": account.id, "company_id": account.company_id.id}
        self.create([{**vals, "kind": kind} for kind in sorted(missing)])

    # === WINDOWS === #

    def _since(self, now, *, first=None, oldest=None):
        """Return where to read from now, and remember the longer looks.

        :param first: when what can be listed begins; None for the mirror's beginning
        :param oldest: the oldest of which there may be news, however long ago
        """
        back = self._look_back(now)
        return self._back_from(self.until, back, first=first, oldest=oldest)

    def _since_known(self):
        """Return where rows begin that no window brings which is half read."""
        news = self.account_id._news_pull()
        back, *_longer = _LOOK_BACK[self.kind]
        return self._back_from(news.until if news.cursor else self.until, back)

    def _look_back(self, now):
        """Return how far to look back now, and remember that it was done.

        The first reading goes back to the beginning: it is all of the longer looks.
        """
        back, *longer = _LOOK_BACK[self.kind]
        for (name, enough), further in zip(_ENOUGH_FOR, longer, strict=False):
            if not self.until or not self[name] or self[name] <= now - enough:
                back, self[name] = further, now
        return back

    def _back_from(self, until, back, *, first=None, oldest=None):
        """Return ``until`` less ``back``; the beginning if nothing was read yet."""
        first = first or self.account_id.mirror_start
        if not until:
            return first
        return max(first, min(filter(None, [oldest, until - back])))
