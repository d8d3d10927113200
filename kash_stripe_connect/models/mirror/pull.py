# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...core import days
from ...gateway.errors import StripeGone


class KashStripePull(models.Model):
    """A window of Stripe's rows, read newest first; what was read stays read."""

    _name = "kash.stripe.pull"
    _inherit = "kash.stripe.of.account"
    _description = "Stripe Rows Being Read"
    _order = "id desc"
    _rec_name = "kind"

    stream_id = fields.Many2one(
        "kash.stripe.stream", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("news", "New rows"),
            ("import", "Earlier rows"),
            ("again", "Rows read again"),
        ],
        required=True,
        readonly=True,
    )
    since = fields.Datetime("From", required=True, readonly=True)
    until = fields.Datetime("Up To", required=True, readonly=True)
    cursor = fields.Char(readonly=True, help="The last row read; empty at the ends.")
    reached = fields.Datetime(readonly=True, help="Everything later has been read.")
    row_count = fields.Integer("Rows Read", readonly=True)
    seconds = fields.Float(readonly=True, help="Time spent on reading and recording.")
    page_at = fields.Datetime("Last Page", readonly=True)
    state = fields.Selection(
        [("running", "Reading"), ("stopped", "Stopped"), ("done", "Complete")],
        required=True,
        readonly=True,
        default="running",
    )

    _one_news = models.UniqueIndex("(account_id) WHERE (kind = 'news')")
    _one_import = models.UniqueIndex(
        "(account_id) WHERE (kind != 'news' AND state != 'done')",
        "Earlier rows of this Stripe account are being read already.",
    )

    # === PROGRESS === #

    def _part_read(self):
        """Return which part of the window's time has been read: 0 to 1."""
        whole = (self.until - self.since).total_seconds()
        if not self.reached or whole <= 0:
            return 0.0
        return min(max((self.until - self.reached).total_seconds() / whole, 0.0), 1.0)

    def _rows_a_second(self):
        return self.row_count / self.seconds if self.seconds else 0.0

    def _seconds_left(self):
        """Return the seconds it may still take, were rows spread evenly over time."""
        part = self._part_read()
        return self.seconds * (1 - part) / part if part else 0.0

    # === PULL === #

    @api.model
    def _prepare_window(self, stream, kind, since, until):
        """Return a window of which nothing has been read: [since, until)."""
        return {
            "account_id": stream.account_id.id,
            "company_id": stream.company_id.id,
            "stream_id": stream.id,
            "kind": kind,
            "since": since,
            "until": until,
            "cursor": False,
            "reached": False,
            "row_count": 0,
            "seconds": 0.0,
            "page_at": False,
            "state": "running",
        }

    @api.model
    def _running_imports(self):
        """Return what a person asked for, who waits longest first."""
        found = self.search(
            [
                ("kind", "!=", "news"),
                ("state", "=", "running"),
                ("account_id.connected", "=", True),
                # Stripe does not answer there: the sync tries first whether it does.
                ("account_id.sync_failures", "=", 0),
            ]
        )
        return found.sorted(lambda pull: (pull.page_at or pull.create_date, pull.id))

    def _position(self):
        """Return what the next page depends on: a page of another one is not ours."""
        return self.since, self.until, self.cursor, self.state

    def _read_page(self, gateway, skew):
        """Return the next page, without writing anything.

        :param skew: how much Stripe's clock may be ahead where the window ends now
        """
        until = self.until + skew if self.kind == "news" else self.until
        window = {"since": days.epoch(self.since), "until": days.epoch(until)}
        try:
            return gateway.balance_transactions_page(
                **window, cursor=self.cursor or None
            )
        except StripeGone:
            if not self.cursor:
                raise
        # The row we had reached is gone: from the beginning, which is harmless.
        return gateway.balance_transactions_page(**window)

    def _keeps_back(self):
        """Tell whether the rows of its days wait until all of them are read.

        An import that was stopped will go on; days read again are here already.
        """
        return self.state == "running" or (
            self.state == "stopped" and self.kind == "import"
        )

    def _days(self):
        """Return the domain of rows that are of one of its days, whole days."""
        day_of = self.account_id._day_of
        first = Domain("booking_day", ">=", day_of(self.since))
        if self.kind == "news":
            return first
        last = day_of(self.until - timedelta(seconds=1))
        return first & Domain("booking_day", "<=", last)

    # === APPLY === #

    def _apply_page(self, page, *, seconds):
        """Mirror a page and remember where it ended, in one transaction."""
        self.account_id._set_aside(page.unread)
        self.account_id._apply_rows_with_sources(page.items)
        reached = self._reached_by(page)
        self.write(
            {
                "cursor": page.cursor,
                "reached": reached,
                "row_count": self.row_count + len(page.items),
                "seconds": self.seconds + seconds,
                "page_at": fields.Datetime.now(),
            }
        )
        if not page.cursor:
            self._apply_end()

    def _reached_by(self, page):
        """Return what has been read up to; where no item could be, as far as before."""
        if not page.cursor:
            return self.since
        return days.utc(page.items[-1].created) if page.items else self.reached

    def _apply_end(self):
        """The window is complete: only now the mirror reaches as far."""
        self.state = "done"
        account, stream = self.account_id, self.stream_id
        if self.kind == "news":
            stream.until = self.until
            return
        if self.kind == "import":
            account.mirror_start = min(account.mirror_start, self.since)
            # What else is read of that time, payouts say, is not known yet, either.
            (account.stream_ids - stream).until = False
        # What was kept back until all was read is recorded by the sync.
        account.next_sync_at = fields.Datetime.now()
