# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..core import days
from ..gateway.errors import StripeGone
from ..gateway.pages import pages

_SESSION_LIFE = timedelta(hours=25)


class KashStripeAccount(models.Model):
    """Asking Stripe for one thing: what an event named, or what we wait for."""

    _inherit = "kash.stripe.account"

    # === ACCOUNT === #

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
        asked = {"stripe_id": self.stripe_id}
        return self._ask_or_none(lambda: self._platform().capabilities(**asked)) or ()

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
        for sessions in pages(gateway.sessions_page, since=days.epoch(since) - 60):
            self._apply_attempts(sessions=sessions)

    # === APPLY === #

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
