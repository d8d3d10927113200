# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said of one or several objects, between asking and writing it down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .account_facts import AccountFacts, CapabilityFacts
from .dispute_facts import DisputeFacts, FraudWarningFacts
from .facts import BalanceTransactionFacts, ChargeFacts, RefundFacts
from .payout_facts import PayoutFacts
from .reading import BadFact
from .session_facts import SessionFacts


@dataclass(frozen=True)
class News:
    """Facts of each kind, and the account with its ways to be paid if it was asked."""

    sessions: tuple[SessionFacts, ...] = ()
    charges: tuple[ChargeFacts, ...] = ()
    refunds: tuple[RefundFacts, ...] = ()
    payouts: tuple[PayoutFacts, ...] = ()
    rows: tuple[BalanceTransactionFacts, ...] = ()
    disputes: tuple[DisputeFacts, ...] = ()
    warnings: tuple[FraudWarningFacts, ...] = ()
    account: tuple[AccountFacts, Sequence[CapabilityFacts]] | None = None

    def __add__(self, other: "News") -> "News":
        """Return both together: each object once, with the last word of it."""
        return News(
            sessions=_once(self.sessions + other.sessions),
            charges=_once(self.charges + other.charges),
            refunds=_once(self.refunds + other.refunds),
            payouts=_once(self.payouts + other.payouts),
            rows=_once(self.rows + other.rows),
            disputes=_once(self.disputes + other.disputes),
            warnings=_once(self.warnings + other.warnings),
            account=other.account or self.account,
        )

    @property
    def all_charges(self) -> tuple[ChargeFacts, ...]:
        """Return the charges that any of it tells of, each once.

        One that cannot be read is told of when its row is applied.
        """
        latest = (
            session.intent.latest_charge for session in self.sessions if session.intent
        )
        of_rows = (_charge_of(row) for row in self.rows)
        return _once(tuple(c for c in (*latest, *of_rows, *self.charges) if c))


def _charge_of(row: BalanceTransactionFacts) -> ChargeFacts | None:
    try:
        return row.charge if row.is_of_charge else None
    except BadFact:
        return None


def _once(facts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return facts with distinct ids, the last word of each."""
    return tuple({fact.id: fact for fact in facts}.values())
