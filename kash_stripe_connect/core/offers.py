# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which ways to pay a Checkout Session offers: what is on at Stripe, less a few.

The owner turns ways to pay on in Stripe's dashboard; Stripe itself leaves out what the
account, the currency, the amount or the customer's country does not allow, and puts
first what is used most. So nothing is named here that may be offered, only what not.
https://docs.stripe.com/payments/payment-methods/dynamic-payment-methods
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LeftOut:
    """Why a way to pay is not offered; the sentence for a person is the caller's."""

    why: str
    source: str


# Part of an invoice arrives, or more than it: neither is an attempt that was paid. It
# needs a customer at Stripe as well.
# Of the API's list no other needs one, and none waits for a capture of ours: how they
# are captured is left to Stripe, which does it at once.
_BANK_TRANSFERS = LeftOut("partial", "https://docs.stripe.com/payments/bank-transfers")
LEFT_OUT = {"customer_balance": _BANK_TRANSFERS}
# The currencies a customer may be asked in; those that are not here: any. It is what a
# person is told, Stripe decides.
# https://docs.stripe.com/payments/payment-methods/payment-method-support
_KLARNA = "aud cad chf czk dkk eur gbp nok nzd pln ron sek usd"
_CURRENCIES = {
    "acss_debit": "cad usd",
    "affirm": "cad usd",
    "afterpay_clearpay": "aud cad gbp nzd usd",
    "alipay": "aud cad cny eur gbp hkd jpy myr nzd sgd usd",
    "alma": "eur",
    "amazon_pay": "aud chf dkk eur gbp hkd jpy nok nzd sek usd zar",
    "au_becs_debit": "aud",
    "bacs_debit": "gbp",
    "bancontact": "eur",
    "billie": "chf dkk eur gbp nok sek",
    "bizum": "eur",
    "blik": "pln",
    "boleto": "brl",
    "cashapp": "usd",
    "crypto": "usd",
    "customer_balance": "eur gbp jpy mxn usd",
    "eps": "eur",
    "fpx": "myr",
    "giropay": "eur",
    "grabpay": "myr sgd",
    "ideal": "eur",
    "kakao_pay": "krw",
    "klarna": _KLARNA,
    "konbini": "jpy",
    "kr_card": "krw",
    "mb_way": "eur",
    "mobilepay": "dkk eur nok sek",
    "multibanco": "eur",
    "naver_pay": "krw",
    "nz_bank_account": "nzd",
    "oxxo": "mxn",
    "p24": "eur pln",
    "pay_by_bank": "eur gbp",
    "payco": "krw",
    "paynow": "sgd",
    "paypal": "aud cad chf czk dkk eur gbp hkd nok nzd pln sek sgd usd",
    "paypay": "jpy",
    "payto": "aud",
    "pix": "brl",
    "promptpay": "thb",
    "revolut_pay": "dkk eur gbp huf pln ron usd",
    "samsung_pay": "krw",
    "satispay": "eur",
    "scalapay": "eur",
    "sepa_debit": "eur",
    "sequra": "eur",
    "sofort": "eur",
    "sunbit": "usd",
    "swish": "sek",
    "twint": "chf",
    "upi": "inr",
    "us_bank_account": "usd",
    "wechat_pay": "aud cad chf cny dkk eur gbp hkd jpy nok sek sgd usd",
    "zip": "aud usd",
}
CURRENCIES = {code: frozenset(names.split()) for code, names in _CURRENCIES.items()}
OFFERED = CURRENCIES.keys() | {"card", "link"}
# Only its wallet is hidden by name: `excluded_payment_method_types` has no such value.
# https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-wallet_options
_LINK = "link"
_BACS = "bacs_debit"
# Bacs was collected under mandates that last only: it is asked for without one, and
# with one where Stripe insists. No payment of ours uses it again.
# https://docs.stripe.com/payments/bacs-debit/accept-a-payment
LASTING = f"{_BACS}+mandate"
_QUOTED = re.compile(r"[`'\"]([a-z0-9_]+)[`'\"]")
_WORD = re.compile(r"[a-z0-9_]+")


def takes(code: str, currency: str) -> bool:
    """Tell whether a way to pay takes a currency; of what nobody knows yet: yes."""
    return code not in CURRENCIES or currency.lower() in CURRENCIES[code]


def offer(
    currency: str, *, only: Collection[str] = (), refused: Collection[str] = ()
) -> dict[str, Any]:
    """Return what a session is asked to offer, as parameters; the same facts, the same.

    :param currency: lower case
    :param only: Stripe's codes that the company narrowed it to; none: whatever is on
    :param refused: what Stripe refused before (:func:`next_refused`)
    """
    gone = LEFT_OUT.keys() | set(refused)
    params: dict[str, Any] = {}
    if only:
        left = set(only) - gone
        params["allowed_payment_method_types"] = sorted(left or set(only))
    else:
        excluded = gone - {_LINK, LASTING}
        params["excluded_payment_method_types"] = sorted(excluded)
    if _LINK in gone:
        params["wallet_options"] = {"link": {"display": "never"}}
    if LASTING in gone and takes(_BACS, currency) and _BACS not in gone:
        lasting = {_BACS: {"setup_future_usage": "off_session"}}
        params["payment_method_options"] = lasting
    return params


def named(param: str | None, message: str) -> str | None:
    """Return the way to pay that a refusal is about, None if it is about another thing.

    Stripe names it in the parameter, or in its sentence as a word of the API.
    """
    words = [*_WORD.findall(param or ""), *_QUOTED.findall(message)]
    return next((word for word in words if word in OFFERED), None)


def next_refused(refused: Iterable[str], code: str) -> list[str] | None:
    """Return what is not asked for any more after a refusal; None if that is known.

    Bacs is asked for once more, with a mandate that lasts.
    """
    known = list(refused)
    if code == _BACS and LASTING not in known:
        return [*known, LASTING]
    return None if code in {*known, *LEFT_OUT} else [*known, code]
