"""Payment intents: https://docs.stripe.com/api/payment_intents.

`stripe.PaymentIntent`; made by Checkout, or by a control.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe
from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
)

from .. import bank_accounts, cards, chargebacks, wire
from ..errors import invalid, not_emulated
from ..registry import Call, Resource
from . import account, balance_transaction, charge

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row, Tenant
    from ..world import World

CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)
DEBIT_OPTIONS: Json = {"mandate_options": {}}
OPTIONS = {
    "card": {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    },
    "us_bank_account": {"verification_method": "automatic"},
    "bacs_debit": DEBIT_OPTIONS,
    "sepa_debit": DEBIT_OPTIONS,
}
# https://docs.stripe.com/error-codes
_VERIFYING = "payment_method_microdeposit_verification"
ENDED = {
    "payment_intent_payment_attempt_expired": (
        "The latest payment attempt of this PaymentIntent has expired."
    ),
    f"{_VERIFYING}_timeout": "The microdeposits were not verified in time.",
    f"{_VERIFYING}_attempts_exceeded": (
        "You have exceeded the number of allowed verification attempts."
    ),
}
resource = Resource(
    "payment_intent", "payment_intent", stripe.PaymentIntent, "rak_payment_intent"
)


def make(
    world: World,
    tenant: Tenant,
    *,
    amount: int,
    currency: str,
    session: str | None = None,
    types: list[str],
    **given: Any,
) -> Row:
    """Intend to take a payment; `given` is `payment_intent_data` of a session."""
    intent_id = world.ids.new("pi_3", 23)
    data = {
        **_static(),
        "id": intent_id,
        "amount": amount,
        "capture_method": given.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_secret_{world.ids.new('', 25)}",
        "created": world.clock.now,
        "currency": currency,
        "description": given.get("description"),
        "livemode": tenant.livemode,
        "metadata": given.get("metadata") or {},
        "payment_method_configuration_details": {
            "id": account.of(world, tenant).private["payment_configuration"],
            "parent": None,
        },
        "payment_method_options": {t: OPTIONS.get(t, {}) for t in types},
        "payment_method_types": types,
        "receipt_email": given.get("receipt_email"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
    }
    row = world.insert(resource.kind, tenant, data, session=session)
    world.emit("payment_intent.created", row)
    return row


def _static() -> Json:
    """Return the fields that are the same in every new intent."""
    empty = (
        "application application_fee_amount canceled_at cancellation_reason customer "
        "customer_account excluded_payment_method_types last_payment_error "
        "allowed_payment_method_types latest_charge next_action on_behalf_of "
        "payment_method processing review "
        "setup_future_usage shipping source statement_descriptor transfer_data "
        "transfer_group"
    )
    return {
        "object": "payment_intent",
        **dict.fromkeys(empty.split()),
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "confirmation_method": "automatic",
        "managed_payments": {"enabled": False},
        "status": "requires_payment_method",
    }


def confirm(world: World, row: Row, method: Row) -> Row:
    """Try the card or debit the account; return the charge that came of it."""
    made = charge.make(world, row, method)
    if made.data["status"] == "failed":
        world.emit("charge.failed", made)
        decline = cards.lookup(method.private["number"]).decline
        error = _card_error(decline, method, made.id) if decline else None
        _fail(world, row, error, latest_charge=made.id)
    elif made.data["status"] == "pending":
        _process(world, row, method, made)
    else:
        world.change(row, payment_method=method.id, latest_charge=made.id)
        succeed(world, row, made)
    return made


def _process(world: World, row: Row, method: Row, made: Row) -> None:
    """Wait for the bank: https://docs.stripe.com/payments/paymentintents/lifecycle."""
    world.change(
        row,
        status="processing",
        last_payment_error=None,
        latest_charge=made.id,
        next_action=None,
        payment_method=method.id,
    )
    world.emit("charge.pending", made)
    world.emit("payment_intent.processing", row)
    if not bank_accounts.fate(method.data["type"], method.private["number"]).endless:
        due = world.clock.now + world.settings.debit_days * balance_transaction.DAY
        world.clock.at(due, "end_debit", made.id)


def succeed(world: World, row: Row, made: Row) -> None:
    """Note that the money is there."""
    world.change(
        row,
        status="succeeded",
        amount_received=row.data["amount"],
        last_payment_error=None,
        next_action=None,
    )
    world.emit("charge.succeeded", made)
    chargebacks.by_card(world, made)
    world.emit("payment_intent.succeeded", row)
    if row.data["capture_method"] == "automatic":
        charge.settle(world, made.id)


def fail_debit(world: World, row: Row, method: Row, made: Row) -> None:
    """Note that the bank refused a debit, days after it was asked."""
    code = "payment_intent_payment_attempt_failed"
    message = made.data["failure_message"]
    error = _error(code, message, method, kind="invalid_request_error")
    world.emit("charge.failed", made)
    _fail(world, row, {**error, "charge": made.id})


def require_action(world: World, row: Row, method: Row) -> None:
    """Ask for 3-D Secure: https://docs.stripe.com/payments/3d-secure."""
    world.change(
        row,
        status="requires_action",
        payment_method=method.id,
        next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}},
    )
    world.emit("payment_intent.requires_action", row)


def await_payer(world: World, row: Row, method: Row, action: Json) -> None:
    """Wait for the payer's step, which is not made on the page of the session."""
    row.private["waits_with"] = method.id
    world.change(
        row,
        status="requires_action",
        last_payment_error=None,
        payment_method=method.id,
        next_action=action,
    )
    world.emit("payment_intent.requires_action", row)


def lead_away(world: World, row: Row, method: Row) -> None:
    """Lead to whoever takes the money: a bank, a wallet, a lender."""
    page = f"{world.base_url}/redirect/authenticate/{row.id}"
    world.change(
        row,
        status="requires_action",
        payment_method=method.id,
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"url": page, "return_url": None},
        },
    )
    world.emit("payment_intent.requires_action", row)


def give_up(world: World, row: Row, code: str) -> None:
    """Note that the payer did not make it in time, or made it wrongly."""
    method = world.store.linked(row.private["waits_with"])
    kind = "invalid_request_error"
    _fail(world, row, _error(code, ENDED[code], method, kind=kind))


def fail_authentication(world: World, row: Row, method: Row) -> str:
    """Note that the customer failed 3-D Secure; return what Stripe tells them."""
    message = (
        "We are unable to authenticate your payment method. Please choose a different "
        "payment method and try again."
    )
    code = "payment_intent_authentication_failure"
    _fail(world, row, _error(code, message, method, kind="invalid_request_error"))
    return message


def _fail(world: World, row: Row, error: Json | None, **fields: Any) -> None:
    world.change(
        row,
        status="requires_payment_method",
        last_payment_error=error,
        next_action=None,
        payment_method=None,
        **fields,
    )
    world.emit("payment_intent.payment_failed", row)


def _card_error(decline: cards.Decline, method: Row, charge_id: str) -> Json:
    error = _error(decline.code, decline.message, method, kind="card_error")
    return {**error, "charge": charge_id, "decline_code": decline.decline_code}


def _error(code: str, message: str, method: Row, *, kind: str) -> Json:
    return {
        "code": code,
        "doc_url": f"https://docs.stripe.com/error-codes#{code}",
        "message": message,
        "payment_method": method.data,
        "type": kind,
    }


def abandon(world: World, intent_id: str) -> None:
    """Cancel the intent of a session that expired."""
    row = world.store.find(intent_id)
    if row is not None and row.data["status"] in CANCELABLE:
        _cancel(world, row, "expired")


def _cancel(world: World, row: Row, reason: str | None) -> None:
    world.change(
        row,
        status="canceled",
        canceled_at=world.clock.now,
        cancellation_reason=reason,
        next_action=None,
    )
    world.emit("payment_intent.canceled", row)


@resource.route("GET", "/v1/payment_intents", PaymentIntentListParams)
def index(call: Call) -> Json:
    """List intents, newest first."""
    rows = call.store.rows(call.tenant, resource.kind)
    same = ("customer",)
    return wire.page(rows, call.params, call.path, resource.label, same=same)


@resource.route("GET", "/v1/payment_intents/<id>", PaymentIntentRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one intent."""
    return resource.get(call, "intent").data


@resource.route("POST", "/v1/payment_intents/<id>/cancel", PaymentIntentCancelParams)
def cancel(call: Call) -> Json:
    """Refuse for Checkout's intents, as Stripe does: expire the session instead."""
    row = resource.get(call, "intent")
    if row.private["session"] is not None and row.data["status"] in CANCELABLE:
        message = (
            "You cannot perform this action on PaymentIntents created by Checkout. "
            "Expire the Checkout Session instead."
        )
        raise invalid(message)
    if row.data["status"] not in CANCELABLE:
        message = (
            "You cannot cancel this PaymentIntent because it has a status of "
            f"{row.data['status']}. Only a PaymentIntent with one of the following "
            f"statuses may be canceled: {', '.join(CANCELABLE)}."
        )
        raise invalid(message, None, "payment_intent_unexpected_state")
    if row.data["status"] == "processing":
        message = "cancel of a bank debit"
        raise not_emulated(message)
    _cancel(call.world, row, call.params.get("cancellation_reason"))
    return row.data
