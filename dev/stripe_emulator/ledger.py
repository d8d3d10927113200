"""Running balances per account, mode and currency, and their proof."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .store import Row, Store, Tenant

PAYMENTS = "payments"


class InvariantBroken(AssertionError):
    """The rows and the balance tell two different stories."""


class Ledger:
    """What every account has, available and pending."""

    def __init__(self) -> None:
        self._totals: defaultdict[tuple[Tenant, str], dict[str, int]] = defaultdict(
            lambda: {"available": 0, "pending": 0}
        )

    def add(self, tenant: Tenant, currency: str, status: str, net: int) -> None:
        """Count a movement into the balance."""
        self._totals[tenant, currency][status] += net

    def count(self, row: Row) -> None:
        """Count a balance transaction, unless it moves another balance than ours."""
        data = row.data
        if data["balance_type"] == PAYMENTS:
            self.add(row.tenant, data["currency"], data["status"], data["net"])

    def release(self, tenant: Tenant, currency: str, net: int) -> None:
        """Make pending money available."""
        self.add(tenant, currency, "pending", -net)
        self.add(tenant, currency, "available", net)

    def balance(self, tenant: Tenant, currency: str) -> dict[str, int]:
        """Return what is available and pending."""
        return dict(self._totals[tenant, currency])

    def currencies(self, tenant: Tenant) -> list[str]:
        """Return the currencies an account ever moved."""
        return sorted(currency for owner, currency in self._totals if owner == tenant)

    def recount(self, store: Store) -> None:
        """Count every balance anew from the balance transactions."""
        self._totals.clear()
        for row in store:
            if row.kind == "balance_transaction":
                self.count(row)

    def prove(self, store: Store) -> None:
        """Raise unless Σ net of all payments rows is available + pending."""
        sums: defaultdict[tuple[Tenant, str], int] = defaultdict(int)
        for row in store:
            if row.kind == "balance_transaction":
                payments = row.data["balance_type"] == PAYMENTS
                sums[row.tenant, row.data["currency"]] += row.data["net"] * payments
        for key in {*sums, *self._totals}:
            if sums[key] != sum(self._totals[key].values()):
                message = f"{key}: rows {sums[key]}, balance {self._totals[key]}"
                raise InvariantBroken(message)
