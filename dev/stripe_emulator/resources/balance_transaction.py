"""Balance transactions: the only thing that moves a balance.

https://docs.stripe.com/api/balance_transactions (`stripe.BalanceTransaction`)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import stripe
from stripe.params import BalanceTransactionListParams, BalanceTransactionRetrieveParams

from .. import wire
from ..errors import invalid
from ..ledger import PAYMENTS
from ..registry import Call, Resource
from ..store import Tenant
from . import balance, event

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

DAY = 86400
PAYOUT_TIME = 3600  # one o'clock, UTC: after the money of the day is available
resource = Resource(
    "balance_transaction",
    "balance transaction",
    stripe.BalanceTransaction,
    "rak_balance_transaction_source",
)


@dataclass
class Movement:
    """Money about to move: `amount` is signed, into the balance is positive.

    It is available after the usual delay, unless `available_on` says when.
    """

    kind: str
    category: str | None
    amount: int
    currency: str
    source: str | None
    description: str | None = None
    fees: list[Json] = field(default_factory=list)
    available_on: int | None = None
    rate: float | None = None
    balance_type: str = PAYMENTS


def book(world: World, tenant: Tenant, movement: Movement) -> Row:
    """Move the money and keep the row that says so."""
    fee = sum(detail["amount"] for detail in movement.fees)
    now = world.clock.now
    available_on = movement.available_on
    if available_on is None:
        available_on = available_day(world)
    data = {
        "id": world.ids.new("txn_3", 23),
        "object": "balance_transaction",
        "amount": movement.amount,
        "available_on": available_on,
        "balance_type": movement.balance_type,
        "created": now,
        "currency": movement.currency,
        "description": movement.description,
        "exchange_rate": movement.rate,
        "fee": fee,
        "fee_details": movement.fees,
        "net": movement.amount - fee,
        "reporting_category": movement.category,
        "source": movement.source,
        "status": "available" if available_on <= now else "pending",
        "type": movement.kind,
    }
    row = world.insert("balance_transaction", tenant, data)
    world.ledger.count(row)
    _remind(world, row)
    return row


def _remind(world: World, row: Row) -> None:
    """Let the clock make the money available, and pay it out."""
    owner = (row.tenant.account, "live" if row.tenant.livemode else "test")
    if row.data["status"] == "pending":
        world.clock.at(row.data["available_on"], "release_funds", *owner)
    world.clock.at(next_payout_run(world), "automatic_payouts", *owner)


def next_payout_run(world: World) -> int:
    """Return when automatic payouts are made the next time."""
    now = world.clock.now
    return now - (now - PAYOUT_TIME) % DAY + DAY


def available_day(world: World, days: int | None = None) -> int:
    """Return when money taken now becomes available: the start of a day, UTC."""
    delay = world.settings.payout_delay_days if days is None else days
    moment = world.clock.now + delay * DAY
    return moment - moment % DAY


def with_charge(world: World, charge: Row) -> int:
    """Return when money given back on a charge leaves: together with the charge's."""
    booked = world.store.find(charge.data["balance_transaction"] or "")
    due = 0 if booked is None else int(booked.data["available_on"])
    return max(due, world.clock.now)


@resource.timer("release_funds")
def release(world: World, account_id: str, mode: str) -> None:
    """Make available what is due: without an event per row, as at Stripe."""
    tenant = Tenant(account_id, mode == "live")
    # Money never waits longer than the delay, plus a day for rounding and slack.
    since = world.clock.now - (world.settings.payout_delay_days + 30) * DAY
    for row in world.store.rows(tenant, resource.kind, since):
        data = row.data
        if data["status"] == "pending" and data["available_on"] <= world.clock.now:
            data["status"] = "available"
            if data["balance_type"] == PAYMENTS:
                world.ledger.release(tenant, data["currency"], data["net"])
    event.make(world, tenant, "balance.available", balance.render(world, tenant))


@resource.route("GET", "/v1/balance_transactions", BalanceTransactionListParams)
def index(call: Call) -> Json:
    """List movements, newest first.

    As seen at Stripe, `source` finds none of a dispute: the dispute itself has them.
    """
    payout = call.params.get("payout")
    hidden = call.params.get("source", "").startswith("du_")
    if payout is not None:
        hidden = hidden or not _is_composed(call, payout)

    def wanted(row: Row) -> bool:
        return payout is None or row.private.get("payout") == payout

    rows = [] if hidden else call.store.rows(call.tenant, resource.kind)
    same = ("type", "source", "currency")
    return wire.page(
        rows, call.params, call.path, resource.label, same=same, wanted=wanted
    )


def _is_composed(call: Call, payout_id: str) -> bool:
    """Say if it is known what a payout is made of; of manual ones it never is."""
    row = call.store.get(call.tenant, "payout", payout_id)
    if row is None:
        return False
    if not row.data["automatic"]:
        message = (
            "Balance transaction history can only be filtered on automatic transfers, "
            "not manual."
        )
        raise invalid(message, "payout")
    return bool(row.data["reconciliation_status"] == "completed")


@resource.route(
    "GET", "/v1/balance_transactions/<id>", BalanceTransactionRetrieveParams
)
def retrieve(call: Call) -> Json:
    """Return one movement."""
    return resource.get(call).data
