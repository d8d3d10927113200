"""What was typed on the payment page, checked as Stripe's page checks it."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ..bank_accounts import BANKS, FATES
from ..cards import is_possible
from ..forms import CardForm, DebitForm, RedirectForm, VoucherForm
from ..redirects import REDIRECTS
from ..session_params import EMAIL
from ..vouchers import TRIES, VOUCHERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..errors import Json
    from ..forms import Typed


class Mistyped(Exception):
    """A field that the customer has to correct."""


def chosen(typed: Mapping[str, str], session: Json) -> str:
    """Return how the customer wants to pay: of what is offered, else the first."""
    offered: list[str] = session["payment_method_types"]
    method = typed.get("paymentMethod", "")
    return method if method in offered else offered[0]


def read(typed: Mapping[str, str], session: Json, now: int) -> Typed:
    """Return the form, or say what is wrong with it."""
    value = {name: text.strip() for name, text in typed.items()}
    email = session["customer_email"] or value.get("email", "")
    if not EMAIL.fullmatch(email):
        message = "Your email is incomplete."
        raise Mistyped(message)
    method = chosen(typed, session)
    if method in VOUCHERS:
        return VoucherForm(method=method, email=email, name=_name(value))
    if method in REDIRECTS:
        return RedirectForm(method=method, email=email, name=_name(value))
    if method != "card":
        return _debit(method, value, email)
    return _card(value, session, now, email)


def _debit(method: str, value: Mapping[str, str], email: str) -> DebitForm:
    number = re.sub(r"[\s-]", "", value.get("bankAccount", "")).upper()
    bank = re.sub(r"[\s-]", "", value.get("bankCode", ""))
    if number not in FATES[method] or bank != BANKS.get(method, bank):
        message = "Your bank account details are invalid."
        raise Mistyped(message)
    verify = value.get("verifyLater", "")
    return DebitForm(
        number=number,
        method=method,
        bank=bank or None,
        verify=verify if verify in TRIES else "",
        email=email,
        name=_name(value),
    )


def _name(value: Mapping[str, str]) -> str:
    name = value.get("billingName", "")
    if not name:
        message = "Name is required."
        raise Mistyped(message)
    return name


def _card(value: Mapping[str, str], session: Json, now: int, email: str) -> CardForm:
    number = re.sub(r"[\s-]", "", value.get("cardNumber", ""))
    if not is_possible(number):
        complete = len(number) >= 13
        word = "invalid" if complete else "incomplete"
        raise Mistyped(f"Your card number is {word}.")
    month, year = _expiry(value.get("cardExpiry", ""), now)
    cvc = value.get("cardCvc", "")
    if not re.fullmatch(r"\d{4}" if number[:2] in ("34", "37") else r"\d{3}", cvc):
        message = "Your card's security code is incomplete."
        raise Mistyped(message)
    for name, label in _required(session):
        if not value.get(name):
            raise Mistyped(f"{label} is required.")
    return CardForm(
        number=number,
        exp_month=month,
        exp_year=year,
        cvc=cvc,
        email=email,
        name=value.get("billingName") or None,
        country=value.get("billingCountry") or None,
        postal_code=value.get("billingPostalCode") or None,
        line1=value.get("billingAddressLine1") or None,
        city=value.get("billingLocality") or None,
    )


def _required(session: Json) -> list[tuple[str, str]]:
    fields = [("billingName", "Name"), ("billingCountry", "Country")]
    if session["billing_address_collection"] == "required":
        fields += [("billingAddressLine1", "Address"), ("billingLocality", "City")]
        fields += [("billingPostalCode", "Postal code")]
    return fields


def _expiry(text: str, now: int) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2})\s*/?\s*(?:20)?(\d{2})", text)
    if not match or not 1 <= int(match[1]) <= 12:
        message = "Your card's expiration date is incomplete."
        raise Mistyped(message)
    month, year = int(match[1]), 2000 + int(match[2])
    today = datetime.fromtimestamp(now, timezone.utc)
    if (year, month) < (today.year, today.month):
        message = "Your card's expiration year is in the past."
        raise Mistyped(message)
    return month, year
