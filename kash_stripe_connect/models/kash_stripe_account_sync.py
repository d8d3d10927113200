# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..const import RECORD_ERRORS
from ..core import events
from ..core.account_facts import AccountFacts
from ..gateway.errors import (
    GatewayError,
    StripeGone,
    StripeUnauthorised,
    StripeUnreachable,
)

_logger = logging.getLogger(__name__)

# A row can be listed a little after the moment it carries; re-reading changes nothing.
_OVERLAP = timedelta(hours=2)
# Stripe's clock may be ahead of ours: what it created "in the future" is read too.
_SKEW_SECONDS = 300
_SESSION_LIFE = timedelta(hours=25)
_POLL_EVERY = timedelta(minutes=1)
_SYNC_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class _Told:
    """What one fetched object tells of."""

    sessions: tuple = ()
    charges: tuple = ()
    refunds: tuple = ()
    payouts: tuple = ()
    rows: tuple = ()
    disputes: tuple = ()
    warnings: tuple = ()
    account: tuple[AccountFacts, list] | None = None


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
            zone = ZoneInfo(self._zone())
            today = datetime.now(zone).date()
            midnight = datetime.combine(today, clock_time.min, tzinfo=zone)
            self.mirror_start = midnight.astimezone(timezone.utc).replace(tzinfo=None)

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

    # === SYNC === #

    def _sync(self):
        """Bring each account up to date; what one step learned survives the next's.

        :return: the first trouble of the last account, None for none
        """
        trouble = None
        for account in self:
            trouble = account._sync_steps()
            account._book_new()
            account._refresh_activities()
            account._apply_synced(trouble)
        return trouble

    def _sync_steps(self):
        """Ask Stripe step by step; return the first trouble, None for none."""
        self.ensure_one()
        trouble = None
        for step in self._sync_pulls():
            try:
                with self.env.cr.savepoint():
                    step()
            except (GatewayError, *RECORD_ERRORS) as error:
                _logger.warning("Stripe sync of %s: %s", self.stripe_id, error)
                trouble = trouble or self._explain(error)
            if isinstance(trouble, (StripeUnreachable, StripeUnauthorised)):
                break
        return trouble

    def _sync_pulls(self):
        """Return the steps of a sync, in order."""
        return (
            self._pull_account,
            self._pull_sessions,
            self._pull_rows,
            self._pull_pending_refunds,
            self._pull_balance,
            self._push_mend_endpoint,
        )

    def _pull_account(self):
        """Fetch what Stripe says of the account itself."""
        self._apply_account(*self._pull_account_news())

    def _pull_account_news(self):
        """Return the account and, where a platform may ask, its ways to be paid."""
        facts = self._gateway(retries=1).account()
        if self.connection == "keys":
            return facts, ()
        return facts, self._pull_capabilities()

    def _pull_capabilities(self):
        """Return the ways to be paid; none when the operator's key may not ask."""
        try:
            return self._platform().capabilities(stripe_id=self.stripe_id)
        except StripeUnauthorised as error:
            if error.access_lost:
                raise
            _logger.info("Capabilities of %s: %s", self.stripe_id, error)
            return ()

    def _pull_balance(self):
        """Fetch what Stripe holds."""
        self._apply_balance(self._gateway(retries=1).balance())

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
        for attempt in open_attempts - young:
            try:
                told = gateway.session(session_id=attempt.kash_stripe_session_id)
            except StripeGone:
                attempt._kash_stripe_forget_session()
            else:
                self._apply_attempts(sessions=[told])
        if young:
            self._pull_session_pages(gateway, min(young.mapped("create_date")))

    def _pull_session_pages(self, gateway, since):
        cursor = None
        while True:
            page = gateway.sessions_page(since=_epoch(since) - 60, cursor=cursor)
            self._apply_attempts(sessions=page.items)
            cursor = page.cursor
            if not cursor:
                return

    # === ROWS === #

    def _pull_rows(self):
        """Mirror the rows of the window that is not known to be complete."""
        now, refunds = fields.Datetime.now(), []
        for rows in self._row_pages(self._rows_since(now), now):
            self._apply_rows_with_sources(rows)
            refunds += [row.refund() for row in rows if row.is_of_refund]
        # The newest come first: a refund may lie on a page before its charge's.
        self.env["payment.transaction"]._kash_stripe_apply_refunds(self, refunds)
        self.mirrored_until = now

    def _pull_pending_refunds(self):
        """Ask for refunds whose end we do not know: some end without a row."""
        pending = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("operation", "=", "refund"),
                ("state", "=", "pending"),
                ("kash_stripe_refund_id", "!=", False),
            ]
        )
        gateway = self._gateway(retries=1)
        self.env["payment.transaction"]._kash_stripe_apply_refunds(
            self,
            [
                gateway.refund(refund_id=refund_id)
                for refund_id in pending.mapped("kash_stripe_refund_id")
            ],
        )

    def _row_pages(self, start, now):
        """Yield what Stripe lists from ``start`` on, a page at a time, newest first."""
        until = _epoch(now) + _SKEW_SECONDS
        gateway, cursor = self._gateway(retries=1), None
        while True:
            page = gateway.balance_transactions_page(
                since=_epoch(start), until=until, cursor=cursor
            )
            yield page.items
            cursor = page.cursor
            if not cursor:
                return

    def _pull_new_rows(self):
        """Return the rows since the last sync: what a bell told of is among them."""
        known = self.mirrored_until and self.mirrored_until - _OVERLAP
        start = max(self.mirror_start, known or self.mirror_start)
        pages = self._row_pages(start, fields.Datetime.now())
        return tuple(row for page in pages for row in page)

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

    def _apply_rows_with_sources(self, rows):
        """Apply a page: the payments its rows tell of first, then the rows."""
        charges = [row.charge() for row in rows if row.is_of_charge]
        self.env["payment.transaction"]._kash_stripe_apply_charges(self, charges)
        refunds = [row.refund() for row in rows if row.is_of_refund]
        self.env["payment.transaction"]._kash_stripe_apply_refunds(self, refunds)
        self.env["kash.stripe.balance.transaction"]._apply_rows(self, rows)

    # === ONE OBJECT === #

    def _pull_balance_or_none(self):
        """Return what Stripe holds; None when it does not say: it is only shown."""
        try:
            return self._gateway(retries=0).balance()
        except GatewayError as error:
            _logger.info("Stripe's balance of %s: %s", self.stripe_id, error)
            return None

    def _pull_subject_or_error(self, subject, subject_id):
        """Return what an object tells, or the error that kept us from it."""
        try:
            return self._pull_subject(subject, subject_id)
        except GatewayError as error:
            return self._explain(error)

    def _pull_subject(self, subject, subject_id):
        """Fetch the object an event named and return what it tells."""
        self.ensure_one()
        gateway = self._gateway(retries=1)
        if subject == "checkout.session":
            return _Told(sessions=(gateway.session(session_id=subject_id),))
        if subject == "payment_intent":
            charge = gateway.intent(intent_id=subject_id).latest_charge
            return _Told(charges=(charge,) if charge else ())
        if subject == "charge":
            return _Told(charges=(gateway.charge(charge_id=subject_id),))
        if subject == "refund":
            return _Told(
                refunds=(gateway.refund(refund_id=subject_id),),
                rows=self._pull_new_rows(),
            )
        if subject == "payout":
            return _Told(
                payouts=self._pull_payout(subject_id), rows=self._pull_new_rows()
            )
        if subject == "rows":
            return _Told(rows=self._pull_new_rows())
        return _Told(account=self._pull_account_news())

    def _apply_attempts(self, *, sessions=(), charges=()):
        """Write what sessions and charges tell of our attempts; return all charges."""
        transactions = self.env["payment.transaction"]
        transactions._kash_stripe_apply_sessions(self, sessions)
        latest = (s.intent.latest_charge for s in sessions if s.intent)
        told = [charge for charge in (*latest, *charges) if charge]
        transactions._kash_stripe_apply_charges(self, told)
        return told

    def _apply_payments(self, *, sessions=(), charges=()):
        """Write what sessions and charges tell: attempts first, then their rows.

        For jobs, which work on an account one at a time; a web request only writes
        the attempt.
        """
        told = self._apply_attempts(sessions=sessions, charges=charges)
        self.env["kash.stripe.balance.transaction"]._apply_rows(
            self, [row for charge in told for row in charge.rows]
        )

    def _book_new(self):
        """Record every row that is ready."""
        self.env["kash.stripe.balance.transaction"]._book_ready(self)

    def _apply_synced(self, trouble):
        """Remember how the sync went and when the next one is due."""
        now = fields.Datetime.now()
        every = _POLL_EVERY if self.webhook_state == "polling" else _SYNC_EVERY
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
        wait = timedelta(seconds=max(60, events.backoff(failures)))
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
        """Sync every account whose time has come; one commit an account."""
        due = self.search(
            [
                ("connected", "=", True),
                ("next_sync_at", "<=", fields.Datetime.now()),
            ]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for account in due:
            if account._try_serialise():
                account._sync_or_later()
            if cron._commit_progress(1) <= 0:
                return

    def _sync_or_later(self):
        """Sync; when somebody wrote the same attempt meanwhile, do it in the next run.

        The account is still due then, and everything is asked again.
        """
        try:
            self._sync()
            self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            _logger.info("Stripe sync of %s is run again: %s", self.stripe_id, error)
            self.env.cr.rollback()

    def _try_serialise(self):
        """Become the only job that works on this account until the next commit."""
        self.ensure_one()
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
            ["kash.stripe.account", self.id],
        )
        return self.env.cr.fetchone()[0]


def _epoch(moment):
    """Return Odoo's naive UTC moment as epoch seconds."""
    return int(moment.replace(tzinfo=timezone.utc).timestamp())
