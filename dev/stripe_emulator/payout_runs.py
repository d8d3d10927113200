"""Automatic payouts: when they are made, and of what.

https://docs.stripe.com/payouts#payout-schedule
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from . import banks, payouts
from .resources import account, balance_transaction
from .resources.balance_transaction import DAY, Movement

if TYPE_CHECKING:
    from .store import Row, Tenant
    from .world import World

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


def pay_out(world: World, tenant: Tenant) -> None:
    """Make the automatic payouts of a day: all that is available, in each currency."""
    settings = account.of(world, tenant).data
    if not settings["payouts_enabled"] or not is_payday(world, tenant):
        return
    for currency in world.ledger.currencies(tenant):
        bank = banks.of(world, tenant, currency)
        if bank is not None and bank.data["status"] != "errored":
            _sweep(world, tenant, bank)


def is_payday(world: World, tenant: Tenant) -> bool:
    """Say if an account's schedule names this day."""
    schedule = account.of(world, tenant).data["settings"]["payouts"]["schedule"]
    today = datetime.fromtimestamp(world.clock.now, timezone.utc)
    tomorrow = datetime.fromtimestamp(world.clock.now + DAY, timezone.utc)
    last = max(schedule.get("monthly_payout_days") or [0])
    days = {
        "daily": True,
        "weekly": WEEKDAYS[today.weekday()] in schedule.get("weekly_payout_days", ()),
        "monthly": today.day in schedule.get("monthly_payout_days", ())
        or (tomorrow.day == 1 and today.day < last),
    }
    return days.get(schedule["interval"], False)


def _sweep(world: World, tenant: Tenant, bank: Row) -> None:
    """Pay out what is available, and remember what it was made of."""
    currency = bank.data["currency"]
    swept = _unpaid(world, tenant, currency)
    owner = account.of(world, tenant)
    there = sum(row.data["net"] for row in swept)
    minimum = owner.private.get("minimum_balance", {}).get(currency, 0)
    kept = min(minimum, max(0, there))
    amount = there - kept
    debits = owner.data["settings"]["payouts"]["debit_negative_balances"]
    if not amount or (amount < 0 and not debits):
        return
    row = payouts.make(world, tenant, bank, amount, automatic=True)
    swept += [_own(world, row), *_keep(world, row, kept)]
    for one in swept:
        one.private["payout"] = row.id
    due = world.clock.now + world.settings.reconciliation_delay
    world.clock.at(due, "reconcile_payout", row.id)


def _unpaid(world: World, tenant: Tenant, currency: str) -> list[Row]:
    """Return what is available, and in no automatic payout yet."""
    return [
        row
        for row in world.store.rows(tenant, "balance_transaction")
        if row.data["currency"] == currency
        and row.data["status"] == "available"
        and row.data["balance_type"] == "payments"
        and "payout" not in row.private
    ]


def _own(world: World, row: Row) -> Row:
    return world.store.linked(row.data["balance_transaction"])


def _keep(world: World, row: Row, amount: int) -> list[Row]:
    """Hold back the minimum balance; what is released at once is for the next time."""
    if not amount:
        return []
    held = _hold(world, row, "payout_minimum_balance_hold", -amount)
    _hold(world, row, "payout_minimum_balance_release", amount)
    return [held]


def _hold(world: World, row: Row, kind: str, amount: int) -> Row:
    movement = Movement(
        kind=kind,
        category=kind,
        amount=amount,
        currency=row.data["currency"],
        source=row.id,
        available_on=world.clock.now,
    )
    return balance_transaction.book(world, row.tenant, movement)


def reconcile(world: World, row: Row) -> None:
    """Say what an automatic payout is made of."""
    world.change(row, reconciliation_status="completed")
    world.emit("payout.reconciliation_completed", row)


def plan(world: World, tenant: Tenant) -> None:
    """Look again tomorrow, as long as there is money."""
    held = (world.ledger.balance(tenant, c) for c in world.ledger.currencies(tenant))
    if any(any(balance.values()) for balance in held):
        mode = "live" if tenant.livemode else "test"
        due = balance_transaction.next_payout_run(world)
        world.clock.at(due, "automatic_payouts", tenant.account, mode)
