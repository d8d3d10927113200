# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
from dataclasses import replace
from datetime import timedelta

from odoo import fields, models

from ..core import days
from ..gateway.pages import items
from ..guard import alone, apart, reason_of
from .rules import rules_of

_logger = logging.getLogger(__name__)

# A row can be listed a little after the moment it carries; re-reading changes nothing.
_OVERLAP = timedelta(hours=2)
# Stripe's clock may be ahead of ours: what it created "in the future" is read too.
_SKEW = timedelta(minutes=5)
# What may sleep in the job when Stripe is busy; a person at a button waits less.
_RETRIES_IN_JOB = 2


class KashStripeAccount(models.Model):
    """Mirroring rows by windows of time, a page at a time.

    The mirror is complete from ``mirror_start`` to ``mirrored_until``: each moves only
    when a window is read to its end.
    """

    _inherit = "kash.stripe.account"

    pull_ids = fields.One2many("kash.stripe.pull", "account_id", "Reading")

    # === NEWS === #

    def _pull_rows(self, pages=None, between=None):
        """Bring the mirror up to now, or as far as ``pages`` lead.

        :param between: see :meth:`_pull_window`
        """
        half_read = self._news_pull().cursor
        with self._turn():
            pull = self._open_news()
        read = self._pull_window(pull, pages, between)
        if half_read and not pull.cursor and read != pages:
            # It ended where the news began when it was opened, maybe hours ago.
            self._pull_rows(None if pages is None else pages - read, between)

    def _news_pull(self):
        """Return the window that ends now; there is one an account."""
        return self.pull_ids.filtered(lambda pull: pull.kind == "news")

    def _open_news(self):
        """Return the window of what is not known to be complete, up to now."""
        pull, now = self._news_pull(), fields.Datetime.now()
        if pull.cursor:
            return pull
        since = self._rows_since(now)
        if pull.state == "running":
            since = min(since, pull.since)  # it was never read
        vals = pull._prepare_window(self, "news", since, now)
        if not pull:
            return pull.create(vals)
        pull.write(vals)
        return pull

    def _rows_since(self, now):
        """Return where to read from: a row can be listed later than it was created.

        Each time a little back, each hour three days, each week five weeks. Reading a
        row again changes nothing.
        """
        if not self.mirrored_until:
            self.write({"reread_at": now, "deep_read_at": now})
            return self.mirror_start
        back = _OVERLAP
        if not self.reread_at or self.reread_at <= now - timedelta(hours=1):
            back, self.reread_at = timedelta(hours=72), now
        if not self.deep_read_at or self.deep_read_at <= now - timedelta(days=7):
            back, self.deep_read_at = timedelta(days=35), now
        return max(self.mirror_start, self.mirrored_until - back)

    def _pull_new_rows(self):
        """Return the rows since the last sync: what an event is about is among them."""
        verb = self._gateway(retries=1).balance_transactions_page
        until = fields.Datetime.now() + _SKEW
        window = {
            "since": days.epoch(self._new_rows_since()),
            "until": days.epoch(until),
        }
        return tuple(items(verb, **window))

    def _new_rows_since(self):
        """Return where rows begin that no window brings which is half read."""
        news = self._news_pull()
        known = news.until if news.cursor else self.mirrored_until
        return max(self.mirror_start, (known or self.mirror_start) - _OVERLAP)

    # === PAGES === #

    def _pull_window(self, pull, pages=None, between=None):
        """Read a window to its end, or as far as ``pages`` lead.

        Each page is written together with its cursor, in a turn of its own: after a
        crash the next run goes on behind the last one.

        :param between: what to do behind each page but the last; it may end the job
        :return: how many pages were read
        """
        gateway = self._gateway(retries=_RETRIES_IN_JOB if self._is_in_job() else 1)
        mark, read = time.monotonic(), 0
        while pull.state == "running" and read != pages:
            asked = pull._position()
            page = pull._read_page(gateway, _SKEW)
            with self._turn():
                # Somebody else may have read it meanwhile, or pressed Stop.
                if pull._position() == asked:
                    pull._apply_page(page, seconds=time.monotonic() - mark)
            mark, read = time.monotonic(), read + 1
            if pull.cursor and between:
                between()
        return read

    def _apply_rows_with_sources(self, rows):
        """Apply a page; a row that cannot be applied is mirrored with the reason."""
        apart(self.env, rows, self._apply_some_rows, self._apply_broken_row)

    def _apply_some_rows(self, rows):
        """Apply rows and what they came with: the payments first, then themselves."""
        for source in rules_of(self.env["kash.stripe.source"]):
            source._apply_sources(self, rows)

    def _apply_broken_row(self, rows, error):
        """Keep a row that the database or the program refuses, for a person to see.

        Its amounts are kept unless it is they that cannot be stored.
        """
        [row] = rows
        reason = reason_of(self.env, error, f"Stripe's row {row.id}", _logger)
        bare = replace(row, source=None, problem=reason)
        mirror = self.env["kash.stripe.balance.transaction"]
        with alone(self.env) as trouble:
            mirror._apply_broken(self, bare)
        if trouble.error:
            mirror._apply_broken(self, replace(bare, amount=0, fee=0, net=0))
