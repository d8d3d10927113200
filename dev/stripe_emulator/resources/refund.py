"""Refunds: https://docs.stripe.com/api/refunds (`stripe.Refund`).

What happens to one is in `refunding.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import (
    ChargeListRefundsParams,
    RefundCancelParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
    RefundUpdateParams,
)
from stripe.params.test_helpers import RefundExpireParams

from .. import chargebacks, metadata, money, refunding, wire
from ..errors import emulated, invalid, no_such, not_emulated
from ..registry import Call, Resource
from . import charge

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

EMULATED = {
    *("amount", "charge", "payment_intent", "reason", "metadata", "expand"),
    *("refund_application_fee", "reverse_transfer"),
}
INTENT = "payment_intent"
resource = Resource("refund", "refund", stripe.Refund, "rak_refund")


@resource.route("POST", "/v1/refunds", RefundCreateParams)
def create(call: Call) -> Json:
    """Give back all that is left of a charge, or a part of it."""
    params = call.params
    _check(params)
    paid = _charge(call)
    amount = params.get("amount", paid.data["amount"] - paid.data["amount_refunded"])
    check_amount(call.world, paid, amount)
    try:
        row = refunding.make(
            call.world,
            paid,
            amount,
            reason=params.get("reason"),
            metadata=metadata.merge({}, params.get("metadata")),
        )
    except refunding.Short as error:
        message = "Insufficient funds in your Stripe balance to refund this amount."
        raise invalid(message) from error
    return row.data


def _check(params: Json) -> None:
    emulated(params, EMULATED, "")
    for name in ("refund_application_fee", "reverse_transfer"):
        if params.get(name):
            raise not_emulated(name)


def _charge(call: Call) -> Row:
    """Return the charge that is meant, be it by its intent."""
    params = call.params
    if "charge" in params and "payment_intent" in params:
        message = (
            "You may only specify one of these parameters: charge, payment_intent."
        )
        raise invalid(message, "payment_intent")
    if "payment_intent" in params:
        return _of_intent(call, params["payment_intent"])
    if "charge" not in params:
        message = (
            "One of the following params should be provided for this request: "
            "payment_intent or charge."
        )
        raise invalid(message)
    row = call.store.get(call.tenant, "charge", params["charge"])
    if row is None:
        raise no_such(charge.resource.label, params["charge"])
    return row


def _of_intent(call: Call, intent_id: str) -> Row:
    intent = call.store.get(call.tenant, INTENT, intent_id)
    if intent is None:
        raise no_such(INTENT, intent_id, INTENT)
    row = call.store.find(intent.data["latest_charge"] or "")
    if row is None:
        raise _unsuccessful(intent_id)
    return row


def _unsuccessful(intent_id: str) -> Exception:
    message = (
        f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
    )
    return invalid(message)


def check_amount(world: World, paid: Row, amount: int) -> None:
    """Refuse what cannot be given back."""
    data = paid.data
    if data["status"] == "failed":
        raise _unsuccessful(data["payment_intent"])
    if chargebacks.blocks_refund(world, paid):
        message = f"Charge {paid.id} has been charged back; cannot issue a refund."
        raise invalid(message, None, "charge_disputed")
    if not refunding.gives_back(paid):
        message = "This payment method does not support refunds."
        raise invalid(message, None, "charge_not_refundable")
    left = data["amount"] - data["amount_refunded"]
    if not left:
        message = f"Charge {paid.id} has already been refunded."
        raise invalid(message, None, "charge_already_refunded")
    if amount < 1:
        message = "This value must be greater than or equal to 1."
        raise invalid(message, "amount", "parameter_invalid_integer")
    if amount > left:
        asked, rest = (money.signed(n, data["currency"]) for n in (amount, left))
        message = (
            f"Refund amount ({asked}) is greater than unrefunded amount on charge "
            f"({rest})"
        )
        raise invalid(message, "amount")
    if amount % money.step(data["currency"]):
        message = (
            f"Invalid amount for {data['currency']}: it must be divisible by "
            f"{money.step(data['currency'])}, see https://docs.stripe.com/currencies"
        )
        raise invalid(message, "amount", "invalid_charge_amount")


@resource.timer("succeed_refund")
def succeed(world: World, refund_id: str) -> None:
    """Let a refund that was on its way arrive."""
    row = world.store.find(refund_id)
    if row is not None and row.data["status"] == "pending":
        refunding.succeed(world, row)


@resource.timer("fail_refund")
def fail(world: World, refund_id: str) -> None:
    """Let the bank send back what it took at first."""
    row = world.store.find(refund_id)
    if row is not None and row.data["status"] == "succeeded":
        refunding.fail(world, row, "expired_or_canceled_card")


@resource.timer("retry_refund")
def retry(world: World, refund_id: str) -> None:
    """Try once a day to pay a refund that the balance did not cover."""
    row = world.store.find(refund_id)
    if row is None or row.data.get("pending_reason") != "insufficient_funds":
        return
    if not refunding.retry(world, row):
        refunding.plan_retry(world, row)


@resource.route("GET", "/v1/refunds", RefundListParams)
def index(call: Call) -> Json:
    """List refunds, newest first."""
    rows = call.store.rows(call.tenant, resource.kind)
    same = ("charge", "payment_intent")
    return wire.page(rows, call.params, call.path, resource.label, same=same)


@resource.route(
    "GET", "/v1/charges/<id>/refunds", ChargeListRefundsParams, "rak_charge_read"
)
def of_charge(call: Call) -> Json:
    """List the refunds of a charge, newest first."""
    paid = charge.resource.get(call, "charge")
    every = call.store.rows(call.tenant, resource.kind)
    mine = [row for row in every if row.data["charge"] == paid.id]
    return wire.page(mine, call.params, call.path, resource.label)


@resource.route("GET", "/v1/refunds/<id>", RefundRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one refund."""
    return resource.get(call, "refund").data


@resource.route("POST", "/v1/refunds/<id>", RefundUpdateParams)
def update(call: Call) -> Json:
    """Change the metadata of a refund."""
    row = resource.get(call, "refund")
    after = metadata.merge(row.data["metadata"], call.params.get("metadata"))
    if previous := call.world.change(row, metadata=after):
        for kind in ("refund.updated", "charge.refund.updated"):
            call.world.emit(kind, row, previous)
    return row.data


@resource.route("POST", "/v1/refunds/<id>/cancel", RefundCancelParams)
def cancel(call: Call) -> Json:
    """Cancel a refund that waits for the customer to say whereto."""
    row = resource.get(call, "refund")
    if row.data["status"] != "requires_action":
        message = "Canceling this refund is unsupported."
        raise invalid(message)
    refunding.cancel(call.world, row)
    return row.data


@resource.route("POST", "/v1/test_helpers/refunds/<id>/expire", RefundExpireParams)
def expire(call: Call) -> Json:
    """Let the time pass in which the customer could have said whereto."""
    row = resource.get(call, "refund")
    if row.data["status"] != "requires_action":
        message = "Only a refund with a status of requires_action can be expired."
        raise invalid(message)
    refunding.fail(call.world, row, "unknown")
    return row.data
