# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core import days, events
from ..gateway.errors import StripeGone, StripeUnreachable
from ..guard import apart, by_turns, reason_of

_logger = logging.getLogger(__name__)

_CHUNK = 100
_TRIES = 5


class KashStripeEvent(models.Model):
    """The inbox: one row a doorbell, kept as it came."""

    _name = "kash.stripe.event"
    _description = "Stripe Event"
    _order = "id desc"
    _rec_name = "event_id"

    event_id = fields.Char(required=True, readonly=True)
    stripe_id = fields.Char("Stripe Account", required=True, readonly=True)
    account_id = fields.Many2one(
        "kash.stripe.account", readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, ondelete="cascade"
    )
    type = fields.Char(required=True, readonly=True)
    livemode = fields.Boolean("Live Mode", readonly=True)
    api_version = fields.Char("API Version", readonly=True)
    stripe_created = fields.Datetime("At Stripe", readonly=True)
    subject = fields.Char(readonly=True)
    subject_id = fields.Char("Object", readonly=True)
    payload = fields.Text("As Received", readonly=True)
    state = fields.Selection(
        [
            ("new", "To do"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("failed", "Given up"),
        ],
        required=True,
        readonly=True,
        default="new",
        index=True,
    )
    note = fields.Char(readonly=True)
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)

    _event_unique = models.UniqueIndex("(stripe_id, event_id)")
    _to_do = models.Index("(next_try) WHERE (state = 'new')")

    # === ACTION METHODS === #

    def action_retry(self):
        """Do given-up events again."""
        self.check_access("read")
        self.env["kash.stripe.account"]._check_manager()
        self.sudo().filtered(lambda e: e.state == "failed").write(
            {"state": "new", "attempts": 0, "next_try": False, "note": False}
        )
        self._wake()

    # === INBOX === #

    @api.model
    def _store(self, facts, account, stripe_id, company):
        """Put one event into the inbox and wake the job; a known one is a no-op.

        ``ON CONFLICT`` because Odoo does not run a request again after a unique
        violation, and Stripe delivers at least once.

        :param account: whom it is about; empty when we know no such account
        :param company: whose endpoint rang; empty for the operator's
        """
        reason = self._ignore_reason(facts, account)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO kash_stripe_event
                    (event_id, stripe_id, account_id, company_id, type, livemode,
                     api_version, stripe_created, subject, subject_id, payload,
                     state, note, attempts,
                     create_uid, write_uid, create_date, write_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0,
                        %s, %s, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC')
                ON CONFLICT (stripe_id, event_id) DO NOTHING
                RETURNING id
                """,
                facts.id,
                stripe_id,
                account.id or None,
                company.id or None,
                facts.type,
                facts.livemode,
                facts.api_version,
                days.utc(facts.created),
                facts.subject,
                facts.subject_id,
                facts.raw,
                "ignored" if reason else "new",
                reason,
                self.env.uid,
                self.env.uid,
            )
        )
        if self.env.cr.fetchone() and not reason:
            self._wake()

    @api.model
    def _ignore_reason(self, facts, account):
        if not account:
            return self.env._("No Stripe account of this database.")
        if facts.livemode != account.livemode:
            return self.env._("Of the other mode than the account.")
        if not account.connected:
            return self.env._("The account is not connected: the next sync tells all.")
        if events.subject_of(facts.type) is None or not facts.subject_id:
            return self.env._("Nothing to do for this type.")
        return None

    @api.autovacuum
    def _gc_foreign(self):
        """Forget, after Stripe's own thirty days, what was of no account of ours."""
        old = fields.Datetime.now() - timedelta(days=30)
        self.sudo().search(
            [("account_id", "=", False), ("create_date", "<", old)]
        ).unlink()

    # === JOB === #

    @api.model
    def _cron_process(self):
        """Work off the inbox, account by account, a chunk a commit."""
        self._push_due_expiries()
        self.env["payment.transaction"]._kash_stripe_push_due_refunds()
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
    def _push_due_expiries(self):
        """Expire the sessions that hooks of invoices said must not be paid any more."""
        attempts = self.env["payment.transaction"].search(
            [
                ("kash_stripe_to_expire", "=", True),
                ("kash_stripe_account_id.connected", "=", True),
            ],
            limit=_CHUNK,
        )
        attempts._kash_stripe_push_expire()
        closed = attempts.filtered(lambda tx: tx.kash_stripe_session_state != "open")
        closed.kash_stripe_to_expire = False
        if attempts - closed:
            self._wake(timedelta(minutes=1))

    @api.model
    def _wake(self, wait=timedelta(0)):
        cron = self.env.ref("kash_stripe_connect.ir_cron_events").sudo()
        cron._trigger(fields.Datetime.now() + wait)

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
        told = self._fetch(account)
        balance = account._pull_balance_or_none()
        for tries_left in reversed(range(_TRIES)):
            # A fresh snapshot, which sees what was written while we asked Stripe.
            self.env["ir.cron"]._commit_progress()
            if not account._try_serialise():
                return False
            try:
                self._apply_or_fail(account, told)
                if balance:
                    account._apply_balance_or_log(balance)
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                what = f"Stripe events of {account.stripe_id}, {tries_left} tries left"
                _logger.info("%s: %r", what, error)
                self.env.cr.rollback()
                continue
            return True
        return False

    def _fetch(self, account):
        """Fetch each object the events name once; return {event: what it tells}.

        Told is a record of facts, or the error that kept us from it. When Stripe does
        not answer once, nothing more is asked this time.
        """
        answers, down, told = {}, None, {}
        for event in self:
            subject = event._subject()
            if subject not in answers:
                answers[subject] = down or account._pull_subject_or_error(*subject)
            if isinstance(answers[subject], StripeUnreachable):
                down = answers[subject]
            told[event] = answers[subject]
        return told

    def _subject(self):
        """Return (kind, id) of what to fetch; rows are fetched once for all events."""
        kind = events.subject_of(self.type)
        return kind, False if kind == "rows" else self.subject_id

    def _apply_or_fail(self, account, told):
        """Apply all at once; on trouble halve until the culprits fail alone."""
        apart(
            self.env,
            self,
            lambda some: some._apply(account, told),
            lambda event, error: event._apply_failure(error),
        )

    def _apply(self, account, told):
        """Write what the fetched objects tell, record what is ready."""
        failed, sessions, charges = defaultdict(self.browse), [], []
        refunds, payouts, rows, disputes, warnings = [], [], [], [], []
        for event in self:
            answer = told[event]
            if isinstance(answer, Exception):
                failed[answer] |= event
                continue
            sessions += answer.sessions
            charges += answer.charges
            refunds += answer.refunds
            payouts += answer.payouts
            rows += answer.rows
            disputes += answer.disputes
            warnings += answer.warnings
            if answer.account:
                account._apply_account(*answer.account)
        account._apply_payments(sessions=_once(sessions), charges=_once(charges))
        account._apply_rows_with_sources(_once(rows))
        self.env["payment.transaction"]._kash_stripe_apply_refunds(account, refunds)
        account._apply_told_payouts(payouts)
        account._apply_disputes(_once(disputes))
        account._apply_warnings(_once(warnings))
        account._book_new()
        account._refresh_activities()
        done = self
        for error, group in failed.items():
            group._apply_failure(error)
            done -= group
        done.write({"state": "done", "note": False})

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


def _once(facts):
    """Return facts with distinct ids, the last word of each."""
    return list({fact.id: fact for fact in facts}.values())
