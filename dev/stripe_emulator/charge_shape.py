"""How a charge looks (`stripe.Charge`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe

if TYPE_CHECKING:
    from .cards import Decline
    from .errors import Json

# What moves a balance as a card does, and is a `ch_`.
CARDS = ("card", "card_present", "interac_present")
NOT_IN_CHARGES = (
    *("financial_connections_account", "networks", "status_details"),
    "generated_from",
)


def static() -> Json:
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


def of_intent(intent: Json) -> Json:
    """Return what a charge takes over from its intent."""
    copied = "amount currency description receipt_email statement_descriptor_suffix"
    return {
        **{name: intent[name] for name in copied.split()},
        "metadata": dict(intent["metadata"]),
        "payment_intent": intent["id"],
    }


def verdict(decline: Decline | None, amount: int) -> Json:
    """Return what the bank said of a card."""
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


def pending(amount: int) -> Json:
    """Return what is known of a debit that the bank has not carried out yet."""
    said = verdict(None, amount)
    outcome = {**said["outcome"], "risk_level": "not_assessed", "risk_score": None}
    return {**said, "status": "pending", "paid": False, "outcome": outcome}


def failed_debit(code: str, message: str) -> Json:
    """Return what is known of a debit that the bank refused."""
    return {
        "status": "failed",
        "paid": False,
        "failure_code": code,
        "failure_message": message,
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


def card_details(method: Json, amount: int) -> Json:
    """Return the `payment_method_details` of a card."""
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
            "wallet": card["wallet"],
        },
    }


def debit_details(method: Json, charge_id: str) -> Json:
    """Return the `payment_method_details` of a bank account."""
    kind = method["type"]
    shared = {k: v for k, v in method[kind].items() if k not in NOT_IN_CHARGES}
    details = {**shared, "expected_debit_date": None, "mandate": None}
    if kind == "us_bank_account":
        details["payment_reference"] = charge_id[-10:].upper()
    return {"type": kind, kind: details}


def other_details(paid_by: Json) -> Json:
    """Return the `payment_method_details` of what no page here offers.

    It has each field that the API has of it, empty but for what is said.
    """
    kind = paid_by["type"]
    name = "".join(word.title() for word in kind.split("_"))
    shape = getattr(stripe.Charge.PaymentMethodDetails, name)
    known = paid_by.get(kind, {})
    if unknown := known.keys() - shape.__annotations__.keys():
        message = f"{kind} has no {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return {"type": kind, kind: {**dict.fromkeys(shape.__annotations__), **known}}
