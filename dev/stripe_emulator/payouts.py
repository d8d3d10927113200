"""What happens to a payout, whoever asked for it: https://docs.stripe.com/payouts."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from . import banks, fees
from .resources import balance_transaction
from .resources.balance_transaction import DAY, Movement

if TYPE_CHECKING:
    from .errors import Json
    from .store import Row, Tenant
    from .world import World

QUARTER, HOUR, HALF_DAY = 900, 3600, 43200
DESCRIPTION = "STRIPE PAYOUT"
# What becomes of payouts to https://docs.stripe.com/connect/testing#account-numbers
FAILURES = {
    "000111111113": "account_closed",
    "000111111116": "no_account",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
    "000444444440": "invalid_currency",
}
MESSAGES = {
    "account_closed": "The bank account has been closed.",
    "no_account": "The bank account could not be located.",
    "could_not_process": "The bank could not process this payout.",
}


def make(
    world: World,
    tenant: Tenant,
    bank: Row,
    amount: int,
    *,
    automatic: bool = False,
    instant: bool = False,
    given: Json | None = None,
) -> Row:
    """Send money to the bank; a negative amount fetches it from there."""
    now, currency = world.clock.now, bank.data["currency"]
    days = 0 if instant else world.settings.payout_days
    data = {
        "id": world.ids.new("po_1", 23),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": now if instant else now - now % DAY + days * DAY,
        "automatic": automatic,
        "balance_transaction": None,
        "created": now,
        "currency": currency,
        "description": DESCRIPTION if automatic else None,
        "destination": bank.id,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": tenant.livemode,
        "metadata": {},
        "method": "instant" if instant else "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
        **(given or {}),
    }
    row = world.insert("payout", tenant, data)
    booked = _book(world, row, "payout", "payout", -amount, fee=_fee(world, row))
    data["balance_transaction"] = booked.id
    world.emit("payout.created", row)
    arrival = max(data["arrival_date"], now + HALF_DAY)
    world.clock.at(now + (QUARTER if instant else HOUR), "send_payout", row.id)
    world.clock.at(now + 2 * QUARTER if instant else arrival, "end_payout", row.id)
    return row


def _fee(world: World, row: Row) -> int:
    if row.data["method"] != "instant":
        return 0
    return world.settings.fees.of("instant_payout", row.data["amount"])


def _book(
    world: World, row: Row, kind: str, category: str, amount: int, fee: int = 0
) -> Row:
    text = DESCRIPTION if kind == "payout" else f"REFUND FOR PAYOUT ({DESCRIPTION})"
    currency = row.data["currency"]
    movement = Movement(
        kind=kind,
        category=category,
        amount=amount,
        currency=currency,
        source=row.id,
        description=text,
        fees=fees.details(fee, currency, "Instant payout fee"),
        available_on=world.clock.now,
    )
    return balance_transaction.book(world, row.tenant, movement)


def advance(world: World, tenant: Tenant, currency: str, amount: int) -> None:
    """Make pending money available now, for an instant payout."""
    later = balance_transaction.available_day(world)
    for kind, sign, due in (("advance", 1, 0), ("advance_funding", -1, later)):
        movement = Movement(
            kind=kind,
            category=kind,
            amount=sign * amount,
            currency=currency,
            source=None,
            available_on=due or world.clock.now,
        )
        balance_transaction.book(world, tenant, movement)


def send(world: World, row: Row) -> None:
    """Hand the payout to the bank."""
    _change(world, row, "payout.updated", status="in_transit")


def arrive(world: World, row: Row) -> None:
    """Reach the bank account, unless it is one that refuses."""
    bank = world.store.find(row.data["destination"])
    number = "" if bank is None else bank.private.get("number", "")
    if failure := FAILURES.get(number):
        fail(world, row, failure)
        return
    trace = {"status": "supported", "value": f"{zlib.crc32(row.id.encode()):015d}"}
    _change(world, row, "payout.paid", status="paid", trace_id=trace)


def fail(world: World, row: Row, code: str) -> None:
    """Come back from the bank, be it days after it was paid."""
    _come_back(world, row, "payout_failure", status="failed", **_failure(code))
    bank = world.store.find(row.data["destination"])
    if bank is not None:
        banks.disable(world, row.tenant, bank)


def _failure(code: str) -> dict[str, str]:
    message = MESSAGES.get(code, MESSAGES["could_not_process"])
    return {"failure_code": code, "failure_message": message}


def cancel(world: World, row: Row) -> None:
    """Not leave after all."""
    _come_back(world, row, "payout_cancel", status="canceled")


def _come_back(world: World, row: Row, kind: str, **fields: str) -> None:
    booked = _book(world, row, kind, "payout_reversal", row.data["amount"])
    event = f"payout.{fields['status']}"
    _change(world, row, event, **fields, failure_balance_transaction=booked.id)


def _change(world: World, row: Row, event: str, **fields: object) -> None:
    world.emit(event, row, world.change(row, **fields))
