"""Bank accounts, and the payouts to them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from .. import banks, payout_runs, payouts
from .base import Account, Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row


class PayoutControls(Base):
    """Sends money to the bank, and lets it come back."""

    def add_bank_account(
        self,
        account_id: str | Account,
        *,
        currency: str | None = None,
        number: str = "000123456789",
        livemode: bool | None = None,
    ) -> Json:
        """Name a bank account: from now on the account is paid out to it.

        The number says what becomes of payouts, as in Stripe's test mode.
        """
        with self.world.lock:
            tenant = self._tenant(account_id, livemode)
            owner = self._row(tenant.account, "account")
            into = currency or owner.data["default_currency"]
            row = banks.add(self.world, tenant, owner, into, number)
            payout_runs.plan(self.world, tenant)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def payout(
        self,
        account_id: str | Account,
        amount: int,
        currency: str = "usd",
        *,
        instant: bool = False,
        livemode: bool | None = None,
    ) -> Json:
        """Pay out by hand, as in the dashboard; whatever the balance says."""
        with self.world.lock:
            tenant = self._tenant(account_id, livemode)
            bank = banks.of(self.world, tenant, currency)
            if bank is None:
                message = f"There is no bank account for {currency}."
                raise ControlError(message)
            row = payouts.make(self.world, tenant, bank, amount, instant=instant)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def pay_out(
        self, account_id: str | Account, *, livemode: bool | None = None
    ) -> list[Json]:
        """Make the automatic payouts of the day now; return them."""
        with self.world.lock:
            tenant = self._tenant(account_id, livemode)
            before = len(self.world.store.rows(tenant, "payout"))
            payout_runs.pay_out(self.world, tenant)
            self.world.dirty.set()
            made = self.world.store.rows(tenant, "payout")[before:]
            return [copy.deepcopy(row.data) for row in made]

    def arrive_payout(self, payout_id: str) -> Json:
        """Let a payout arrive now."""
        with self.world.lock:
            row = self._on_its_way(payout_id, "pending", "in_transit")
            payouts.arrive(self.world, row)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def fail_payout(self, payout_id: str, code: str = "account_closed") -> Json:
        """Let a payout come back, be it after it was paid."""
        with self.world.lock:
            row = self._on_its_way(payout_id, "pending", "in_transit", "paid")
            payouts.fail(self.world, row, code)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def _on_its_way(self, payout_id: str, *statuses: str) -> Row:
        row = self._row(payout_id, "payout")
        if row.data["status"] not in statuses:
            message = f"The payout is {row.data['status']}."
            raise ControlError(message)
        return row
