"""Charges: https://docs.stripe.com/api/charges (`stripe.Charge`).

A charge succeeds first and gets its balance transaction later (`automatic_async`):
https://docs.stripe.com/payments/payment-intents/asynchronous-capture
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import ChargeListParams, ChargeRetrieveParams

from .. import cards, charge_shape, fees, fx, redirects, vouchers, wire
from ..registry import Call, Resource
from . import account, balance_transaction

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

resource = Resource("charge", "charge", stripe.Charge, "rak_charge")


def make(world: World, intent: Row, method: Row) -> Row:
    """Let the bank decide about an intent, and keep what it said."""
    paid_by = method.private.get("paid_by")
    kind = paid_by["type"] if paid_by else method.data["type"]
    charge_id = world.ids.new("ch_3" if kind in charge_shape.CARDS else "py_3", 23)
    data = {
        **charge_shape.static(),
        **charge_shape.of_intent(intent.data),
        **_paid(charge_id, intent.data["amount"], method),
        "id": charge_id,
        "billing_details": method.data["billing_details"],
        "calculated_statement_descriptor": _descriptor(world, intent),
        "created": world.clock.now,
        "livemode": intent.tenant.livemode,
        "payment_method": method.id,
    }
    if paid_by:
        data["payment_method_details"] = charge_shape.other_details(paid_by)
    if data["paid"]:
        data["receipt_url"] = f"{world.base_url}/receipts/{charge_id}"
    row = world.insert(resource.kind, intent.tenant, data)
    if data["status"] != "failed":
        due = world.clock.now + world.settings.bt_delay
        world.clock.at(due, "settle_charge", charge_id)
    return row


def _paid(charge_id: str, amount: int, method: Row) -> Json:
    """Return what came of it, and by what it was paid."""
    kind = method.data["type"]
    if kind == "card":
        return _by_card(charge_id, amount, method)
    details = {**vouchers.DETAILS, **redirects.DETAILS}
    if kind in vouchers.VOUCHERS or kind in redirects.REDIRECTS:
        return _at_once(amount, kind, details.get(kind, {}))
    return _by_debit(charge_id, amount, method)


def _at_once(amount: int, kind: str, details: Json) -> Json:
    """Return what came of what is paid, and cannot be refused by a bank later."""
    paid_by = {"type": kind, kind: details}
    return {
        **charge_shape.verdict(None, amount),
        "payment_method_details": charge_shape.other_details(paid_by),
    }


def _by_card(charge_id: str, amount: int, method: Row) -> Json:
    decline = cards.lookup(method.private["number"]).decline
    return {
        **charge_shape.verdict(decline, amount),
        "payment_method_details": charge_shape.card_details(method.data, amount),
    }


def _by_debit(charge_id: str, amount: int, method: Row) -> Json:
    return {
        **charge_shape.pending(amount),
        "payment_method_details": charge_shape.debit_details(method.data, charge_id),
    }


def _descriptor(world: World, intent: Row) -> str:
    """Return what the customer's card statement says."""
    settings = account.of(world, intent.tenant).data["settings"]
    prefix = str(settings["payments"]["statement_descriptor"])
    suffix = intent.data["statement_descriptor_suffix"]
    return f"{prefix}* {suffix}"[:22] if suffix else prefix


def method_of(row: Row) -> str:
    """Return how a charge was paid: card, us_bank_account, …"""
    return str(row.data["payment_method_details"]["type"])


def number_of(world: World, row: Row) -> str:
    """Return the number of the card or bank account that paid."""
    method = world.store.find(row.data["payment_method"])
    return "" if method is None else str(method.private["number"])


@resource.timer("settle_charge")
def settle(world: World, charge_id: str) -> None:
    """Give a charge its balance transaction, and say so."""
    row = world.store.find(charge_id)
    if row is None or row.data["balance_transaction"] or row.data["status"] == "failed":
        return
    data, method = row.data, method_of(row)
    settled = fx.settle(world, row.tenant, data["amount"], data["currency"])
    movement = balance_transaction.Movement(
        kind="charge" if method in charge_shape.CARDS else "payment",
        category="charge",
        amount=settled.amount,
        currency=settled.currency,
        source=row.id,
        description=data["description"],
        fees=fees.of_payment(world, method, settled),
        available_on=_available_on(world, row),
        rate=settled.rate,
    )
    booked = balance_transaction.book(world, row.tenant, movement)
    world.emit("charge.updated", row, world.change(row, balance_transaction=booked.id))


def _available_on(world: World, row: Row) -> int:
    kind = method_of(row)
    if kind in vouchers.VOUCHERS or kind in redirects.REDIRECTS:
        return balance_transaction.available_day(world)
    if method_of(row) not in charge_shape.CARDS:
        return balance_transaction.available_day(world, world.settings.debit_days)
    if cards.lookup(number_of(world, row)).available_at_once:
        return world.clock.now
    return balance_transaction.available_day(world)


@resource.include("refunds")
def refunds(world: World, row: Row) -> Json:
    """Return the refunds of a charge, shown only when asked for."""
    every = world.store.rows(row.tenant, "refund")
    mine = [r.data for r in reversed(every) if r.data["charge"] == row.id]
    return wire.envelope(f"/v1/charges/{row.id}/refunds", mine)


@resource.route("GET", "/v1/charges", ChargeListParams)
def index(call: Call) -> Json:
    """List charges, newest first."""
    rows = call.store.rows(call.tenant, resource.kind)
    same = ("payment_intent", "customer", "transfer_group")
    return wire.page(rows, call.params, call.path, resource.label, same=same)


@resource.route("GET", "/v1/charges/<id>", ChargeRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one charge."""
    return resource.get(call).data
