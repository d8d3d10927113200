# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...core import events
from ...gateway.errors import GatewayError
from ...guard import by_turns, reason_of
from ..account.turns import NotOurTurn, OutOfTime
from ..base.records import check_one
from ..base.taking import BEGIN_ANEW

_INLINE_PAGES = 3
# So many rows are recorded where somebody waits; of more the job records the rest.
_INLINE_ROWS = 300

_logger = logging.getLogger(__name__)

_POLL_EVERY = timedelta(minutes=1)
_SYNC_EVERY = timedelta(hours=1)


class SyncAccount(models.Model):
    """The scheduled round of an account, a sync by hand, and earlier rows asked for."""

    _name = "kash.stripe.account"
    _inherit = [
        "kash.stripe.account",
        "kash.stripe.sync.preview",
    ]

    # === ACTION METHODS === #

    def action_sync_now(self):
        """Fetch what Stripe has and record it; much of it is left to the job."""
        check_one(self)
        self._check_may_manage()
        account = self.sudo()
        if not account._try_serialise():
            return self._notification(
                self.env._("Stripe is being read right now."), "info"
            )
        account.write({"endpoint_checked_at": False, "wallet_asked_at": False})
        account._sync(pages=_INLINE_PAGES)
        if account.sync_error:
            # Not an error: what was learned before the trouble must be kept.
            return self._notification(account.sync_error, "danger")
        if account.next_sync_at <= fields.Datetime.now():
            return self._notification(
                self.env._(
                    "There is much to read or to record: it goes on in the background."
                    " You can leave this page."
                ),
                "info",
            )
        return self._notification(self.env._("Up to date with Stripe."), "success")

    def action_import(self):
        """Open the dialog to import from an earlier day, or to read days again."""
        check_one(self)
        self._check_may_manage()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import from Stripe"),
            "res_model": "kash.stripe.import.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def action_stop_reading(self):
        """Stop after the page that is being read; what was read stays."""
        self._move_reading("running", "stopped")
        return True

    def action_resume_reading(self):
        """Go on where it was stopped."""
        self._move_reading("stopped", "running")
        self._wake_sync()
        return True

    def _move_reading(self, from_state, to_state):
        check_one(self)
        self._check_may_manage()
        pull = self.sudo()._unfinished_pull()
        if pull.kind != "news" and pull.state == from_state:
            pull.state = to_state

    # === BUSINESS METHODS === #

    def _open_import(self, day):
        """Let the job read from ``day`` on; the books begin there once all is read.

        :raises UserError: nothing to import, or the opening balance would be wrong
        """
        self._check_nothing_is_read()
        since = self._start_of(day)
        if since >= self.mirror_start:
            raise UserError(
                self.env._(
                    "Everything from %(day)s on is here already. Choose an earlier"
                    " day.",
                    day=format_date(self.env, self._day_of(self.mirror_start)),
                )
            )
        self._check_no_opening()
        self._open_pull("import", since, self.mirror_start)

    def _open_again(self, first, last):
        """Let the job read the days ``first`` to ``last`` again, which is harmless.

        :raises UserError: they begin before the first day that was imported
        """
        self._check_nothing_is_read()
        since = self._start_of(first)
        until = min(self._start_of(last + timedelta(days=1)), fields.Datetime.now())
        if since < self.mirror_start or since >= until:
            raise UserError(
                self.env._(
                    "Choose days from %(day)s to today.",
                    day=format_date(self.env, self._day_of(self.mirror_start)),
                )
            )
        self._open_pull("again", since, until)

    def _open_pull(self, kind, since, until):
        pulls = self.env["kash.stripe.pull"]
        stream = self._stream("rows")
        pulls.create(pulls._prepare_window(stream, kind, since, until))
        self._wake_sync()

    # === TURNS === #

    @api.model
    def _wake_sync(self):
        """Let the job run as soon as this is committed."""
        self.env.ref("kash_stripe_connect.ir_cron_sync").sudo()._trigger()

    # === SYNC === #

    def _sync(self, pages=None):
        """Bring each account up to date; what one step learned survives the next's.

        :param pages: how many pages of rows to read at most; None for all, and to
            record all of them
        :return: the first trouble of the last account, None for none
        """
        steps, trouble = self.env["kash.stripe.steps"], None
        for account in self:
            trouble = steps._ask(account, pages)
            # As ``steps._after`` does it; what needs a person is shown in any case.
            left = pages is not None and account._is_left_to_job()
            book = account._book_inline if left else account._book_new
            found = account._trouble_of(book)
            trouble = trouble or found
            with account._turn():
                found = account._refresh_activities()
                trouble = trouble or (found and account._explained(found))
                account._apply_synced(trouble, left)
        return trouble

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
        """Record what is ready, in the job a chunk a transaction; match the bank."""
        rows = self.env["kash.stripe.balance.transaction"]
        if self._is_in_job():
            self._book_chunks()
        with self._turn():
            rows._book_ready(self)
        self._match_bank()

    def _book_or_leave(self, about=None):
        """Record what is ready; of more than can be waited for, the job does most.

        :param about: the domain of rows whose payments are not left to it
        """
        if not self._is_left_to_job():
            self._book_new()
            return
        self._book_inline(about)
        self.next_sync_at = fields.Datetime.now()
        self._wake_sync()

    def _is_left_to_job(self):
        """Tell whether more is ready than is recorded in one transaction."""
        rows = self.env["kash.stripe.balance.transaction"]
        return not self._is_in_job() and rows._are_many_ready(self, _INLINE_ROWS)

    def _book_inline(self, about=None):
        """Record what somebody may wait for: payments of ours."""
        with self._turn():
            rows = self.env["kash.stripe.balance.transaction"]
            rows._book_payments(self, about, _INLINE_ROWS)

    def _book_between_pages(self):
        """Record what is ready while more is to be read, as long as our time lasts."""
        self._book_chunks()
        self._check_time()

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

    def _apply_synced(self, trouble, left=False):
        """Remember how the sync went and when the next one is due.

        :param left: whether there is more to record
        """
        now = fields.Datetime.now()
        every = _POLL_EVERY if self.webhook_state == "polling" else _SYNC_EVERY
        if trouble is None and (left or self._news_pull().cursor):
            self.next_sync_at = now  # there is more to do
            self._wake_sync()
            return
        if trouble is None:
            # Come again at once while there are lists to fetch.
            due = now if self._payouts_to_list() else now + every
            self.write(
                {
                    "synced_at": now,
                    "next_sync_at": due,
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
        """Sync whose time has come; then go on with undoing, then with imports."""
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
        undone = working.env["kash.stripe.run"]._being_undone()
        return [
            *(account._job(account._sync) for account in due),
            # After them: a long one would keep all other companies waiting.
            *(run.account_id._job(run._undo_on) for run in undone),
            *(
                pull.account_id._job(partial(pull.account_id._read_import, pull))
                for pull in imports
            ),
        ]

    def _read_import(self, pull):
        """Go on reading what a person asked for; whole, the sync records it."""
        read = partial(self._pull_window, pull, between=self._check_time)
        trouble = self._trouble_of(read)
        if trouble:
            with self._turn():
                self._apply_synced(trouble)

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
            except (NotOurTurn, *BEGIN_ANEW) as error:
                # Somebody wrote the same meanwhile: it is still due, and done then.
                _logger.info(
                    "Stripe sync of %s is run again: %r", self.stripe_id, error
                )
                self.env.cr.rollback()
            return True

        return run
