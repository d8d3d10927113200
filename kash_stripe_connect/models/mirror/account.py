# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...core import days, money, ways
from ...gateway.errors import StripeGone
from ...guard import alone, apart, reason_of
from ..base.rules import rules_of

_SESSION_LIFE = timedelta(hours=25)

_logger = logging.getLogger(__name__)

# Stripe's clock may be ahead of ours: what it created "in the future" is read too.
_SKEW = timedelta(minutes=5)
# What may sleep in the job when Stripe is busy; a person at a button waits less.
_RETRIES_IN_JOB = 2

# How often balance and rows are read until nothing moved in between.
_READINGS = 3


class MirrorAccount(models.Model):
    """Reading Stripe: by windows of rows, by what an event named, and its balance."""

    _name = "kash.stripe.account"
    _inherit = ["kash.stripe.account", "kash.stripe.whose"]

    row_ids = fields.One2many("kash.stripe.balance.transaction", "account_id", "Rows")
    row_count = fields.Integer(
        compute="_compute_row_counts", string="Balance Transactions"
    )
    held_count = fields.Integer(compute="_compute_row_counts", string="Held")
    stopped_count = fields.Integer(compute="_compute_row_counts", string="Stopped")

    stream_ids = fields.One2many("kash.stripe.stream", "account_id", "Streams")
    pull_ids = fields.One2many("kash.stripe.pull", "account_id", "Reading")

    reading_state = fields.Selection(
        [("running", "Reading"), ("stopped", "Stopped")],
        compute="_compute_reading",
        compute_sudo=True,
        string="Reading From Stripe",
    )
    reading_can_stop = fields.Boolean(compute="_compute_reading", compute_sudo=True)
    reading_title = fields.Char(compute="_compute_reading", compute_sudo=True)
    reading_text = fields.Char(
        "Progress", compute="_compute_reading", compute_sudo=True
    )
    reading_percent = fields.Integer(
        "Part Read", compute="_compute_reading", compute_sudo=True
    )

    stripe_totals = fields.Json(
        "Stripe's Balances",
        readonly=True,
        help="Available and pending by currency (minor units), when last asked.",
    )
    balance_agreed = fields.Boolean(
        "Rows Complete",
        readonly=True,
        help="No row came in while Stripe's balance was read: they can be compared.",
    )

    def _compute_row_counts(self):
        counts = {
            (account.id, state): count
            for account, state, count in self.env[
                "kash.stripe.balance.transaction"
            ]._read_group(
                [("account_id", "in", self.ids)], ["account_id", "state"], ["__count"]
            )
        }
        rows = Counter()
        for (account_id, _state), count in counts.items():
            rows[account_id] += count
        for account in self:
            account.row_count = rows[account.id]
            account.held_count = counts.get((account.id, "held"), 0)
            account.stopped_count = counts.get((account.id, "stopped"), 0)

    def action_view_rows(self):
        return self._action_view("kash_stripe_balance_transaction_action")

    def action_view_held(self):
        action = self._action_view("kash_stripe_balance_transaction_action")
        action["domain"] = [("account_id", "=", self.id), ("state", "=", "held")]
        return action

    # === ACCOUNT === #

    def _pull_account(self):
        """Fetch what Stripe says of the account itself."""
        self._apply_account(*self._pull_account_news())

    def _pull_account_news(self):
        """Return the account, where a platform may ask what it may do, its switches."""
        facts = self._gateway(retries=1).account()
        may = () if self.connection == "keys" else self._pull_capabilities()
        return facts, may, self._pull_switches()

    def _pull_switches(self):
        """Return what the owner turned on; None when the key may not ask for it."""
        gateway = self._gateway(retries=1)
        page = self._ask_or_none(gateway.method_settings)
        if page is None:
            return None
        self._set_aside(page.unread)
        return ways.in_use(page.items, by_platform=self.connection != "keys")

    def _pull_capabilities(self):
        """Return the ways to be paid; none when the operator's key may not ask."""
        asked = {"stripe_id": self.stripe_id}
        page = self._ask_or_none(lambda: self._platform().capabilities(**asked))
        if page is None:
            return ()
        self._set_aside(page.unread)
        return page.items

    # === SESSIONS === #

    def _pull_sessions(self):
        """Fetch the sessions of attempts whose end we do not know.

        A session lives a day at most: younger ones come by the page, the few that are
        older and still open in our books one by one.
        """
        open_attempts = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("kash_stripe_session_state", "=", "open"),
                ("kash_stripe_session_id", "!=", False),
            ]
        )
        recent = fields.Datetime.now() - _SESSION_LIFE
        young = open_attempts.filtered(lambda tx: tx.create_date >= recent)
        gateway = self._gateway(retries=1)
        old = {tx.kash_stripe_session_id: tx for tx in open_attempts - young}
        self._apply_sessions(
            self._ask_each(
                "checkout.session",
                lambda name: self._pull_session(gateway, old[name]),
                old,
            )
        )
        if young:
            self._pull_session_pages(gateway, min(young.mapped("create_date")))
        left = {tx.kash_stripe_session_id: tx for tx in self._left_to_payers()}
        self._apply_sessions(
            self._ask_each(
                "checkout.session",
                lambda name: self._pull_session(gateway, left[name]),
                left,
            )
        )

    def _left_to_payers(self):
        """Return the attempts of which we do not know what their payers do, or did.

        A list names no intent, which says what a complete session waits for. What is
        paid is told by its row, so nobody is asked about before the last day.
        """
        today = self.company_id._kash_stripe_today()
        return self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("kash_stripe_session_state", "=", "complete"),
                ("state", "=", "draft"),
                "|",
                ("kash_stripe_step", "=", False),
                ("kash_stripe_step_until", "<=", today),
            ]
        )

    def _pull_session_pages(self, gateway, since):
        since = days.epoch(since) - 60
        for sessions in self._pages(gateway.sessions_page, since=since):
            self._apply_sessions(sessions)

    def _pull_session(self, gateway, attempt):
        """Return what Stripe says of an attempt's session; None if it is gone there."""
        try:
            return gateway.session(session_id=attempt.kash_stripe_session_id)
        except StripeGone:
            attempt._kash_stripe_forget_session()
        return None

    def _apply_sessions(self, sessions):
        self._apply_each(
            "checkout.session",
            sessions,
            lambda some: self._apply_attempts(sessions=some),
        )

    def _apply_payments(self, *, sessions=(), charges=()):
        """Write what sessions and charges tell: attempts first, then their rows.

        For jobs, which work on an account one at a time; a web request only writes
        the attempt.
        """
        told = self._apply_attempts(sessions=sessions, charges=charges)
        self.env["kash.stripe.balance.transaction"]._apply_rows(
            self, [row for charge in told for row in charge.rows]
        )

    # === NEWS === #

    def _stream(self, kind):
        """Return the stream of a kind; the mirror's start made them all."""
        self.ensure_one()
        stream = self.stream_ids.filtered(lambda stream: stream.kind == kind)
        return stream.ensure_one()

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
        stream = self._stream("rows")
        since = stream._since(now)
        if pull.state == "running":
            since = min(since, pull.since)  # it was never read
        vals = pull._prepare_window(stream, "news", since, now)
        if not pull:
            return pull.create(vals)
        pull.write(vals)
        return pull

    def _pull_new_rows(self):
        """Return the rows since the last sync: what an event is about is among them."""
        verb = self._gateway(retries=1).balance_transactions_page
        until = fields.Datetime.now() + _SKEW
        window = {
            "since": days.epoch(self._stream("rows")._since_known()),
            "until": days.epoch(until),
        }
        return tuple(self._items(verb, **window))

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
            sessions = self._pull_whose_rows(page.items)
            with self._turn():
                # Somebody else may have read it meanwhile, or pressed Stop.
                if pull._position() == asked:
                    self._apply_sessions(sessions)
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

    # === PROGRESS === #

    @api.depends("pull_ids.state", "pull_ids.cursor", "pull_ids.row_count")
    def _compute_reading(self):
        for account in self:
            pull = account._unfinished_pull()
            account.reading_state = pull.state
            account.reading_can_stop = bool(pull) and pull.kind != "news"
            account.reading_title = account._reading_title(pull) if pull else False
            account.reading_text = account._reading_text(pull) if pull else False
            account.reading_percent = round(100 * pull._part_read()) if pull else 0

    def _unfinished_pull(self):
        """Return what is being read: what a person asked for before the news."""
        unfinished = self.pull_ids.filtered(
            lambda pull: pull.state != "done" and (pull.kind != "news" or pull.cursor)
        )
        return unfinished.sorted(lambda pull: pull.kind == "news")[:1]

    def _reading_title(self, pull):
        if pull.kind == "news":
            return self.env._("Catching up with Stripe.")
        days = {
            "first": format_date(self.env, self._day_of(pull.since)),
            "last": format_date(
                self.env, self._day_of(pull.until - timedelta(seconds=1))
            ),
        }
        if pull.kind == "import":
            return self.env._("Importing from Stripe: %(first)s to %(last)s.", **days)
        return self.env._("Reading again from Stripe: %(first)s to %(last)s.", **days)

    def _reading_text(self, pull):
        """Return how far it is, in plain words; the newest rows come first."""
        if not pull.row_count:
            return self.env._("It begins within a minute.")
        done = self.env._(
            "Rows read: %(count)s, back to %(day)s, %(speed)s a second.",
            count=formatLang(self.env, pull.row_count, digits=0),
            day=format_date(self.env, self._day_of(pull.reached)),
            speed=formatLang(self.env, pull._rows_a_second(), digits=0),
        )
        if pull.state == "stopped":
            return done
        minutes = round(pull._seconds_left() / 60)
        if minutes < 1:
            return f"{done} {self.env._('Less than a minute left.')}"
        left = self.env._("About %(minutes)s min left.", minutes=minutes)
        return f"{done} {left}"

    def _check_nothing_is_read(self):
        if self._unfinished_pull().kind not in {False, "news"}:
            raise UserError(
                self.env._(
                    "Rows are being imported already. Let it finish, or resume it if"
                    " it was stopped."
                )
            )
        if not self.connected:
            raise UserError(self.env._("Stripe is not connected."))

    def _first_day(self):
        """Return the first day (T0) whose rows are here."""
        return self._day_of(self.mirror_start)

    # === BALANCE === #

    def _pull_balance(self):
        """Fetch what Stripe holds, with the rows that came in since they were read."""
        self._pull_until_nothing_moves(
            lambda: self._apply_pulled_rows(self._pull_new_rows())
        )

    def _pull_until_nothing_moves(self, pull_rows):
        """Read balance, rows, balance, until both balances are the same.

        :return: the balance that every row of it is here for; None if it never rested
        """
        gateway = self._gateway(retries=1)
        self._apply_balance(gateway.balance())
        for _reading in range(_READINGS):
            before = self.stripe_totals
            pull_rows()
            balance = gateway.balance()
            self._apply_balance(balance)
            if self.stripe_totals == before:
                # What is read in part says nothing about the whole.
                self.balance_agreed = not self._news_pull().cursor
                return balance
        return None

    def _pull_balance_or_none(self):
        """Return what Stripe holds; None when it does not say: it is only shown."""
        with alone(self.env) as trouble:
            return self._gateway(retries=0).balance()
        what = f"Stripe's balance of {self.stripe_id}"
        reason_of(self.env, trouble.error, what, _logger)
        return None

    def _apply_balance(self, facts):
        """Write what Stripe holds; what changed is to be compared anew."""
        self.ensure_one()
        code = self.currency_id.name.lower()
        self.write(
            {
                "stripe_balance": float(money.to_major(facts.total(code), code)),
                "stripe_balance_at": fields.Datetime.now(),
            }
        )
        codes = sorted({*facts.available, *facts.pending})
        totals = {code: facts.total(code) for code in codes}
        if totals != self.stripe_totals:
            self.write({"stripe_totals": totals, "balance_agreed": False})

    def _apply_balance_or_log(self, balance):
        """Write what Stripe holds; it is only shown, and the next sync asks again."""
        with alone(self.env) as trouble:
            self._apply_balance(balance)
        if trouble.error:
            what = f"Stripe's balance of {self.stripe_id}"
            reason_of(self.env, trouble.error, what, _logger)
