"""Accounts: https://docs.stripe.com/api/accounts (`stripe.Account`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import (
    AccountCreateParams,
    AccountDeleteParams,
    AccountListParams,
    AccountRetrieveCurrentParams,
    AccountRetrieveParams,
    AccountUpdateParams,
)

from .. import metadata, wire
from ..connect import (
    account_changes,
    account_params,
    account_shape,
    controller,
    platforms,
    requirements,
)
from ..errors import ApiError, emulated
from ..links import Link
from ..registry import Call, Resource
from ..store import Tenant

if TYPE_CHECKING:
    from ..errors import Json
    from ..keys import Key
    from ..store import Row
    from ..world import World

KEYS = ("sk_test", "pk_test", "sk_live", "pk_live")
resource = Resource("account", "account", stripe.Account, "rak_connected_account")


def make(world: World, values: Json) -> Row:
    """Open an account that can charge, unless `values` says otherwise."""
    return _keep(world, account_shape.opened(world, values))


def _keep(world: World, data: Json) -> Row:
    # The account itself is one object, whichever mode asks for it.
    tenant = Tenant(data["id"], False)
    return world.insert(
        "account",
        tenant,
        data,
        payment_configuration=world.ids.new("pmc_1", 23),
        capabilities=dict.fromkeys(data["capabilities"], data["created"]),
    )


def give_keys(world: World, row: Row, given: dict[str, str | None]) -> None:
    """Give an account its keys for both modes: those given, or new ones."""
    keys = {kind: given.get(kind) or world.ids.new(f"{kind}_51", 97) for kind in KEYS}
    for value in keys.values():
        world.keys.add(value, row.id)
    row.private["keys"] = keys


def begin(
    call: Call, values: Json, profile: Json, capabilities: dict[str, bool]
) -> Row:
    """Open an account for a platform; its owner has still to onboard."""
    world, platform = call.world, call.key.account
    row = _keep(world, account_shape.begun(world, values, profile))
    give_keys(world, row, {})
    row.private["livemode"] = call.tenant.livemode
    row.private["controlled_by"] = platform
    world.links.add(Link(platform, row.id, call.tenant.livemode))
    names = [name for name, requested in capabilities.items() if requested]
    row.private["capabilities"] = dict.fromkeys(names, world.clock.now)
    row.data["capabilities"] = dict.fromkeys(names, "inactive")
    return row


def of(world: World, tenant: Tenant) -> Row:
    """Return the account that a tenant is."""
    return world.store.linked(tenant.account)


def access(world: World, key: Key, account_id: str) -> None:
    """Refuse an account that this key's account neither is nor is linked to."""
    tenant = Tenant(account_id, key.livemode)
    linked = any(
        link.covers(tenant) for link in world.links if link.platform == key.account
    )
    if account_id == key.account or linked:
        return
    message = (
        f"The provided key '{key.masked}' does not have access to account "
        f"'{account_id}' (or that account does not exist). Application access may have "
        "been revoked."
    )
    raise ApiError(403, message, code="account_invalid")


def visible(call: Call, account_id: str) -> Row:
    """Return an account that the key may see."""
    access(call.world, call.key, account_id)
    return of(call.world, Tenant(account_id, call.tenant.livemode))


def check_editable(call: Call, row: Row, names: set[str]) -> None:
    """Refuse changes to one's own account, and to one that others control."""
    if row.id == call.key.account:
        message = (
            "You cannot use this method on your own account: you may only use it on "
            "connected accounts."
        )
        raise ApiError(403, message)
    if not controller.is_controlled(row, call.key.account) and names - {"metadata"}:
        message = "This application is not authorized to edit this account."
        raise ApiError(403, message)


def shown(call: Call, row: Row) -> Json:
    """Return an account as the asking one sees it."""
    if controller.is_controlled(row, call.key.account):
        return row.data
    mine = {k: v for k, v in row.data["controller"].items() if k != "is_controller"}
    return {**row.data, "controller": mine, "external_accounts": None}


@resource.route("GET", "/v1/account", AccountRetrieveCurrentParams)
def retrieve_current(call: Call) -> Json:
    """Return the account that the request is made for."""
    return shown(call, of(call.world, call.tenant))


@resource.route("POST", "/v1/accounts", AccountCreateParams)
def create(call: Call) -> Json:
    """Open an account for the platform that asks."""
    platforms.check_creation(call, "v1")
    params = call.params
    row = begin(
        call,
        account_params.creation(call),
        params.get("business_profile", {}),
        account_params.requested(params),
    )
    row.data["metadata"] = metadata.merge({}, params.get("metadata"))
    return shown(call, row)


@resource.route("GET", "/v1/accounts", AccountListParams)
def index(call: Call) -> Json:
    """List the accounts that the platform may act for, newest first."""
    rows = [row for row in call.store if row.kind == "account" and _linked(call, row)]
    rows.sort(key=lambda row: row.place)
    page = wire.page(rows, call.params, call.path, resource.label)
    known = {row.id: row for row in rows}
    return {**page, "data": [shown(call, known[one["id"]]) for one in page["data"]]}


def _linked(call: Call, row: Row) -> bool:
    tenant = Tenant(row.id, call.tenant.livemode)
    links = (link for link in call.world.links if link.platform == call.tenant.account)
    return any(link.covers(tenant) for link in links)


@resource.route("GET", "/v1/accounts/<id>", AccountRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return an account that the key may see."""
    return shown(call, visible(call, call.ids["id"]))


@resource.route("POST", "/v1/accounts/<id>", AccountUpdateParams)
def update(call: Call) -> Json:
    """Change a connected account, as far as its controller may."""
    row, params = visible(call, call.ids["id"]), call.params
    emulated(params, account_params.COMMON, "")
    check_editable(call, row, set(params) - {"expand"})
    account_params.check_values(params)
    capabilities = account_params.requested(params)
    account_params.check_capabilities(capabilities, row.data["country"], row)
    profile = params.get("business_profile", {})
    fields = {n: params[n] for n in account_params.PLAIN if n in params}
    change(call, row, profile, params.get("metadata"), fields)
    if capabilities:
        account_changes.request(call.world, row, capabilities)
    return shown(call, row)


def change(
    call: Call,
    row: Row,
    profile: Json,
    given: dict[str, str] | str | None,
    fields: Json,
) -> None:
    """Change what a platform may write; what it answers is no longer required."""
    merged = {**row.data["business_profile"], **profile}
    answered = requirements.given({**row.data, **fields, "business_profile": merged})
    account_changes.update(
        call.world,
        row,
        business_profile=merged,
        metadata=metadata.merge(row.data["metadata"], given),
        requirements=requirements.without(row.data["requirements"], answered),
        **fields,
    )


@resource.route("DELETE", "/v1/accounts/<id>", AccountDeleteParams)
def delete(call: Call) -> Json:
    """Delete a connected account; Stripe keeps most live ones."""
    row = visible(call, call.ids["id"])
    check_editable(call, row, {"deleted"})
    losses = row.data["controller"]["losses"]["payments"]
    if call.tenant.livemode and (losses, controller.dashboard(row.data)) == (
        "stripe",
        "full",
    ):
        message = (
            "Live-mode accounts that have access to the full Stripe Dashboard and "
            "whose negative balances are Stripe's responsibility cannot be deleted."
        )
        raise ApiError(400, message)
    account_changes.close(call.world, row)
    return {"id": row.id, "object": resource.kind, "deleted": True}
