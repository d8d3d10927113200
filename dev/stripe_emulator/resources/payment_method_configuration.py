"""What an owner turned on: https://docs.stripe.com/api/payment_method_configurations.

`stripe.PaymentMethodConfiguration`; each account has one for each mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe
from stripe.params import (
    PaymentMethodConfigurationListParams,
    PaymentMethodConfigurationRetrieveParams,
    PaymentMethodConfigurationUpdateParams,
)

from .. import wire
from ..bank_accounts import DEBITS
from ..errors import no_such
from ..redirects import REDIRECTS
from ..registry import Call, Resource
from ..vouchers import VOUCHERS
from . import account

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row, Tenant
    from ..world import World

OWN = {"id", "object", "active", "application", "is_default", "livemode", "name"}
METHODS = sorted(
    stripe.PaymentMethodConfiguration.__annotations__.keys() - OWN - {"parent"}
)
WALLETS = ("apple_pay", "google_pay")
resource = Resource(
    "payment_method_configuration",
    "payment_method_configuration",
    stripe.PaymentMethodConfiguration,
    "rak_payment_method_configuration",
)


def on(world: World, tenant: Tenant) -> set[str]:
    """Return the methods that may be offered by an account; a card, always."""
    data = shown(world, tenant)
    return {"card"} | {name for name in METHODS if data[name]["available"]}


def shown(world: World, tenant: Tenant) -> Json:
    """Return an account's settings as they stand with its capabilities now."""
    owner = account.of(world, tenant)
    off = _off(owner, tenant)
    return {
        "id": owner.private["payment_configuration"],
        "object": resource.kind,
        "active": True,
        "application": None,
        "is_default": True,
        "livemode": tenant.livemode,
        "name": "Default",
        "parent": None,
        **{name: _state(name, owner.data["capabilities"], off) for name in METHODS},
    }


def _off(owner: Row, tenant: Tenant) -> list[str]:
    """Return what the owner turned off, in test and in live mode apart."""
    kept: dict[str, list[str]] = owner.private.get("methods_off", {})
    return kept.get(str(tenant.livemode), [])


def _owner(call: Call) -> Row:
    owner = account.of(call.world, call.tenant)
    if call.ids["id"] != owner.private["payment_configuration"]:
        raise no_such(resource.label, call.ids["id"])
    return owner


def _state(name: str, has: dict[str, str], off: list[str]) -> Json:
    value = "off" if name in off or not _capability(name) else "on"
    active = has.get(_capability(name)) == "active"
    return {
        "available": value == "on" and active,
        "display_preference": {
            "overridable": None,
            "preference": value,
            "value": value,
        },
    }


def _capability(name: str) -> str:
    """Return what an account must be able to do for it; of what is not emulated, ""."""
    if name == "card" or name in WALLETS:
        return "card_payments"
    known: dict[str, Any] = {**DEBITS, **REDIRECTS, **VOUCHERS}
    return known[name].capability if name in known else ""


@resource.route(
    "GET", "/v1/payment_method_configurations", PaymentMethodConfigurationListParams
)
def index(call: Call) -> Json:
    """List the settings: one."""
    return wire.envelope(call.path, [shown(call.world, call.tenant)])


@resource.route(
    "GET",
    "/v1/payment_method_configurations/<id>",
    PaymentMethodConfigurationRetrieveParams,
)
def retrieve(call: Call) -> Json:
    """Return the settings."""
    _owner(call)
    return shown(call.world, call.tenant)


@resource.route(
    "POST",
    "/v1/payment_method_configurations/<id>",
    PaymentMethodConfigurationUpdateParams,
)
def update(call: Call) -> Json:
    """Turn methods on or off, as the owner does in the dashboard."""
    owner = _owner(call)
    off = set(_off(owner, call.tenant))
    for name in METHODS:
        wish = call.params.get(name, {}).get("display_preference", {}).get("preference")
        if wish is not None:
            off = off | {name} if wish == "off" else off - {name}
    kept = owner.private.get("methods_off", {})
    mode = str(call.tenant.livemode)
    owner.private["methods_off"] = {**kept, mode: sorted(off)}
    return shown(call.world, call.tenant)
