# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models

from ...core import events
from ...core.news import News
from ...gateway.errors import StripeGone, StripeUnreachable
from ...guard import alone, apart, by_turns, reason_of
from ..base.taking import BEGIN_ANEW

_logger = logging.getLogger(__name__)

_CHUNK = 100
_TRIES = 5


class SyncEvent(models.Model):
    """Working off the inbox: what an event names is fetched, never believed."""

    _inherit = "kash.stripe.event"

    # === JOB === #

    @api.model
    def _cron_process(self):
        """Work off the inbox, account by account, a chunk a commit."""
        self._push_due()
        due = self.search_count(self._due())
        self.env["ir.cron"]._commit_progress(remaining=due)
        for account in self._due_accounts():
            if not self._work_off_account(account):
                return

    @api.model
    def _work_off_account(self, account):
        """Work off the events of one account; tell whether there is time for more."""
        cron = self.env["ir.cron"]
        while chunk := self.search(
            [*self._due(), ("account_id", "=", account.id)], order="id", limit=_CHUNK
        ):
            if not chunk._work_off_or_fail(account):
                # Another job is at this account: its turn comes by itself.
                self._wake(timedelta(seconds=2))
                cron._commit_progress(remaining=0)
                return True
            if cron._commit_progress(len(chunk)) <= 0:
                return False
        return True

    def _work_off_or_fail(self, account):
        """Work off a chunk; what is not the fault of one of them keeps all back.

        :return: False when it is not our turn
        """
        with by_turns(self.env, commits=True) as trouble:
            return self._work_off(account)
        self._apply_failure(trouble.error)
        return True

    @api.model
    def _push_due(self):
        """Ask of Stripe what was left to the job; again soon, if others are at it."""
        try:
            self._push_due_expiries()
            self.env["payment.transaction"]._kash_stripe_push_due_refunds()
            self.env.flush_all()
        except BEGIN_ANEW as error:
            _logger.info("What is due at Stripe is asked for again: %r", error)
            self.env.cr.rollback()
            self._wake(timedelta(seconds=2))

    @api.model
    def _push_due_expiries(self):
        """Expire the sessions that must not be paid any more.

        Those that hooks said it of, who has waited longest first; one that Stripe
        refuses waits anew. Then those that ask for what is not due any more.
        """
        accounts = self.env["kash.stripe.account"]
        attempts = self.env["payment.transaction"].search(
            [
                ("kash_stripe_to_expire", "=", True),
                ("kash_stripe_account_id", "any", accounts._sure_domain()),
            ],
            order="write_date, id",
            limit=_CHUNK,
        )
        attempts |= attempts._kash_stripe_misfits()[:_CHUNK]
        attempts._kash_stripe_push_expire()
        closed = attempts.filtered(lambda tx: tx.kash_stripe_session_state != "open")
        closed.kash_stripe_to_expire = False
        if attempts - closed:
            self._wake(timedelta(minutes=1))

    @api.model
    def _due_accounts(self):
        groups = self._read_group(self._due(), ["account_id"])
        return self.env["kash.stripe.account"].concat(
            *(account for [account] in groups)
        )

    @api.model
    def _due(self):
        return [
            ("state", "=", "new"),
            ("account_id", "!=", False),
            "|",
            ("next_try", "=", False),
            ("next_try", "<=", fields.Datetime.now()),
        ]

    def _work_off(self, account):
        """Fetch, then apply in a transaction of its own; tell whether it was our turn.

        The customer's return page may write the same attempt meanwhile: the shorter
        our transaction, the rarer it fails. When it does, it is run again at once, as
        Odoo does with requests.
        """
        answers = self._fetch(account)
        balance = account._pull_balance_or_none()
        for tries_left in reversed(range(_TRIES)):
            # A fresh snapshot, which sees what was written while we asked Stripe.
            self.env["ir.cron"]._commit_progress()
            if not account._try_serialise():
                return False
            try:
                self._apply_or_fail(account, answers)
                if balance:
                    account._apply_balance_or_log(balance)
                self.env.flush_all()
            except BEGIN_ANEW as error:
                what = f"Stripe events of {account.stripe_id}, {tries_left} tries left"
                _logger.info("%s: %r", what, error)
                self.env.cr.rollback()
                continue
            return True
        return False

    def _fetch(self, account):
        """Fetch each object the events name once; return {event: News, or an error}.

        When Stripe does not answer once, nothing more is asked this time.
        """
        steps, down, answers = self.env["kash.stripe.steps"], None, {}
        for subject, events_of_it in self.grouped(lambda e: e._subject()).items():
            answer = down or steps._news_or_error(account, *subject)
            if isinstance(answer, StripeUnreachable):
                down = answer
            answers.update(dict.fromkeys(events_of_it, answer))
        return {**answers, **self._fetch_whose(account, answers, down)}

    @api.model
    def _fetch_whose(self, account, answers, down):
        """Return {event: News} with what says whose charges are, where nobody knows it.

        One request for a whole chunk, whatever it asks for; without an answer the
        events of these charges wait, so that none is taken for somebody else's.
        """
        told = sum((n for n in answers.values() if isinstance(n, News)), News())
        if not account._strangers(told.all_charges, told.sessions):
            return {}
        # A payment that was started while we asked is known by now.
        self.env["ir.cron"]._commit_progress()
        strangers = account._strangers(told.all_charges, told.sessions)
        names = {charge.id for charge in strangers}
        news = {
            event: answer
            for event, answer in answers.items()
            if isinstance(answer, News)
            and names & {charge.id for charge in answer.all_charges}
        }
        if not news or down:
            return dict.fromkeys(news, down)
        with alone(self.env) as trouble:
            whose = News(sessions=account._pull_whose(strangers))
            return {event: answer + whose for event, answer in news.items()}
        return dict.fromkeys(news, account._explain(trouble.error))

    def _subject(self):
        """Return (kind, id) of what to fetch; rows are fetched once for all events."""
        kind = events.subject_of(self.type)
        return kind, False if kind == "rows" else self.subject_id

    def _apply_or_fail(self, account, answers):
        """Apply all at once; on trouble halve until the culprits fail alone."""
        apart(
            self.env,
            self,
            lambda some: some._apply(account, answers),
            lambda event, error: event._apply_failure(error),
        )

    def _apply(self, account, answers):
        """Write what the fetched objects say, and do what follows from it."""
        failed = self.filtered(lambda e: isinstance(answers[e], Exception))
        said = {event._subject(): answers[event] for event in self - failed}
        steps, news = self.env["kash.stripe.steps"], sum(said.values(), News())
        steps._apply(account, news)
        # Before what needs a person is counted: these do not any more.
        (self - failed).write({"state": "done", "note": False})
        steps._after(account, news)
        for error, group in failed.grouped(answers.get).items():
            group._apply_failure(error)

    def _apply_failure(self, error):
        """Remember the reason and the time of the next try; give up what is gone."""
        what = f"Stripe events {self.mapped('event_id')}"
        reason = reason_of(self.env, error, what, _logger)
        if getattr(error, "access_lost", False) and self.account_id.connected:
            self.account_id._apply_lost_access(error)
        if isinstance(error, StripeGone) or not self.account_id.connected:
            self.write({"state": "ignored", "note": reason})
            return
        for tried, group in self.grouped("attempts").items():
            attempts = tried + 1
            given_up = attempts >= events.MAX_ATTEMPTS
            retry_at = fields.Datetime.now() + timedelta(
                seconds=events.backoff(attempts)
            )
            group.write(
                {
                    "attempts": attempts,
                    "note": reason,
                    "state": "failed" if given_up else "new",
                    "next_try": retry_at,
                }
            )
            if not given_up:
                self._wake(retry_at - fields.Datetime.now())
