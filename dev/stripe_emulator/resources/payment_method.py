"""Payment methods: https://docs.stripe.com/api/payment_methods.

`stripe.PaymentMethod`; here the cards and bank accounts typed on the hosted page.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import stripe
from stripe.params import PaymentMethodRetrieveParams

from .. import cards
from ..registry import Call, Resource
from ..vouchers import VOUCHERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..errors import Json
    from ..forms import CardForm, DebitForm, RedirectForm, Typed, VoucherForm
    from ..store import Row, Tenant
    from ..world import World

resource = Resource(
    "payment_method", "PaymentMethod", stripe.PaymentMethod, "rak_payment_method"
)


def make(world: World, tenant: Tenant, form: Typed) -> Row:
    """Keep what a customer typed, as much of it as Stripe shows."""
    data = {
        "id": world.ids.new("pm_1", 23),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": form.billing_details(),
        form.method: SHAPES.get(form.method, _other)(form),
        "created": world.clock.now,
        "customer": None,
        "customer_account": None,
        "livemode": tenant.livemode,
        "metadata": {},
        "type": form.method,
    }
    return world.insert(resource.kind, tenant, data, number=form.number)


def _fingerprint(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:16]


def _card(form: CardForm) -> Json:
    card = cards.lookup(form.number)
    return {
        "brand": card.brand,
        "checks": form.checks(),
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": form.exp_month,
        "exp_year": form.exp_year,
        "fingerprint": _fingerprint(form.number),
        "funding": card.funding,
        "generated_from": None,
        "last4": form.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": _wallet(form),
    }


def _wallet(form: CardForm) -> Json | None:
    """Return what held the card, if it was not typed."""
    if form.wallet is None:
        return None
    return {
        "type": form.wallet,
        form.wallet: {},
        "dynamic_last4": form.number[-4:],
    }


def _us_bank_account(form: DebitForm) -> Json:
    return {
        "account_holder_type": "individual",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "financial_connections_account": None,
        "fingerprint": _fingerprint(form.number),
        "last4": form.number[-4:],
        "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": form.bank,
        "status_details": {},
    }


def _bacs_debit(form: DebitForm) -> Json:
    return {
        "fingerprint": _fingerprint(form.number),
        "last4": form.number[-4:],
        "sort_code": form.bank,
    }


def _sepa_debit(form: DebitForm) -> Json:
    return {
        "bank_code": form.number[4:12],
        "branch_code": None,
        "country": form.number[:2],
        "fingerprint": _fingerprint(form.number),
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": form.number[-4:],
    }


def _voucher(form: VoucherForm) -> Json:
    return {"tax_id": "00000000000"} if form.method == "boleto" else {}


def _other(form: RedirectForm) -> Json:
    """Return what Stripe keeps of somebody whose own bank or wallet asked who it is."""
    name = "".join(word.title() for word in form.method.split("_"))
    shape = getattr(stripe.PaymentMethod, name)
    known = {"email": form.email} if form.method == "link" else {}
    return {**dict.fromkeys(shape.__annotations__), **known}


SHAPES: dict[str, Callable[[Any], Json]] = {
    "card": _card,
    "us_bank_account": _us_bank_account,
    "bacs_debit": _bacs_debit,
    "sepa_debit": _sepa_debit,
    **dict.fromkeys(VOUCHERS, _voucher),
}


@resource.route("GET", "/v1/payment_methods/<id>", PaymentMethodRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one payment method."""
    return resource.get(call, "payment_method").data
