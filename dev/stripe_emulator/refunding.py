"""What happens to a refund, whoever asked for it.

https://docs.stripe.com/refunds
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import cards, fx, refund_shape, vouchers
from .resources import balance_transaction, charge, early_fraud_warning

if TYPE_CHECKING:
    from .errors import Json
    from .store import Row
    from .world import World

RETRY_TIME = 1800  # half past midnight, UTC: before the day's payouts


class Short(Exception):
    """The balance does not cover a refund, and may not become negative."""


class Course(NamedTuple):
    """How a refund begins: if it waits, for what; if its money leaves at once."""

    status: str
    waits_for: str | None = None
    leaves: bool = True


SUCCEEDS, PROCESSING = Course("succeeded"), Course("pending", "processing")
CHARGE_PENDING = Course("pending", "charge_pending", leaves=False)
SHORT = Course("pending", "insufficient_funds", leaves=False)
ASKS_CUSTOMER = Course("requires_action")


def make(
    world: World,
    paid: Row,
    amount: int,
    *,
    reason: str | None = None,
    metadata: Json | None = None,
    email: str | None = None,
) -> Row:
    """Give back a part of a charge; with `email`, the customer has to say whereto."""
    if paid.data["status"] == "succeeded":
        charge.settle(world, paid.id)
    email = email or _asked(paid)
    course = ASKS_CUSTOMER if email else _course(world, paid, amount)
    data = refund_shape.new(world, paid.data, amount, reason, metadata)
    data["status"] = course.status
    if course.waits_for:
        data["pending_reason"] = course.waits_for
    if email:
        data.update(refund_shape.question(world.clock.now, email))
    row = world.insert("refund", paid.tenant, data)
    if course.leaves:
        _send(world, row, paid)
    if course is SHORT:
        plan_retry(world, row)
    world.emit("refund.created", row)
    world.emit("charge.refunded", paid, _count(world, paid, amount))
    if paid.data["refunded"]:
        early_fraud_warning.too_late(world, paid)
    return row


def _asked(paid: Row) -> str | None:
    """Return the address of who is asked for bank details: there is no way back."""
    if charge.method_of(paid) not in vouchers.VOUCHERS:
        return None
    return str(paid.data["billing_details"]["email"])


def gives_back(paid: Row) -> bool:
    """Say if what was paid like this can be given back at all."""
    voucher = vouchers.VOUCHERS.get(charge.method_of(paid))
    return voucher is None or voucher.refund


def _course(world: World, paid: Row, amount: int) -> Course:
    """Return how a refund begins that nobody has to be asked about."""
    if paid.data["status"] == "pending":
        return CHARGE_PENDING
    if _is_short(world, paid, amount):
        return SHORT
    waits = charge.method_of(paid) != "card" or _card(world, paid).refund == "waits"
    return PROCESSING if waits else SUCCEEDS


def _card(world: World, paid: Row) -> cards.Card:
    return cards.lookup(charge.number_of(world, paid))


def _is_short(world: World, paid: Row, amount: int) -> bool:
    """Say if the money is missing; refuse the refund if that is the account's rule."""
    policy = world.settings.refund_shortfall
    settled = fx.take_back(world, paid.tenant, amount, paid.data["currency"])
    held = world.ledger.balance(paid.tenant, settled.currency)
    if policy == "negative" or sum(held.values()) >= settled.amount:
        return False
    if policy == "refuse":
        raise Short
    return True


def _send(world: World, row: Row, paid: Row) -> None:
    """Let the money leave, and let the clock end what is only on its way."""
    settled = fx.take_back(world, row.tenant, row.data["amount"], row.data["currency"])
    card = charge.method_of(paid) == "card"
    booked = balance_transaction.book(
        world,
        row.tenant,
        balance_transaction.Movement(
            kind="refund" if card else "payment_refund",
            category="refund",
            amount=-settled.amount,
            currency=settled.currency,
            source=row.id,
            description=_description(paid, "CHARGE" if card else "PAYMENT"),
            available_on=balance_transaction.with_charge(world, paid),
            rate=settled.rate,
        ),
    )
    row.data["balance_transaction"] = booked.id
    fails = card and _card(world, paid).refund == "fails"
    if fails or row.data["status"] == "pending":
        due = world.clock.now + world.settings.refund_delay
        world.clock.at(due, "fail_refund" if fails else "succeed_refund", row.id)


def _description(paid: Row, what: str) -> str:
    of = paid.data["description"]
    return f"REFUND FOR {what}" + (f" ({of})" if of else "")


def _count(world: World, paid: Row, amount: int) -> Json:
    """Add to what a charge has given back; return what it was before."""
    refunded = paid.data["amount_refunded"] + amount
    full = refunded == paid.data["amount"]
    return world.change(paid, amount_refunded=refunded, refunded=full)


def _change(row: Row, **fields: Any) -> Json:
    """Change a refund; what is None is not shown at all, as at Stripe."""
    previous = {k: row.data.get(k) for k, v in fields.items() if row.data.get(k) != v}
    for name, value in fields.items():
        row.data.pop(name, None)
        if value is not None:
            row.data[name] = value
    return previous


def plan_retry(world: World, row: Row) -> None:
    """Look again before the next payouts whether the money is there."""
    day, now = balance_transaction.DAY, world.clock.now
    world.clock.at(now - (now - RETRY_TIME) % day + day, "retry_refund", row.id)


def retry(world: World, row: Row) -> bool:
    """Try again to pay a refund that waited for money or for its charge."""
    paid = _charge(world, row)
    course = _course(world, paid, row.data["amount"])
    if not course.leaves:
        return False
    before = _change(row, status=course.status, pending_reason=course.waits_for)
    _send(world, row, paid)
    _tell(world, row, {**before, "balance_transaction": None})
    return True


def succeed(world: World, row: Row) -> None:
    """Arrive at the customer."""
    before = _change(row, status="succeeded", pending_reason=None, next_action=None)
    _tell(world, row, before)


def fail(world: World, row: Row, reason: str) -> None:
    """Come back from the customer's bank."""
    _come_back(world, row, status="failed", failure_reason=reason)
    world.emit("refund.failed", row)


def cancel(world: World, row: Row) -> None:
    """Come back because nobody said where to send it."""
    _come_back(world, row, status="canceled")


def _come_back(world: World, row: Row, **fields: str) -> None:
    paid = _charge(world, row)
    booked = _book_failure(world, row, paid)
    returned = booked.id if booked else None
    cleared = {"pending_reason": None, "next_action": None}
    before = _change(row, **fields, **cleared, failure_balance_transaction=returned)
    _count(world, paid, -row.data["amount"])
    _tell(world, row, before)


def _book_failure(world: World, row: Row, paid: Row) -> Row | None:
    left = world.store.find(row.data["balance_transaction"] or "")
    if left is None:
        return None
    movement = balance_transaction.Movement(
        kind="refund_failure",
        category="refund_failure",
        amount=-left.data["amount"],
        currency=left.data["currency"],
        source=row.id,
        description=_description(paid, "FAILED REFUND"),
        available_on=balance_transaction.with_charge(world, paid),
        rate=left.data["exchange_rate"],
    )
    return balance_transaction.book(world, row.tenant, movement)


def _tell(world: World, row: Row, before: Json) -> None:
    for kind in ("refund.updated", "charge.refund.updated"):
        world.emit(kind, row, before)


def _charge(world: World, row: Row) -> Row:
    return world.store.linked(row.data["charge"])


def charge_ended(world: World, paid: Row, *, succeeded: bool) -> None:
    """Carry out, or give up, what waited for a bank debit to end."""
    for row in world.store.rows(paid.tenant, "refund"):
        if row.data["charge"] == paid.id and row.data["status"] == "pending":
            if succeeded:
                retry(world, row)
            else:
                cancel(world, row)
