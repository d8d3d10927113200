"""Charges: https://docs.stripe.com/api/charges (`stripe.Charge`).

A charge succeeds first and gets its balance transaction later (`automatic_async`):
https://docs.stripe.com/payments/payment-intents/asynchronous-capture
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import ChargeListParams, ChargeRetrieveParams

from .. import cards, wire
from ..registry import Call, Resource
from . import account, balance_transaction

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

resource = Resource("charge", "charge", stripe.Charge, "rak_charge")


def make(world: World, intent: Row, method: Row) -> Row:
    """Let the bank decide about an intent, and keep what it said."""
    card = cards.lookup(method.private["number"])
    charge_id = world.ids.new("ch_3", 23)
    data = {
        **_static(),
        **_of_intent(intent.data),
        **_verdict(card.decline, intent.data["amount"]),
        "id": charge_id,
        "billing_details": method.data["billing_details"],
        "calculated_statement_descriptor": _descriptor(world, intent),
        "created": world.clock.now,
        "livemode": intent.tenant.livemode,
        "payment_method": method.id,
        "payment_method_details": _details(method.data, intent.data["amount"]),
    }
    if data["paid"]:
        data["receipt_url"] = f"{world.base_url}/receipts/{charge_id}"
    row = world.insert(
        resource.kind, intent.tenant, data, at_once=card.available_at_once
    )
    if data["paid"]:
        due = world.clock.now + world.settings.bt_delay
        world.clock.at(due, "settle_charge", charge_id)
    return row


def _static() -> Json:
    """Return the fields that are always the same here."""
    empty = (
        "application application_fee application_fee_amount balance_transaction "
        "customer failure_balance_transaction on_behalf_of "
        "receipt_number receipt_url review shipping source source_transfer "
        "statement_descriptor transfer_data transfer_group"
    )
    return {
        "object": "charge",
        **dict.fromkeys(empty.split()),
        "amount_refunded": 0,
        "disputed": False,
        "fraud_details": {},
        "radar_options": {},
        "refunded": False,
    }


def _of_intent(intent: Json) -> Json:
    """Return what a charge takes over from its intent."""
    copied = "amount currency description receipt_email statement_descriptor_suffix"
    return {
        **{name: intent[name] for name in copied.split()},
        "metadata": dict(intent["metadata"]),
        "payment_intent": intent["id"],
    }


def _verdict(decline: cards.Decline | None, amount: int) -> Json:
    if decline is None:
        return {
            "status": "succeeded",
            "paid": True,
            "captured": True,
            "amount_captured": amount,
            "failure_code": None,
            "failure_message": None,
            "outcome": _outcome("authorized", None, "Payment complete."),
        }
    advice = "The bank did not return any further details with this decline."
    return {
        "status": "failed",
        "paid": False,
        "captured": False,
        "amount_captured": 0,
        "failure_code": decline.code,
        "failure_message": decline.message,
        "outcome": _outcome("issuer_declined", decline.decline_code, advice),
    }


def _outcome(kind: str, reason: str | None, seller_message: str) -> Json:
    approved = kind == "authorized"
    return {
        "advice_code": None if approved else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if approved else "05",
        "network_status": (
            "approved_by_network" if approved else "declined_by_network"
        ),
        "reason": reason,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": seller_message,
        "type": kind,
    }


def _descriptor(world: World, intent: Row) -> str:
    """Return what the customer's card statement says."""
    settings = account.of(world, intent.tenant).data["settings"]
    prefix = str(settings["payments"]["statement_descriptor"])
    suffix = intent.data["statement_descriptor_suffix"]
    return f"{prefix}* {suffix}"[:22] if suffix else prefix


def _details(method: Json, amount: int) -> Json:
    card = method["card"]
    shared = "brand checks country exp_month exp_year fingerprint funding last4"
    unavailable = {"status": "unavailable"}
    return {
        "type": "card",
        "card": {
            **{name: card[name] for name in shared.split()},
            "amount_authorized": amount,
            "authorization_code": "123456",
            "extended_authorization": {"status": "disabled"},
            "incremental_authorization": unavailable,
            "installments": None,
            "mandate": None,
            "multicapture": unavailable,
            "network": card["brand"],
            "network_token": {"used": False},
            "network_transaction_id": "123456789012345",
            "overcapture": {**unavailable, "maximum_amount_capturable": amount},
            "regulated_status": card["regulated_status"],
            "three_d_secure": None,
            "transaction_link_id": None,
            "wallet": None,
        },
    }


@resource.timer("settle_charge")
def settle(world: World, charge_id: str) -> None:
    """Give a charge its balance transaction, and say so."""
    row = world.store.find(charge_id)
    if row is None or row.data["balance_transaction"]:
        return
    data = row.data
    fee = world.settings.fees.of("card", data["amount"])
    movement = balance_transaction.Movement(
        kind="charge",
        category="charge",
        amount=data["amount"],
        currency=data["currency"],
        source=row.id,
        description=data["description"],
        fees=[balance_transaction.stripe_fee(fee, data["currency"])] if fee else [],
        available_at_once=row.private["at_once"],
    )
    booked = balance_transaction.book(world, row.tenant, movement)
    world.emit("charge.updated", row, world.change(row, balance_transaction=booked.id))


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
