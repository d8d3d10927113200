# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe held, and what was on its way, when the mirror begins.

Stripe does not tell past balances: the opening is today's less every row since.
https://docs.stripe.com/api/balance/balance_object
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timezone
from typing import Any

from .facts import BalanceFacts, BalanceTransactionFacts
from .payout_facts import PayoutFacts
from .reading import reference


@dataclass(frozen=True)
class Opening:
    """Minor units of one currency; payouts and debits as (id at Stripe, amount).

    ``stripe`` is its balance now, ``net`` what moved it since the day began, ``held``
    what the books had on clearing before.
    """

    stripe: int
    net: int
    held: int = 0
    in_transit: tuple[tuple[str, int], ...] = ()
    pending: tuple[tuple[str, int], ...] = ()

    @property
    def balance(self) -> int:
        """Return what Stripe held before the first row."""
        return self.stripe - self.net

    @property
    def to_record(self) -> int:
        """Return the part that the books do not have."""
        return self.balance - self.held

    @property
    def is_needed(self) -> bool:
        """Tell whether there is something that the books do not have."""
        return bool(self.to_record or self.in_transit or self.pending)

    @property
    def in_transit_total(self) -> int:
        """Return what Stripe had paid out and the bank had not got yet."""
        return sum(amount for _id, amount in self.in_transit)

    @property
    def pending_total(self) -> int:
        """Return what Stripe counted as its own and banks could still refuse."""
        return sum(amount for _id, amount in self.pending)

    def agrees_with(self, other: "Opening") -> bool:
        """Tell whether both are recorded alike: balance and rows may move together."""
        return replace(self, stripe=self.balance, net=0) == replace(
            other, stripe=other.balance, net=0
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as what a dialog can keep."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Opening":
        """Read what a dialog kept: JSON knows no tuples."""
        lists = {
            name: tuple((str(ref), int(minor)) for ref, minor in data[name])
            for name in ("in_transit", "pending")
        }
        return cls(stripe=data["stripe"], net=data["net"], held=data["held"], **lists)


def totals(balance: BalanceFacts) -> dict[str, int]:
    """Return what Stripe holds of each currency (minor units), without zeros."""
    codes = {*balance.available, *balance.pending}
    held = {code: balance.total(code) for code in sorted(codes)}
    return {code: minor for code, minor in held.items() if minor}


def was_in_transit(
    payout: PayoutFacts, *, start: int, day: date, came_since: Collection[str]
) -> bool:
    """Tell whether a payout was on its way when ``day`` began.

    :param start: the moment (epoch) at which ``day`` began
    :param came_since: ids of the rows since then, one of which may have brought it back
    """
    if payout.created >= start:
        return False
    if payout.status in {"pending", "in_transit"}:
        return True
    if payout.status == "paid":
        # A date at midnight UTC: https://docs.stripe.com/api/payouts/object
        arrival = datetime.fromtimestamp(payout.arrival_date, tz=timezone.utc).date()
        return arrival >= day
    return payout.failure_balance_transaction_id in came_since


def was_pending(row: BalanceTransactionFacts, *, came_since: Collection[str]) -> bool:
    """Tell whether the bank could still refuse the debit of a row when the day began.

    Of those that succeeded meanwhile Stripe does not say when: they count as received.
    """
    if not row.is_of_charge or row.source is None:
        return False
    if row.source.get("status") == "pending":
        return True
    return reference(row.source, "failure_balance_transaction") in came_since


def amounts(
    found: Iterable[PayoutFacts | BalanceTransactionFacts], currency: str
) -> tuple[tuple[str, int], ...]:
    """Return (id, amount) of what is in ``currency``, of a row its source's id."""
    return tuple(
        (getattr(one, "source_id", None) or one.id, one.amount)
        for one in found
        if one.currency == currency
    )
