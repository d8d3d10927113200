# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import api, models

from ..core import days
from ..guard import NotTrouble

# Another job has an account for one page or one chunk: moments.
_TURN_TRIES = 10
_TURN_PAUSE_SECONDS = 0.3


class NotOurTurn(NotTrouble):
    """Another job works on the account."""


class OutOfTime(NotTrouble):
    """The job's time is over; what was committed stays, the next run goes on."""


class KashStripeAccount(models.Model):
    """The calendar of an account, and whose turn it is to work on it."""

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

    # === TURNS === #

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
