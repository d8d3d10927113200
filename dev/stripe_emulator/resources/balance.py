"""Balance: https://docs.stripe.com/api/balance (`stripe.Balance`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import BalanceRetrieveParams

from .. import banks
from ..registry import Call, Resource
from . import account

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Tenant
    from ..world import World

resource = Resource("balance", "balance", stripe.Balance, "rak_balance")


def render(world: World, tenant: Tenant) -> Json:
    """Return the balance as the API shows it, the account's own currency first."""
    own = account.of(world, tenant).data["default_currency"]
    others = [c for c in world.ledger.currencies(tenant) if c != own]
    currencies = [own, *others]
    instant = [_instant(world, tenant, c) for c in currencies]
    return {
        "object": "balance",
        **({"instant_available": instant} if banks.any_of(world, tenant) else {}),
        "available": [_amount(world, tenant, c, "available") for c in currencies],
        "livemode": tenant.livemode,
        "pending": [_amount(world, tenant, c, "pending") for c in currencies],
        "refund_and_dispute_prefunding": {
            "available": [{"amount": 0, "currency": own}],
            "pending": [{"amount": 0, "currency": own}],
        },
    }


def _amount(world: World, tenant: Tenant, currency: str, part: str) -> Json:
    amount = world.ledger.balance(tenant, currency)[part]
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _instant(world: World, tenant: Tenant, currency: str) -> Json:
    """Return what could be paid out instantly: a part of the rest, never more."""
    held = world.ledger.balance(tenant, currency)
    amount = max(0, held["available"] + held["pending"])
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


@resource.route("GET", "/v1/balance", BalanceRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return what is available and pending now."""
    return render(call.world, call.tenant)
