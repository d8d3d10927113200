# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import models

from ...gateway.errors import StripeGone, StripeRefused

_logger = logging.getLogger(__name__)


class KashStripeWhose(models.AbstractModel):
    """Whose charges are, asked of Stripe where no id known here says it.

    A session names its payment intent only once the customer confirms. What we wrote
    into metadata tells what to ask for; it proves nothing, for anybody can edit it.
    """

    _name = "kash.stripe.whose"
    _description = "Whose Stripe Charges Are"

    def _strangers(self, charges, sessions=()):
        """Return the charges of which no id is known here: they may be made elsewhere.

        A row that came with its charge was asked about then, and never is again.

        :param sessions: SessionFacts that are applied with them, and name intents
        """
        self.ensure_one()
        named = {session.payment_intent_id for session in sessions} | {None}
        charges = [c for c in charges if c.payment_intent_id not in named]
        known = self.env["payment.transaction"]._kash_stripe_attempts_of(self, charges)
        unknown = [charge for charge in charges if charge.id not in known]
        answered = self._answered([charge.id for charge in unknown])
        return [charge for charge in unknown if charge.id not in answered]

    def _answered(self, charge_ids):
        """Return which of these charges are mirrored, and so were asked about."""
        if not charge_ids:
            return set()
        rows = self.env["kash.stripe.balance.transaction"].search_fetch(
            [
                ("account_id", "=", self.id),
                ("source_id", "in", charge_ids),
                ("source_seen", "=", True),
            ],
            ["source_id"],
        )
        return set(rows.mapped("source_id"))

    def _pull_whose(self, charges):
        """Return the sessions (facts) that may say whose charges are; once a batch.

        :param charges: what :meth:`_strangers` returned of it
        """
        if not charges:
            return ()
        silent = self._silent_attempts(charges)
        sessions = self._pull_named_sessions(silent.mapped("kash_stripe_session_id"))
        said = {s.id: s.payment_intent_id for s in sessions if s.payment_intent_id}
        silent = silent.filtered(lambda tx: tx.kash_stripe_session_id not in said)
        unsaid = [c for c in charges if c.payment_intent_id not in said.values()]
        return (*sessions, *self._pull_sessions_of(self._doubtful(unsaid, silent)))

    def _silent_attempts(self, charges):
        """Return the attempts that know no intent yet and may be what was paid: few.

        What was asked for is what Checkout charges, to the cent: adaptive pricing and
        promotion codes are off. Metadata may name another one.
        """
        attempts = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("kash_stripe_session_id", "!=", False),
                ("kash_stripe_session_state", "!=", "expired"),
                ("kash_stripe_intent_id", "=", False),
            ]
        )
        amounts = {(charge.amount, charge.currency) for charge in charges}
        names = {charge.metadata.get("kash_attempt") for charge in charges}
        return attempts.filtered(
            lambda tx: tx._kash_stripe_asked() in amounts or tx.reference in names
        )

    def _pull_named_sessions(self, session_ids):
        """Return sessions; of one that Stripe does not say the sync finds out why."""
        gateway, found = self._gateway(retries=1), []
        for session_id in session_ids:
            try:
                found.append(gateway.session(session_id=session_id))
            except (StripeGone, StripeRefused):
                continue
        return found

    def _doubtful(self, charges, silent):
        """Return the charges that Stripe has to be asked about by their intent.

        Those whose metadata claim an attempt of ours, against all that is known; and
        those without any, where an attempt that knows no intent asked for as much.
        Nothing is called anybody's while no money has moved.

        :param silent: attempts that know no intent, asked again
        """
        amounts = {tx._kash_stripe_asked() for tx in silent}
        names = self._names_of_attempts(charges)
        return [
            charge
            for charge in charges
            if charge.balance_transaction_id
            and (
                self._is_claimed(charge, names)
                or (not charge.metadata and (charge.amount, charge.currency) in amounts)
            )
        ]

    def _names_of_attempts(self, charges):
        """Return which of the attempts that charges name exist here."""
        names = [charge.metadata.get("kash_attempt") for charge in charges]
        attempts = self.env["payment.transaction"].search_fetch(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("reference", "in", [name for name in names if name]),
            ],
            ["reference"],
        )
        return set(attempts.mapped("reference"))

    def _is_claimed(self, charge, names):
        """Tell whether metadata say that a charge is of this database, or of ours."""
        given = charge.metadata
        return (
            given.get("kash_db") in self._known_uuids()
            or given.get("kash_attempt") in names
        )

    def _pull_sessions_of(self, charges):
        """Return the sessions that the intents of charges are of, one request each."""
        gateway, found = self._gateway(retries=1), []
        for charge in charges:
            try:
                page = gateway.sessions_of(intent_id=charge.payment_intent_id)
            except (StripeGone, StripeRefused) as error:
                # Its row is of no payment of ours then: it must not keep others away.
                _logger.info("Stripe account %s: %s", self.stripe_id, error)
                continue
            self._set_aside(page.unread)
            found += page.items
        return found

    # === ROWS === #

    def _pull_whose_rows(self, rows):
        """Return the sessions that may say whose the charges are that rows are of.

        In the job with a fresh look at the database: a payment that was started while
        the rows were read is known by then.
        """
        charges = [row.charge for row in rows if row.is_of_charge]
        if not self._strangers(charges):
            return ()
        if self._is_in_job():
            self.env["ir.cron"]._commit_progress(remaining=1)
        return self._pull_whose(self._strangers(charges))

    def _apply_pulled_rows(self, rows):
        """Apply rows just read, and first what says whose their charges are."""
        charges = [row.charge for row in rows if row.is_of_charge]
        self._apply_sessions(self._pull_whose(self._strangers(charges)))
        self._apply_rows_with_sources(rows)
