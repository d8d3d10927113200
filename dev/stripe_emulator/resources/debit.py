"""What becomes of a bank debit: it succeeds or fails days later, or is returned.

https://docs.stripe.com/payments/ach-direct-debit (the charges are `charge.py`'s)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import bank_accounts, charge_shape, chargebacks, fees, refunding
from . import balance_transaction, charge, checkout_session, payment_intent

if TYPE_CHECKING:
    from ..store import Row
    from ..world import World


@charge.resource.timer("end_debit")
def end(world: World, charge_id: str) -> None:
    """Let the bank account decide, unless somebody did before."""
    row = world.store.find(charge_id)
    if row is None or row.data["status"] != "pending":
        return
    number = charge.number_of(world, row)
    fate = bank_accounts.fate(charge.method_of(row), number)
    if fate.failure:
        fail(world, row, fate.failure)
        return
    succeed(world, row)
    if fate.disputed:
        dispute(world, row, "debit_not_authorized")


def succeed(world: World, row: Row) -> None:
    """Collect the money."""
    charge.settle(world, row.id)
    receipt = f"{world.base_url}/receipts/{row.id}"
    world.change(row, status="succeeded", paid=True, receipt_url=receipt)
    intent = _intent(world, row)
    payment_intent.succeed(world, intent, row)
    if intent.private["session"]:
        checkout_session.debit_ended(world, intent.private["session"], paid=True)
    refunding.charge_ended(world, row, succeeded=True)


def fail(world: World, row: Row, code: str, amount: int | None = None) -> None:
    """Be refused by the bank: the money that was counted on goes again."""
    charge.settle(world, row.id)
    kind, category = "payment_failure_refund", "charge_failure"
    booked = _take_back(world, row, kind, category, amount)
    failure = charge_shape.failed_debit(code, bank_accounts.message(code))
    world.change(row, **failure, failure_balance_transaction=booked.id)
    intent = _intent(world, row)
    method = world.store.linked(row.data["payment_method"])
    payment_intent.fail_debit(world, intent, method, row)
    if intent.private["session"]:
        checkout_session.debit_ended(world, intent.private["session"], paid=False)
    refunding.charge_ended(world, row, succeeded=False)


def reverse(world: World, row: Row, amount: int | None = None) -> None:
    """Take back a payment that had succeeded, without a dispute."""
    booked = _take_back(world, row, "payment_reversal", None, amount)
    previous = world.change(row, failure_balance_transaction=booked.id)
    world.emit("charge.updated", row, previous)


def dispute(world: World, row: Row, reason: str) -> Row:
    """Lose a payment that had succeeded to a dispute that cannot be answered."""
    return chargebacks.make(world, row, reason=reason, status="lost", due_by=0)


def _take_back(
    world: World,
    row: Row,
    kind: str,
    category: str | None,
    amount: int | None = None,
) -> Row:
    taken = world.store.linked(row.data["balance_transaction"])
    currency, fee = taken.data["currency"], world.settings.debit_failure_fee
    movement = balance_transaction.Movement(
        kind=kind,
        category=category,
        amount=-(amount or taken.data["amount"]),
        currency=currency,
        source=row.id,
        description="REFUND FOR FAILED PAYMENT",
        fees=fees.details(fee, currency, "Bank debit failure fee"),
        available_on=balance_transaction.with_charge(world, row),
        rate=taken.data["exchange_rate"],
    )
    return balance_transaction.book(world, row.tenant, movement)


def _intent(world: World, row: Row) -> Row:
    return world.store.linked(row.data["payment_intent"])
