"""Payment methods: https://docs.stripe.com/api/payment_methods.

`stripe.PaymentMethod`; here only the cards typed on the hosted page.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import stripe
from stripe.params import PaymentMethodRetrieveParams

from .. import cards
from ..registry import Call, Resource

if TYPE_CHECKING:
    from ..customer import CardForm
    from ..errors import Json
    from ..store import Row, Tenant
    from ..world import World

resource = Resource(
    "payment_method", "PaymentMethod", stripe.PaymentMethod, "rak_payment_method"
)


def make(world: World, tenant: Tenant, form: CardForm) -> Row:
    """Keep the card that a customer typed, as much of it as Stripe shows."""
    data = {
        "id": world.ids.new("pm_1", 23),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": form.billing_details(),
        "card": _card(form),
        "created": world.clock.now,
        "customer": None,
        "customer_account": None,
        "livemode": tenant.livemode,
        "metadata": {},
        "type": "card",
    }
    return world.insert(resource.kind, tenant, data, number=form.number)


def _card(form: CardForm) -> Json:
    card = cards.lookup(form.number)
    return {
        "brand": card.brand,
        "checks": form.checks(),
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": form.exp_month,
        "exp_year": form.exp_year,
        "fingerprint": hashlib.sha256(form.number.encode()).hexdigest()[:16],
        "funding": card.funding,
        "generated_from": None,
        "last4": form.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


@resource.route("GET", "/v1/payment_methods/<id>", PaymentMethodRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one payment method."""
    return resource.get(call, "payment_method").data
