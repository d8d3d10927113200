# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import RECORD_ERRORS
from ..core import days, events
from ..gateway.errors import GatewayError, StripeGone, StripeUnauthorised

_logger = logging.getLogger(__name__)

_CHUNK = 100


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
    company_id = fields.Many2one(related="account_id.company_id")
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
        self.env.ref("kash_stripe_connect.ir_cron_events").sudo()._trigger()

    # === INBOX === #

    @api.model
    def _store(self, facts, account, stripe_id):
        """Put one event into the inbox and wake the job; a known one is a no-op.

        ``ON CONFLICT`` because Odoo does not run a request again after a unique
        violation, and Stripe delivers at least once.

        :param account: whose endpoint rang; empty when we know no such account
        """
        reason = self._ignore_reason(facts, account)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO kash_stripe_event
                    (event_id, stripe_id, account_id, type, livemode, api_version,
                     stripe_created, subject, subject_id, payload, state, note,
                     attempts, create_uid, write_uid, create_date, write_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0,
                        %s, %s, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC')
                ON CONFLICT (stripe_id, event_id) DO NOTHING
                RETURNING id
                """,
                facts.id,
                stripe_id,
                account.id or None,
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
            self.env.ref("kash_stripe_connect.ir_cron_events").sudo()._trigger()

    @api.model
    def _ignore_reason(self, facts, account):
        if not account:
            return "No Stripe account of this database."
        if facts.livemode != account.livemode:
            return "Of the other mode than the account."
        if events.subject_of(facts.type) is None or not facts.subject_id:
            return "Nothing to do for this type."
        return None

    # === JOB === #

    @api.model
    def _cron_process(self):
        """Work off the inbox, account by account, a chunk a commit."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(self._due()))
        accounts = self._read_group(self._due(), ["account_id"])
        for [account] in accounts:
            while chunk := self.search(
                [*self._due(), ("account_id", "=", account.id)],
                order="id",
                limit=_CHUNK,
            ):
                if not account._try_serialise():
                    self.env.ref("kash_stripe_connect.ir_cron_events")._trigger(
                        fields.Datetime.now() + timedelta(seconds=2)
                    )
                    break
                chunk._process_or_fail(account)
                if cron._commit_progress(len(chunk)) <= 0:
                    return

    @api.model
    def _due(self):
        return [
            ("state", "=", "new"),
            ("account_id", "!=", False),
            "|",
            ("next_try", "=", False),
            ("next_try", "<=", fields.Datetime.now()),
        ]

    def _process_or_fail(self, account):
        """Process all at once; on trouble halve until the culprits fail alone."""
        try:
            with self.env.cr.savepoint():
                self._process(account)
        except RECORD_ERRORS as error:
            if len(self) == 1:
                self._apply_failure(error)
                return
            half = len(self) // 2
            self[:half]._process_or_fail(account)
            self[half:]._process_or_fail(account)

    def _process(self, account):
        """Fetch each object the events name once, apply all, then record."""
        wanted = defaultdict(self.browse)
        for event in self:
            wanted[events.subject_of(event.type), event.subject_id] |= event
        fetched, sessions, charges = self.browse(), [], []
        for (subject, subject_id), doorbells in wanted.items():
            try:
                told = account._pull_subject(subject, subject_id)
            except GatewayError as error:
                doorbells._apply_failure(error)
                continue
            sessions += told.sessions
            charges += told.charges
            fetched |= doorbells
        account._apply_payments(sessions=sessions, charges=charges)
        account._book_new()
        fetched.write({"state": "done", "note": False})

    def _apply_failure(self, error):
        """Remember the reason and the time of the next try; give up what is gone."""
        _logger.warning("Stripe events %s: %s", self.mapped("event_id"), error)
        if isinstance(error, StripeGone):
            self.write({"state": "ignored", "note": str(error)})
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
                    "note": str(error),
                    "state": "failed" if given_up else "new",
                    "next_try": retry_at,
                }
            )
            if not given_up:
                self.env.ref("kash_stripe_connect.ir_cron_events")._trigger(retry_at)
        if isinstance(error, StripeUnauthorised):
            self.account_id.filtered("connected")._apply_lost_access(str(error))
