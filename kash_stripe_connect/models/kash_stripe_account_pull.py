# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields, models

from ..core import days
from ..core.account_facts import AccountFacts
from ..gateway.errors import StripeGone, StripeUnauthorised
from ..guard import alone, reason_of

_logger = logging.getLogger(__name__)

_SESSION_LIFE = timedelta(hours=25)


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
            page = gateway.sessions_page(since=days.epoch(since) - 60, cursor=cursor)
            self._apply_attempts(sessions=page.items)
            cursor = page.cursor
            if not cursor:
                return

    # === ONE OBJECT === #

    def _pull_balance_or_none(self):
        """Return what Stripe holds; None when it does not say: it is only shown."""
        with alone(self.env) as trouble:
            return self._gateway(retries=0).balance()
        what = f"Stripe's balance of {self.stripe_id}"
        reason_of(self.env, trouble.error, what, _logger)
        return None

    def _apply_balance_or_log(self, balance):
        """Write what Stripe holds; it is only shown, and the next sync asks again."""
        with alone(self.env) as trouble:
            self._apply_balance(balance)
        if trouble.error:
            what = f"Stripe's balance of {self.stripe_id}"
            reason_of(self.env, trouble.error, what, _logger)

    def _pull_subject_or_error(self, subject, subject_id):
        """Return what an object tells, or the error that kept us from it."""
        with alone(self.env) as trouble:
            return self._pull_subject(subject, subject_id)
        return self._explain(trouble.error)

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
