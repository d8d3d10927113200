"""What Checkout accepts beyond the types: rules between parameters, limits, gaps.

https://docs.stripe.com/api/checkout/sessions/create
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import line_items
from .bank_accounts import DEBITS, Debit
from .errors import emulated, invalid, not_emulated, require
from .redirects import REDIRECTS
from .vouchers import VOUCHERS, Voucher

if TYPE_CHECKING:
    from .errors import Json

HALF_HOUR, DAY = 1800, 86400
# Features that may be named as long as they are switched off.
SWITCHES = (
    "adaptive_pricing",
    "automatic_tax",
    "invoice_creation",
    "phone_number_collection",
    "tax_id_collection",
)
EMULATED = {
    *SWITCHES,
    "allow_promotion_codes",
    "allowed_payment_method_types",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer_creation",
    "customer_email",
    "excluded_payment_method_types",
    "expand",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "payment_method_options",
    "redirect_on_completion",
    "return_url",
    "submit_type",
    "success_url",
    "ui_mode",
    "wallet_options",
}
# Values that must be one of these, where given; others are Stripe's, but not ours yet.
EMULATED_VALUES: dict[str, tuple[Any, ...]] = {
    "mode": ("payment",),
    "ui_mode": ("hosted_page", "embedded_page"),
    "customer_creation": ("if_required",),
    "allow_promotion_codes": (False,),
}
# What may be asked of a way to pay, and the values that are emulated.
OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "bacs_debit": {"setup_future_usage": ("none", "off_session")},
    "us_bank_account": {"verification_method": ("automatic", "instant")},
}
INTENT_DATA = {
    "application_fee_amount",
    "capture_method",
    "description",
    "metadata",
    "receipt_email",
    "statement_descriptor_suffix",
}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def check(params: Json, now: int) -> None:
    """Refuse what Stripe refuses, and what the emulator would have to ignore."""
    require(params, "mode")
    emulated(params, EMULATED, "")
    for name, values in EMULATED_VALUES.items():
        if params.get(name, values[0]) not in values:
            raise not_emulated(name)
    for name in SWITCHES:
        if params.get(name, {}).get("enabled"):
            raise not_emulated(f"{name}[enabled]")
    _urls(params, params.get("ui_mode", "hosted_page"))
    _expiry(params.get("expires_at"), now)
    _email(params.get("customer_email"), "customer_email")
    if len(params.get("client_reference_id", "")) > 200:
        message = "Invalid string: must be at most 200 characters"
        raise invalid(message, "client_reference_id")
    _intent_data(params.get("payment_intent_data", {}))
    _options(params.get("payment_method_options", {}))
    require(params, "line_items")
    line_items.check(params["line_items"])


def _urls(params: Json, mode: str) -> None:
    """Refuse the addresses of the other kind of page, and require those of this."""
    forbidden = ["return_url", "redirect_on_completion"]
    required = ["success_url"]
    if mode == "embedded_page":
        never = params.get("redirect_on_completion") == "never"
        forbidden = ["success_url", "cancel_url"]
        required = [] if never else ["return_url"]
    for name in forbidden:
        if name in params:
            message = f"You can not pass `{name}` when `ui_mode` is `{mode}`."
            raise invalid(message, name)
    for name in required:
        require(params, name)
    for name in ("success_url", "cancel_url", "return_url"):
        if name in params:
            _url(params[name], name)


def _url(url: str, name: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = "Not a valid URL"
        raise invalid(message, name, "url_invalid")


def _expiry(expires_at: int | None, now: int) -> None:
    if expires_at is None:
        return
    if expires_at < now + HALF_HOUR:
        message = (
            "The `expires_at` timestamp must be at least 30 minutes from Checkout "
            "Session creation."
        )
        raise invalid(message, "expires_at")
    if expires_at > now + DAY:
        message = (
            "The `expires_at` timestamp must be less than 24 hours from Checkout "
            "Session creation."
        )
        raise invalid(message, "expires_at")


def _email(email: str | None, name: str) -> None:
    if email is not None and not EMAIL.fullmatch(email):
        raise invalid(f"Invalid email address: {email}", name, "email_invalid")


def _intent_data(given: Json) -> None:
    path = "payment_intent_data"
    emulated(given, INTENT_DATA, path)
    if given.get("application_fee_amount"):
        raise not_emulated(f"{path}[application_fee_amount]")
    if given.get("capture_method") == "manual":
        raise not_emulated(f"{path}[capture_method]")
    _email(given.get("receipt_email"), f"{path}[receipt_email]")
    suffix = given.get("statement_descriptor_suffix")
    if suffix and (len(suffix) > 22 or re.search(r"[<>\\'\"*]", suffix)):
        message = (
            "Statement descriptor suffixes are limited to 22 characters and cannot "
            "use the special characters <, >, ', \", *, \\."
        )
        raise invalid(message, f"{path}[statement_descriptor_suffix]")


def _options(given: Json) -> None:
    path = "payment_method_options"
    emulated(given, set(OPTIONS), path)
    for method, options in given.items():
        emulated(options, set(OPTIONS[method]), f"{path}[{method}]")
        for name, value in options.items():
            if value not in OPTIONS[method][name]:
                raise not_emulated(f"{path}[{method}][{name}]")


def method_types(params: Json, offered: list[str]) -> list[str]:
    """Return the payment methods that are left after both filters."""
    allowed: list[str] | None = params.get("allowed_payment_method_types")
    excluded: list[str] = params.get("excluded_payment_method_types", [])
    if allowed is not None and "excluded_payment_method_types" in params:
        message = (
            "You may only specify one of these parameters: "
            "allowed_payment_method_types, excluded_payment_method_types."
        )
        raise invalid(message, "excluded_payment_method_types")
    left = [m for m in offered if m not in excluded]
    if allowed is not None:
        left = [m for m in left if m in allowed]
    if params.get("wallet_options", {}).get("link", {}).get("display") == "never":
        left = [m for m in left if m != "link"]
    if not left:
        message = "No valid payment method types for this Checkout Session."
        raise invalid(message)
    return left


def check_bacs(params: Json, types: list[str]) -> None:
    """Refuse Bacs without a mandate that lasts: see `settings.bacs_needs_mandate`."""
    options = params.get("payment_method_options", {}).get("bacs_debit", {})
    if "bacs_debit" in types and options.get("setup_future_usage") != "off_session":
        message = (
            "When `bacs_debit` is enabled in `payment` mode, you must set "
            "`setup_future_usage` to `off_session`."
        )
        name = "payment_method_options[bacs_debit][setup_future_usage]"
        raise invalid(message, name)


def fitting(currency: str, amount: int) -> list[str]:
    """Return the methods that a payment of this currency and amount may be made by."""
    ways: dict[str, Debit | Voucher] = {**DEBITS, **VOUCHERS}
    later = [name for name, way in ways.items() if way.currency == currency]
    others = [n for n, other in REDIRECTS.items() if other.fits(currency, amount)]
    return ["card", *later, *others]
