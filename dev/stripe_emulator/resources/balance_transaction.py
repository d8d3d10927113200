"""Balance transactions: the only thing that moves a balance.

https://docs.stripe.com/api/balance_transactions (`stripe.BalanceTransaction`)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import stripe
from stripe.params import BalanceTransactionListParams, BalanceTransactionRetrieveParams

from .. import wire
from ..registry import Call, Resource
from ..store import Tenant
from . import balance, event

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

DAY = 86400
resource = Resource(
    "balance_transaction",
    "balance transaction",
    stripe.BalanceTransaction,
    "rak_balance_transaction_source",
)


@dataclass
class Movement:
    """Money about to move: `amount` is signed, into the balance is positive."""

    kind: str
    category: str
    amount: int
    currency: str
    source: str
    description: str | None = None
    fees: list[Json] = field(default_factory=list)
    available_at_once: bool = False


def stripe_fee(amount: int, currency: str) -> Json:
    """Return an entry of `fee_details`: what Stripe keeps of a payment."""
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }


def book(world: World, tenant: Tenant, movement: Movement) -> Row:
    """Move the money and keep the row that says so."""
    fee = sum(detail["amount"] for detail in movement.fees)
    now = world.clock.now
    available_on = now if movement.available_at_once else available_day(world)
    status = "available" if movement.available_at_once else "pending"
    data = {
        "id": world.ids.new("txn_3", 23),
        "object": "balance_transaction",
        "amount": movement.amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": movement.currency,
        "description": movement.description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": movement.fees,
        "net": movement.amount - fee,
        "reporting_category": movement.category,
        "source": movement.source,
        "status": status,
        "type": movement.kind,
    }
    world.ledger.add(tenant, movement.currency, status, data["net"])
    if status == "pending":
        mode = "live" if tenant.livemode else "test"
        world.clock.at(available_on, "release_funds", tenant.account, mode)
    return world.insert("balance_transaction", tenant, data)


def available_day(world: World) -> int:
    """Return when money taken now becomes available: the start of a day, UTC."""
    moment = world.clock.now + world.settings.payout_delay_days * DAY
    return moment - moment % DAY


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
            world.ledger.release(tenant, data["currency"], data["net"])
    event.make(world, tenant, "balance.available", balance.render(world, tenant))


@resource.route("GET", "/v1/balance_transactions", BalanceTransactionListParams)
def index(call: Call) -> Json:
    """List movements, newest first."""
    payout = call.params.get("payout")

    def wanted(row: Row) -> bool:
        return payout is None or row.private.get("payout") == payout

    rows = call.store.rows(call.tenant, resource.kind)
    same = ("type", "source", "currency")
    return wire.page(
        rows, call.params, call.path, resource.label, same=same, wanted=wanted
    )


@resource.route(
    "GET", "/v1/balance_transactions/<id>", BalanceTransactionRetrieveParams
)
def retrieve(call: Call) -> Json:
    """Return one movement."""
    return resource.get(call).data
