# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from contextlib import contextmanager

from odoo import models

from ...guard import NotTrouble

# Another job has an account for one page or one chunk: moments.
_TURN_TRIES = 10
_TURN_PAUSE_SECONDS = 0.3


class NotOurTurn(NotTrouble):
    """Another job works on the account."""


class OutOfTime(NotTrouble):
    """The job's time is over; what was committed stays, the next run goes on."""


class KashStripeTurns(models.AbstractModel):
    """One job at a time on an account, each turn a transaction of its own."""

    _name = "kash.stripe.turns"
    _description = "Stripe Turns"

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
