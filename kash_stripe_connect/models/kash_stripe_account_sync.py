# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..core import days, events
from ..gateway.errors import GatewayError, StripeUnauthorised, StripeUnreachable
from ..guard import NotTrouble, by_turns, reason_of

_logger = logging.getLogger(__name__)

_POLL_EVERY = timedelta(minutes=1)
_SYNC_EVERY = timedelta(hours=1)
# Another job has an account for one page or one chunk: moments.
_TURN_TRIES = 10
_TURN_PAUSE_SECONDS = 0.3


class NotOurTurn(NotTrouble):
    """Another job works on the account."""


class OutOfTime(NotTrouble):
    """The job's time is over; what was committed stays, the next run goes on."""


class KashStripeAccount(models.Model):
    """Finding what no doorbell told: the same code as the doorbell's, by window."""

    _inherit = "kash.stripe.account"

    def _start_mirror(self, facts):
        """Ask the company's calendar once, and fetch rows from that day's midnight."""
        self.ensure_one()
        company = self.company_id.sudo()
        if not company.kash_stripe_tz:
            company.kash_stripe_tz = (
                self._known_zone(facts.timezone) or company.partner_id.tz or "UTC"
            )
        if not company.kash_stripe_responsible_id:
            company.kash_stripe_responsible_id = self.env.user
        if not company.kash_stripe_notify_partner_ids:
            company.kash_stripe_notify_partner_ids = self.env.user.partner_id
        if not self.mirror_start:
            self.mirror_start = self._start_of(self._mirror_today())

    @api.model
    def _known_zone(self, zone):
        known = dict(
            self.env["res.company"]
            ._fields["kash_stripe_tz"]
            ._description_selection(self.env)
        )
        return zone if zone in known else False

    def _zone(self):
        """Return the zone that makes Stripe's moments days of the books."""
        return self.company_id.sudo().kash_stripe_tz or "UTC"

    def _mirror_today(self):
        """Return today in the account's zone."""
        return datetime.now(ZoneInfo(self._zone())).date()

    def _start_of(self, day):
        """Return the moment (naive UTC) at which ``day`` begins in the books."""
        return days.utc(days.start_of(day, self._zone()))

    def _day_of(self, moment):
        """Return the day of the books of a moment (naive UTC)."""
        return days.day_of(days.epoch(moment), self._zone())

    # === SYNC === #

    def _sync(self, pages=None):
        """Bring each account up to date; what one step learned survives the next's.

        :param pages: how many pages of rows to read at most; None for all
        :return: the first trouble of the last account, None for none
        """
        trouble = None
        for account in self:
            trouble = account._sync_steps(pages)
            found = account._trouble_of(account._book_new)
            trouble = trouble or found
            with account._turn():
                account._refresh_activities()
                account._apply_synced(trouble)
        return trouble

    def _sync_steps(self, pages):
        """Ask Stripe step by step; return the first trouble, None for none."""
        self.ensure_one()
        trouble = None
        for pull in self._sync_pulls():
            # Reading rows takes a turn for each page by itself.
            alone = pull == self._pull_rows
            step = partial(pull, pages) if alone else partial(self._in_turn, pull)
            found = self._trouble_of(step)
            trouble = trouble or found
            if isinstance(trouble, (StripeUnreachable, StripeUnauthorised)):
                break
        return trouble

    def _sync_pulls(self):
        """Return the steps of a sync, in order."""
        return (
            self._pull_account,
            self._pull_sessions,
            self._pull_rows,
            self._pull_late_refunds,
            self._pull_pending_refunds,
            self._pull_balance,
            self._push_mend_endpoint,
        )

    def _trouble_of(self, step):
        """Do a step; return what went wrong, None for nothing."""
        with by_turns(self.env, commits=self._is_in_job()) as trouble:
            step()
        return trouble.error and self._explained(trouble.error)

    def _explained(self, error):
        """Return what went wrong as an error whose text can be shown; log it."""
        what = f"Stripe sync of {self.stripe_id}"
        reason = reason_of(self.env, error, what, _logger)
        if isinstance(error, GatewayError):
            return self._explain(error)
        return UserError(reason)

    def _book_new(self):
        """Record every row that is ready; in the job a chunk a transaction."""
        rows = self.env["kash.stripe.balance.transaction"]
        if self._is_in_job():
            self._book_chunks()
        with self._turn():
            rows._book_ready(self)

    def _book_chunks(self):
        """Record what is ready in chunks, each in a transaction of its own."""
        rows = self.env["kash.stripe.balance.transaction"]
        for chunk in rows._ready_chunks(self):
            with self._turn():
                open_rows = chunk._unbooked()
                rows._book_rows(self, open_rows)
                progress = open_rows - open_rows._unbooked()
            # What only waits is looked at once a run, and must not fill all of it.
            if progress:
                self._check_time()

    def _apply_synced(self, trouble):
        """Remember how the sync went and when the next one is due."""
        now = fields.Datetime.now()
        every = _POLL_EVERY if self.webhook_state == "polling" else _SYNC_EVERY
        if trouble is None and self._news_pull().cursor:
            self.next_sync_at = now  # there is more to read
            self._wake_sync()
            return
        if trouble is None:
            self.write(
                {
                    "synced_at": now,
                    "next_sync_at": now + every,
                    "sync_failures": 0,
                    "sync_error": False,
                }
            )
            return
        failures = self.sync_failures + 1
        asked = getattr(trouble, "retry_after", None) or 0
        wait = timedelta(seconds=max(60, asked, events.backoff(failures)))
        self.write(
            {
                "sync_failures": failures,
                "sync_error": str(trouble) or type(trouble).__name__,
                "next_sync_at": now + wait,
            }
        )
        if getattr(trouble, "access_lost", False) and self.connected:
            self._apply_lost_access(trouble)

    # === CRON === #

    @api.model
    def _cron_sync(self):
        """Sync the accounts whose time has come, then go on with what is imported."""
        cron = self.env["ir.cron"]
        jobs = self._due_jobs()
        unfinished = len(jobs)
        cron._commit_progress(remaining=unfinished)
        for job in jobs:
            unfinished -= job()
            if cron._commit_progress(1, remaining=unfinished) <= 0:
                return

    @api.model
    def _due_jobs(self):
        """Return what to do as functions: True from one that has come to its end."""
        working = self.with_context(kash_stripe_job=True)
        due = working.search(
            [
                ("connected", "=", True),
                ("next_sync_at", "<=", fields.Datetime.now()),
            ],
            order="next_sync_at, id",
        )
        imports = working.env["kash.stripe.pull"]._running_imports()
        return [
            *(account._job(account._sync) for account in due),
            *(pull.account_id._job(pull._read_on) for pull in imports),
        ]

    def _job(self, work):
        """Return ``work`` as a job: alone on its account, run again where it failed."""

        def run():
            try:
                with by_turns(self.env, commits=True) as trouble:
                    work()
                    self.env.flush_all()
                if trouble.error:
                    self._apply_synced(self._explained(trouble.error))
                    self.env.flush_all()
            except OutOfTime:
                self.env.cr.rollback()
                return False
            except (NotOurTurn, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY) as error:
                # Somebody wrote the same meanwhile: it is still due, and done then.
                _logger.info(
                    "Stripe sync of %s is run again: %r", self.stripe_id, error
                )
                self.env.cr.rollback()
            return True

        return run

    @api.model
    def _wake_sync(self):
        """Let the job run as soon as this is committed."""
        self.env.ref("kash_stripe_connect.ir_cron_sync").sudo()._trigger()

    def _is_in_job(self):
        """Tell whether we may commit: in the sync's own job, nowhere else."""
        return bool(self.env.context.get("kash_stripe_job"))

    @contextmanager
    def _turn(self):
        """Write all of it or nothing.

        In the job that is a transaction of its own, alone on the account: the lock
        ends with the commit, so each turn takes it anew and lets others between.

        :raises NotOurTurn: another job has the account, and keeps it
        """
        self.ensure_one()
        if self._is_in_job():
            self._take_turn()
        with self.env.cr.savepoint():
            yield
        if self._is_in_job():
            self.env["ir.cron"]._commit_progress(1, remaining=1)

    def _in_turn(self, step):
        with self._turn():
            step()

    def _take_turn(self):
        cron = self.env["ir.cron"]
        for tries_left in reversed(range(_TURN_TRIES)):
            # A fresh snapshot, which sees what the one before us wrote.
            cron._commit_progress(remaining=1)
            if self._try_serialise():
                # Nothing read before is believed: others wrote, a person pressed Stop.
                self.env.invalidate_all()
                return
            if tries_left:
                time.sleep(_TURN_PAUSE_SECONDS)
        raise NotOurTurn

    def _check_time(self):
        """Leave the job when its time is over: others are waiting.

        :raises OutOfTime: everything so far is committed
        """
        if self._is_in_job() and not self.env["ir.cron"]._commit_progress(remaining=1):
            raise OutOfTime

    def _try_serialise(self):
        """Become the only job that works on this account until the next commit."""
        self.ensure_one()
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
            ["kash.stripe.account", self.id],
        )
        return self.env.cr.fetchone()[0]
