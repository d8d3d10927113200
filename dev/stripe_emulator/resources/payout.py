"""Payouts: https://docs.stripe.com/api/payouts (`stripe.Payout`).

What happens to one is in `payouts.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import (
    PayoutCancelParams,
    PayoutCreateParams,
    PayoutListParams,
    PayoutRetrieveParams,
    PayoutUpdateParams,
)

from .. import banks, metadata, money, payout_runs, payouts, wire
from ..errors import emulated, invalid, no_such, not_emulated
from ..registry import Call, Resource
from ..store import Tenant
from . import external_account

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

EMULATED = {
    *("amount", "currency", "description", "destination", "expand", "metadata"),
    *("method", "source_type", "statement_descriptor"),
}
resource = Resource("payout", "payout", stripe.Payout, "rak_payout")


@resource.route("POST", "/v1/payouts", PayoutCreateParams)
def create(call: Call) -> Json:
    """Pay out a part of the balance, now."""
    params = call.params
    emulated(params, EMULATED, "")
    currency = params["currency"].lower()
    _check(params, currency)
    bank = _bank(call, currency)
    instant = params.get("method") == "instant"
    _cover(call, params["amount"], currency, instant=instant)
    given = {
        "description": params.get("description"),
        "metadata": metadata.merge({}, params.get("metadata")),
        "statement_descriptor": params.get("statement_descriptor"),
    }
    row = payouts.make(
        call.world, call.tenant, bank, params["amount"], instant=instant, given=given
    )
    return row.data


def _check(params: Json, currency: str) -> None:
    if params["amount"] < 1:
        message = "This value must be greater than or equal to 1."
        raise invalid(message, "amount", "parameter_invalid_integer")
    if currency not in money.CURRENCIES:
        known = ", ".join(sorted(money.CURRENCIES))
        message = (
            f"Invalid currency: {currency}. Stripe currently supports these "
            f"currencies: {known}"
        )
        raise invalid(message, "currency")
    if currency in money.WHOLE_PAYOUTS and params["amount"] % 100:
        message = f"Payouts in {currency} must be divisible by 100."
        raise invalid(message, "amount")
    if params.get("source_type", "card") != "card":
        message = "source_type"
        raise not_emulated(message)
    if len(params.get("statement_descriptor", "")) > 22:
        message = "Invalid string: must be at most 22 characters"
        raise invalid(message, "statement_descriptor")


def _bank(call: Call, currency: str) -> Row:
    bank = banks.of(call.world, call.tenant, currency)
    if bank is None:
        message = (
            "Sorry, you don't have any external accounts in that currency "
            f"({currency})."
        )
        raise invalid(message)
    if call.params.get("destination", bank.id) != bank.id:
        label = external_account.resource.label
        raise no_such(label, call.params["destination"], "destination")
    return bank


def _cover(call: Call, amount: int, currency: str, *, instant: bool) -> None:
    """Refuse more than there is; an instant payout may take pending money, too."""
    world = call.world
    held = world.ledger.balance(call.tenant, currency)
    fee = world.settings.fees.of("instant_payout", amount) if instant else 0
    missing = amount + fee - held["available"]
    if missing > (held["pending"] if instant else 0):
        message = (
            "You have insufficient funds in your Stripe account for this transfer. "
            "Your card balance is too low. You can use the /v1/balance endpoint to "
            "view your Stripe balance (for more details, see "
            "stripe.com/docs/api#balance)."
        )
        raise invalid(message, None, "balance_insufficient")
    if missing > 0:
        payouts.advance(world, call.tenant, currency, missing)


@resource.timer("automatic_payouts")
def pay_out(world: World, account_id: str, mode: str) -> None:
    """Make the payouts of the day."""
    tenant = Tenant(account_id, mode == "live")
    payout_runs.pay_out(world, tenant)
    payout_runs.plan(world, tenant)


@resource.timer("send_payout")
def send(world: World, payout_id: str) -> None:
    """Let a payout leave."""
    row = world.store.find(payout_id)
    if row is not None and row.data["status"] == "pending":
        payouts.send(world, row)


@resource.timer("end_payout")
def arrive(world: World, payout_id: str) -> None:
    """Let a payout arrive."""
    row = world.store.find(payout_id)
    if row is not None and row.data["status"] == "in_transit":
        payouts.arrive(world, row)


@resource.timer("reconcile_payout")
def reconcile(world: World, payout_id: str) -> None:
    """Let the list of what a payout is made of be ready."""
    row = world.store.find(payout_id)
    if row is not None:
        payout_runs.reconcile(world, row)


@resource.route("GET", "/v1/payouts", PayoutListParams)
def index(call: Call) -> Json:
    """List payouts, newest first."""
    arrival = call.params.get("arrival_date", {})
    rows = call.store.rows(call.tenant, resource.kind)
    return wire.page(
        rows,
        call.params,
        call.path,
        resource.label,
        same=("status", "destination"),
        wanted=lambda row: wire.within(row.true("arrival_date"), arrival),
    )


@resource.route("GET", "/v1/payouts/<id>", PayoutRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one payout."""
    return resource.get(call, "payout").data


@resource.route("POST", "/v1/payouts/<id>", PayoutUpdateParams)
def update(call: Call) -> Json:
    """Change the metadata of a payout."""
    row = resource.get(call, "payout")
    after = metadata.merge(row.data["metadata"], call.params.get("metadata"))
    if previous := call.world.change(row, metadata=after):
        call.world.emit("payout.updated", row, previous)
    return row.data


@resource.route("POST", "/v1/payouts/<id>/cancel", PayoutCancelParams)
def cancel(call: Call) -> Json:
    """Take back a payout that has not left yet."""
    row = resource.get(call, "payout")
    if row.data["automatic"]:
        message = "You can't cancel automatic payouts."
        raise invalid(message)
    if row.data["status"] != "pending":
        message = (
            f"Payouts with a status of {row.data['status']} can't be canceled: only "
            "pending ones can."
        )
        raise invalid(message)
    payouts.cancel(call.world, row)
    return row.data
