"""Compares an answer with the SDK's class of it: is any field missing?"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

import stripe
from stripe._object_classes import (
    OBJECT_CLASSES,
    V2_OBJECT_CLASSES,
    get_object_class,
)

if TYPE_CHECKING:
    from .errors import Json

KNOWN = {**OBJECT_CLASSES, **V2_OBJECT_CLASSES}
# Fields that Stripe itself leaves out unless something asks for them or happens.
ON_DEMAND: dict[str, set[str]] = {
    "account": {"company", "individual", "groups", "deleted"},
    "balance": {"connect_reserved", "instant_available", "issuing"},
    "bank_account": {"deleted"},
    "charge": {
        "authorization_code",
        "level3",
        "presentment_details",
        "refunds",
        "transfer",
    },
    "checkout.session": {"line_items"},
    "dispute": {"intended_submission_method", "network_reason_code"},
    "event": {"account", "context"},
    "item": {"discounts", "taxes"},
    "payment_intent": {
        "hooks",
        "payment_details",
        "payment_record",
        "presentment_details",
    },
    "price": {"currency_options", "deleted", "tiers"},
    "refund": {
        "description",
        "failure_balance_transaction",
        "failure_reason",
        "instructions_email",
        "next_action",
        "pending_reason",
        "presentment_details",
    },
    "webhook_endpoint": {"deleted", "secret"},
}


def missing(body: Json) -> list[str]:
    """Return the paths of the fields that the SDK's class has and `body` has not."""
    return _missing(body, stripe.StripeObject, "")


def _missing(value: Any, sdk: type, path: str) -> list[str]:
    if isinstance(value, list):
        return [p for item in value for p in _missing(item, sdk, path)]
    if not isinstance(value, dict):
        return []
    if _kind(value) in KNOWN:
        mode: Literal["V1", "V2"] = "V2" if _kind(value).startswith("v2.") else "V1"
        sdk = get_object_class(mode, _kind(value))
    absent = [f"{path}{name}" for name in _expected(value, sdk) if name not in value]
    inner: dict[str, type] = getattr(sdk, "_inner_class_types", {})
    for name, child in value.items():
        below = inner.get(name, stripe.StripeObject)
        absent += _missing(child, below, f"{path}{name}.")
    return absent


def _kind(value: Json) -> str:
    kind = value.get("object")
    return kind if isinstance(kind, str) else ""


def _expected(value: Json, sdk: type) -> list[str]:
    """Return what to expect: of a resource nearly all, of a hash the sure fields."""
    hints = {k: str(v) for k, v in inspect.get_annotations(sdk).items()}
    names = [name for name in hints if name != "OBJECT_NAME" and name[0] != "_"]
    kind = _kind(value)
    if kind == "payment_method":  # it has only the hash of its own type
        hashes = {n for n in names if f"PaymentMethod.{_class(n)}]" in hints[n]}
        return [n for n in names if n not in hashes or n == value["type"]]
    if kind in KNOWN:
        return [name for name in names if name not in ON_DEMAND.get(kind, ())]
    optional = ("Optional", "NoneType")
    return [n for n in names if not any(word in hints[n] for word in optional)]


def _class(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))
