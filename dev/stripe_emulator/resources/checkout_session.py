"""Checkout Sessions: https://docs.stripe.com/api/checkout/sessions.

`stripe.checkout.Session`; what the customer does with one is in `customer.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListLineItemsParams,
    SessionListParams,
    SessionRetrieveParams,
)

from .. import fx, line_items, metadata, money, session_params, session_shape, wire
from ..errors import invalid
from ..registry import Call, Resource
from ..store import Row
from . import account, payment_intent, payment_method_configuration

if TYPE_CHECKING:
    from ..errors import Json
    from ..world import World

resource = Resource(
    "checkout.session",
    "checkout.session",
    stripe.checkout.Session,
    "rak_checkout_session",
)


@resource.route("POST", "/v1/checkout/sessions", SessionCreateParams)
def create(call: Call) -> Json:
    """Open a session for one payment."""
    params, world = call.params, call.world
    session_params.check(params, world.clock.now)
    _may_charge(call)
    _check_least(call, params["line_items"])
    items = [line_items.make(call, item) for item in params["line_items"]]
    types = _types(call, params, items)
    mode = "live" if call.tenant.livemode else "test"
    session_id = world.ids.new(f"cs_{mode}_a1", 56)
    data = {
        **session_shape.static(),
        **session_shape.given(params),
        **session_shape.addresses(call, session_id),
        "id": session_id,
        "amount_subtotal": sum(item["amount_subtotal"] for item in items),
        "amount_total": sum(item["amount_total"] for item in items),
        "created": world.clock.now,
        "currency": items[0]["currency"],
        "customer_details": session_shape.details(params.get("customer_email")),
        "expires_at": params.get("expires_at", world.clock.now + session_params.DAY),
        "livemode": call.tenant.livemode,
        "metadata": metadata.merge({}, params.get("metadata")),
        "payment_method_configuration_details": {
            "id": account.of(world, call.tenant).private["payment_configuration"],
            "parent": None,
        },
        "payment_method_options": session_shape.options(
            types, params.get("payment_method_options", {})
        ),
        "payment_method_types": types,
    }
    intent_data = {**params.get("payment_intent_data", {})}
    intent_data["metadata"] = metadata.merge({}, intent_data.get("metadata"))
    world.insert(
        resource.kind, call.tenant, data, line_items=items, intent_data=intent_data
    )
    world.clock.at(data["expires_at"], "expire_session", session_id)
    return data


def _types(call: Call, params: Json, items: list[Json]) -> list[str]:
    """Return the methods that the account, the payment and the parameters leave."""
    amount = sum(item["amount_total"] for item in items)
    fitting = session_params.fitting(items[0]["currency"], amount)
    on = payment_method_configuration.on(call.world, call.tenant)
    types = session_params.method_types(
        params, [name for name in fitting if name in on]
    )
    if call.world.settings.bacs_needs_mandate:
        session_params.check_bacs(params, types)
    return types


def _check_least(call: Call, items: list[Json]) -> None:
    """Refuse what is less than Stripe charges in the currency it settles in."""
    currency = items[0]["price_data"]["currency"].lower()
    amount = line_items.total(items)
    try:
        settled = fx.settle(call.world, call.tenant, amount, currency)
    except LookupError:
        return  # a rate that nobody gave is missed when the charge settles
    least = money.MINIMUM.get(settled.currency, 1)
    if settled.amount >= least:
        return
    message = (
        "The Checkout Session's total amount due must add up to at least "
        f"{money.display(least, currency)}"
    )
    if settled.currency != currency:
        message = (
            "The Checkout Session's total amount must convert to at least "
            f"{money.display(least, settled.currency)}. "
            f"{money.display(amount, currency)} converts to approximately "
            f"{money.display(settled.amount, settled.currency)}."
        )
    raise invalid(message, None, "amount_too_small")


def _may_charge(call: Call) -> None:
    """Refuse live sessions of an account that may not charge."""
    enabled = account.of(call.world, call.tenant).data["charges_enabled"]
    if call.tenant.livemode and not enabled:
        message = "Your account cannot currently make live charges."
        raise invalid(message)


@resource.timer("expire_session")
def expire_by_clock(world: World, session_id: str) -> None:
    """Expire a session that nobody paid in time."""
    row = world.store.find(session_id)
    if row is not None and row.data["status"] == "open":
        _expire(world, row)


def _expire(world: World, row: Row) -> None:
    world.change(row, status="expired", url=None, client_secret=None)
    if row.data["payment_intent"]:
        payment_intent.abandon(world, row.data["payment_intent"])
    world.emit("checkout.session.expired", row)


def debit_ended(world: World, session_id: str, *, paid: bool) -> None:
    """Tell what became of the bank debit that a session was completed with."""
    row = world.store.find(session_id)
    if row is None:
        return
    if paid:
        world.change(row, payment_status="paid")
    outcome = "succeeded" if paid else "failed"
    world.emit(f"checkout.session.async_payment_{outcome}", row)


@resource.route("GET", "/v1/checkout/sessions", SessionListParams)
def index(call: Call) -> Json:
    """List sessions, newest first."""
    email = call.params.get("customer_details", {}).get("email")

    def wanted(row: Row) -> bool:
        known = row.data["customer_details"] or {}
        return email in (None, known.get("email"))

    rows = call.store.rows(call.tenant, resource.kind)
    same = ("status", "payment_intent", "payment_link", "customer", "subscription")
    return wire.page(
        rows, call.params, call.path, resource.label, same=same, wanted=wanted
    )


@resource.route("GET", "/v1/checkout/sessions/<id>", SessionRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one session."""
    return resource.get(call, "session").data


@resource.route("POST", "/v1/checkout/sessions/<id>/expire", SessionExpireParams)
def expire(call: Call) -> Json:
    """Close an open session at the seller's wish."""
    row = resource.get(call, "session")
    if row.data["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. This '
            f"Checkout Session has a status of `{row.data['status']}`."
        )
        raise invalid(message)
    _expire(call.world, row)
    return row.data


@resource.include("line_items")
def included_lines(world: World, row: Row) -> Json:
    """Return the first lines of a session, shown only when asked for."""
    items = row.private["line_items"]
    url = f"/v1/checkout/sessions/{row.id}/line_items"
    return wire.envelope(url, items[:10], has_more=len(items) > 10)


@resource.route(
    "GET", "/v1/checkout/sessions/<id>/line_items", SessionListLineItemsParams
)
def list_line_items(call: Call) -> Json:
    """List the lines of a session, in the order they were given."""
    items = resource.get(call, "session").private["line_items"]
    backwards = [
        Row("item", call.tenant, seq, item) for seq, item in enumerate(reversed(items))
    ]
    return wire.page(backwards, call.params, call.path, "item")
