"""What happens to a dispute: its money goes, and comes back or not.

https://docs.stripe.com/disputes/how-disputes-work (the API's side is `dispute.py`)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import cards, dispute_shape, fees, fx
from .resources import balance_transaction, charge, early_fraud_warning

if TYPE_CHECKING:
    from .store import Row
    from .world import World

DAY = balance_transaction.DAY
DAYS_TO_ANSWER, DAYS_OF_AN_INQUIRY = 8, 120
INQUIRIES = ("warning_needs_response", "warning_under_review", "warning_closed")
CLOSED = ("won", "lost", "warning_closed", "prevented")
# What can come after what.
NEXT: dict[str, tuple[str, ...]] = {
    "warning_needs_response": (
        *("warning_under_review", "warning_closed", "needs_response", "prevented"),
    ),
    "warning_under_review": ("warning_closed", "needs_response"),
    "needs_response": ("under_review", "won", "lost"),
    "under_review": ("won", "lost"),
    "lost": ("appeal_needs_response",),
    "won": ("appeal_needs_response",),
    "appeal_needs_response": ("appeal_under_review", "won", "lost"),
    "appeal_under_review": ("won", "lost"),
}


class NotNext(ValueError):
    """A status that a dispute cannot come to from where it is."""


def make(
    world: World,
    paid: Row,
    *,
    reason: str = "fraudulent",
    status: str = "needs_response",
    amount: int | None = None,
    due_by: int | None = None,
    withdraw_now: bool = True,
) -> Row:
    """Let the customer's bank ask, or take the money back."""
    now = world.clock.now
    due = now - now % DAY + (DAYS_TO_ANSWER + 1) * DAY - 1 if due_by is None else due_by
    data = {
        **dispute_shape.new(paid.data, reason, status, due),
        "id": world.ids.new("du_1", 23),
        "amount": paid.data["amount"] if amount is None else amount,
        "created": now,
        "livemode": paid.tenant.livemode,
    }
    row = world.insert("dispute", paid.tenant, data, rows=[])
    world.change(paid, disputed=status != "prevented")
    world.emit("charge.dispute.created", row)
    early_fraud_warning.too_late(world, paid)
    if withdraw_now and status not in (*INQUIRIES, "prevented"):
        withdraw(world, row)
    if status in CLOSED:
        world.emit("charge.dispute.closed", row)
    else:
        _plan(world, row, due)
    return row


def _plan(world: World, row: Row, due: int) -> None:
    world.clock.at(due, "dispute_due", row.id)
    if row.data["status"] in INQUIRIES:
        end = world.clock.now + DAYS_OF_AN_INQUIRY * DAY
        world.clock.at(end, "inquiry_ends", row.id)


def by_card(world: World, paid: Row) -> None:
    """Let a test card do what it is known for."""
    if charge.method_of(paid) != "card":
        return
    card = cards.lookup(charge.number_of(world, paid))
    if card.early_warning:
        early_fraud_warning.make(world, paid)
    if card.dispute:
        status = "warning_needs_response" if card.inquiry else "needs_response"
        make(world, paid, reason=card.dispute, status=status)


def blocks_refund(world: World, paid: Row) -> bool:
    """Say if a charge cannot be refunded because it is disputed."""
    return any(
        row.data["charge"] == paid.id and not row.data["is_charge_refundable"]
        for row in world.store.rows(paid.tenant, "dispute")
    )


def withdraw(world: World, row: Row) -> None:
    """Take the disputed money out of the balance, and a fee."""
    settled = fx.take_back(world, row.tenant, row.data["amount"], row.data["currency"])
    fee = world.settings.dispute_fee
    movement = balance_transaction.Movement(
        kind="adjustment",
        category="dispute",
        amount=-settled.amount,
        currency=settled.currency,
        source=row.id,
        description=f"Chargeback withdrawal for {row.data['charge']}",
        fees=fees.details(fee, settled.currency, "Dispute fee"),
        available_on=world.clock.now,
    )
    _book(world, row, movement)
    row.data["is_charge_refundable"] = False
    world.emit("charge.dispute.funds_withdrawn", row)


def _reinstate(world: World, row: Row) -> None:
    taken = rows(world, row)[0].data
    settled = fx.settle(world, row.tenant, row.data["amount"], row.data["currency"])
    returned = -taken["fee"] if world.settings.dispute_fee_returned else 0
    movement = balance_transaction.Movement(
        kind="adjustment",
        category="dispute_reversal",
        amount=settled.amount,
        currency=settled.currency,
        source=row.id,
        description=f"Chargeback reversal for {row.data['charge']}",
        fees=fees.details(returned, taken["currency"], "Dispute fee"),
    )
    _book(world, row, movement)
    world.emit("charge.dispute.funds_reinstated", row)


def _book(world: World, row: Row, movement: balance_transaction.Movement) -> None:
    booked = balance_transaction.book(world, row.tenant, movement)
    row.private["rows"].append(booked.id)
    refresh(world, row)


def adjust(world: World, row: Row, amount: int, category: str) -> None:
    """Move more money of a dispute: what Stripe had to correct, or to charge."""
    movement = balance_transaction.Movement(
        kind="adjustment",
        category=category,
        amount=amount,
        currency=rows(world, row)[0].data["currency"],
        source=row.id,
        description=f"Chargeback adjustment for {row.data['charge']}",
        available_on=world.clock.now,
    )
    _book(world, row, movement)
    way = "withdrawn" if amount < 0 else "reinstated"
    world.emit(f"charge.dispute.funds_{way}", row)


def rows(world: World, row: Row) -> list[Row]:
    """Return the balance transactions of a dispute."""
    found = (world.store.find(row_id) for row_id in row.private["rows"])
    return [one for one in found if one is not None]


def refresh(world: World, row: Row) -> None:
    """Show the balance transactions of a dispute as they are now."""
    row.data["balance_transactions"] = [one.data for one in rows(world, row)]


def move(world: World, row: Row, status: str) -> None:
    """Let a dispute come to another status, with all that belongs to it."""
    before = row.data["status"]
    if status not in NEXT.get(before, ()):
        message = f"A dispute that is {before} does not become {status}."
        raise NotNext(message)
    refundable = status in dispute_shape.REFUNDABLE
    previous = world.change(row, status=status, is_charge_refundable=refundable)
    if status in ("needs_response", "lost") and not row.private["rows"]:
        withdraw(world, row)
    if before == "won":
        adjust(world, row, rows(world, row)[0].data["amount"], "dispute")
    if status == "won" and row.private["rows"]:
        _return_countered_fee(world, row)
        _reinstate(world, row)
    closed = status in CLOSED
    name = "closed" if closed else "updated"
    world.emit(f"charge.dispute.{name}", row, None if closed else previous)


def take_countered_fee(world: World, row: Row) -> None:
    """Charge for the answer to a dispute, where that costs anything."""
    if fee := world.settings.dispute_countered_fee:
        row.private["countered"] = fee
        _book_countered_fee(world, row, -fee)


def _return_countered_fee(world: World, row: Row) -> None:
    if fee := row.private.pop("countered", 0):
        _book_countered_fee(world, row, fee)


def _book_countered_fee(world: World, row: Row, amount: int) -> None:
    movement = balance_transaction.Movement(
        kind="stripe_fee",
        category="fee",
        amount=amount,
        currency=rows(world, row)[0].data["currency"],
        source=row.id,
        description=f"Dispute countered fee for {row.data['charge']}",
        available_on=world.clock.now,
    )
    balance_transaction.book(world, row.tenant, movement)
