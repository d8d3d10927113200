"""Accounts v2: https://docs.stripe.com/api/v2/core/accounts (`stripe.v2.core.Account`).

The same accounts as `/v1/accounts`, in other words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe.params.v2.core import (
    AccountCreateParams,
    AccountRetrieveParams,
    AccountUpdateParams,
)
from stripe.v2.core import Account

from .. import metadata
from ..connect import (
    account_changes,
    account_params,
    account_v2_shape,
    controller,
    platforms,
)
from ..errors import emulated, invalid, missing_parameter
from ..registry import Call, Resource
from . import account

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row

WAIT = 600
COMMON = {
    *("configuration", "contact_email", "defaults", "display_name", "identity"),
    *("include", "metadata"),
}
resource = Resource("v2.core.account", "account", Account, "rak_connected_account")


def _shown(call: Call, row: Row) -> Json:
    return account_v2_shape.account(row, call.params.get("include", []))


def _merchant(params: Json) -> Json:
    configuration = params.get("configuration", {})
    emulated(configuration, {"merchant"}, "configuration")
    merchant: Json = configuration.get("merchant", {})
    emulated(merchant, {"capabilities", "mcc"}, "configuration.merchant")
    return merchant


def _capabilities(params: Json) -> dict[str, bool]:
    """Return the capabilities that are requested, or given up, by v1's names."""
    asked = _merchant(params).get("capabilities", {})
    for name, one in asked.items():
        emulated(one, {"requested"}, f"configuration.merchant.capabilities.{name}")
    names = account_v2_shape.V1_NAMES
    return {names.get(n, n): one["requested"] for n, one in asked.items()}


def _profile(params: Json) -> Json:
    """Return what v1 calls `business_profile`."""
    given = params.get("defaults", {}).get("profile", {})
    profile = {
        "mcc": _merchant(params).get("mcc"),
        "name": params.get("display_name") or given.get("doing_business_as"),
        "product_description": given.get("product_description"),
        "url": given.get("business_url"),
    }
    return {name: value for name, value in profile.items() if value is not None}


def _plain(params: Json) -> Json:
    """Return the fields that v1 has under other names."""
    fields = {
        "business_type": params.get("identity", {}).get("entity_type"),
        "default_currency": params.get("defaults", {}).get("currency"),
        "email": params.get("contact_email"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _check(params: Json, row: Row | None, country: str) -> None:
    emulated(params.get("identity", {}), {"country", "entity_type"}, "identity")
    known = {"currency", "profile", "responsibilities"}
    emulated(params.get("defaults", {}), known, "defaults")
    profile = {k: v for k, v in _profile(params).items() if k != "mcc"}
    account_params.check_values({**_plain(params), "business_profile": profile})
    account_params.check_capabilities(_capabilities(params), country, row)


def _country(call: Call, platform: Row) -> str:
    given = call.params.get("identity", {}).get("country")
    if not given:
        message = "The `identity.country` value is required but not provided."
        raise invalid(message, "identity.country", "identity_country_required")
    platforms.check_country(platform, given.upper(), "identity.country")
    return str(given.upper())


def _controller(params: Json) -> Json:
    responsibilities = params.get("defaults", {}).get("responsibilities")
    for name, value in (
        ("dashboard", params.get("dashboard")),
        ("defaults.responsibilities", responsibilities),
    ):
        if value is None:
            raise missing_parameter(name)
    return controller.of_v2(params["dashboard"], responsibilities)


@resource.route("POST", "/v2/core/accounts", AccountCreateParams)
def create(call: Call) -> Json:
    """Open an account for the platform that asks."""
    platform = platforms.check_creation(call, "v2")
    params = call.params
    emulated(params, COMMON | {"dashboard"}, "")
    country = _country(call, platform)
    _check(params, None, country)
    values = {
        **_plain(params),
        "controller": _controller(params),
        "country": country,
        "metadata": metadata.merge({}, params.get("metadata")),
    }
    row = account.begin(call, values, _profile(params), _capabilities(params))
    row.private["api"] = "v2"
    merchant = "merchant" in params.get("configuration", {})
    row.private["configurations"] = ["merchant"] if merchant else []
    return _shown(call, row)


def _visible(call: Call) -> Row:
    """Return an account that v2 knows: new v1 accounts take it ten minutes."""
    row = account.visible(call, call.ids["id"])
    platforms.check_v2(call)
    young = row.data["created"] > call.world.clock.now - WAIT
    if young and row.private.get("api") != "v2":
        message = "Account is not yet compatible with V2 APIs."
        raise invalid(message, code="account_not_yet_compatible_with_v2")
    return row


@resource.route("GET", "/v2/core/accounts/<id>", AccountRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return an account that the key may see."""
    return _shown(call, _visible(call))


@resource.route("POST", "/v2/core/accounts/<id>", AccountUpdateParams)
def update(call: Call) -> Json:
    """Change a connected account, as far as its controller may."""
    row, params = _visible(call), call.params
    emulated(params, COMMON, "")
    emulated(params.get("defaults", {}), {"currency", "profile"}, "defaults")
    emulated(params.get("identity", {}), {"entity_type"}, "identity")
    account.check_editable(call, row, set(params) - {"include"})
    _check(params, row, row.data["country"])
    account.change(call, row, _profile(params), _metadata(params), _plain(params))
    if "merchant" in params.get("configuration", {}):
        row.private["configurations"] = ["merchant"]
    if capabilities := _capabilities(params):
        account_changes.request(call.world, row, capabilities)
    return _shown(call, row)


def _metadata(params: Json) -> dict[str, str]:
    """Return metadata as v1 says it: an empty value unsets a key."""
    given: dict[str, str | None] = params.get("metadata", {})
    return {name: value or "" for name, value in given.items()}
