"""OAuth for existing accounts: https://docs.stripe.com/connect/oauth-reference.

Not among `RESOURCES`: it lives at the Connect base and has errors of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import OAuth

from .. import links
from ..connect import account_changes, platforms
from ..errors import ApiError, invalid, missing_parameter, no_such, not_emulated
from ..links import Link
from ..registry import Call, Resource
from ..store import Tenant
from . import event

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

KIND = "oauth_code"
CODE = "code"
SECONDS = 300
NOT_YOURS = "Authorization code provided does not belong to you"
USED = (
    "This authorization code has already been used. All tokens issued with this code "
    "have been revoked."
)
resource = Resource(KIND, "authorization code", OAuth.OAuthToken, "rak_oauth")


def issue(world: World, platform: Row, row: Row, scope: str, *, livemode: bool) -> str:
    """Return a code that lets a platform connect an account, once."""
    data = {
        "id": world.ids.new("ac_", 32),
        "object": KIND,
        "account": row.id,
        "created": world.clock.now,
        "scope": scope,
    }
    tenant = Tenant(platform.id, livemode)
    return world.insert(KIND, tenant, data, used=False, keys=[]).id


@resource.route("POST", "/oauth/token", OAuth.OAuthTokenParams, "rak_oauth_write")
def token(call: Call) -> Json:
    """Connect the account that a code stands for."""
    if call.params["grant_type"] != "authorization_code":
        raise not_emulated(call.params["grant_type"])
    for name in ("refresh_token", "scope", "assert_capabilities"):
        if name in call.params:
            raise not_emulated(name)
    code = _code(call, call.params.get("code"))
    platform, row = platforms.calling(call), call.store.find(code.data["account"])
    if row is None:
        raise no_such(KIND, code.id)
    code.private["used"] = True
    code.private["keys"] = _connect(call, platform, row)
    secret, publishable = code.private["keys"]
    return {
        "access_token": secret,
        "livemode": call.tenant.livemode,
        "refresh_token": call.world.ids.new("rt_", 32),
        "token_type": "bearer",
        "stripe_publishable_key": publishable,
        "stripe_user_id": row.id,
        "scope": code.data["scope"],
    }


def _code(call: Call, given: str | None) -> Row:
    if given is None:
        raise missing_parameter(CODE)
    code = call.store.find(given)
    if code is None or code.kind != KIND:
        raise _ungranted(f"Authorization code does not exist: {given}")
    if code.tenant.account != call.key.account:
        raise _ungranted(NOT_YOURS)
    if code.tenant.livemode != call.tenant.livemode:
        mode = "live" if code.tenant.livemode else "test"
        raise _ungranted(f"Authorization code was issued in {mode} mode: {given}")
    if code.private["used"]:
        call.world.keys.revoke(code.private["keys"])
        raise _ungranted(USED)
    if code.data["created"] + SECONDS <= call.world.clock.now:
        raise _ungranted(f"Authorization code expired: {given}")
    return code


def _ungranted(message: str) -> ApiError:
    return invalid(message, code="invalid_grant")


def _connect(call: Call, platform: Row, row: Row) -> list[str]:
    """Link an account to a platform; return the keys that the platform gets."""
    world, live = call.world, call.tenant.livemode
    mode = "live" if live else "test"
    keys = [world.ids.new(f"{kind}_{mode}_51", 97) for kind in ("sk", "pk")]
    for key in keys:
        world.keys.add(key, row.id)
    grant = {"platform": platform.id, "livemode": live, "keys": keys}
    row.private.setdefault("grants", []).append(grant)
    world.links.add(Link(platform.id, row.id, live))
    news = platforms.application(platform, livemode=live)
    kind, tenant = "account.application.authorized", Tenant(row.id, live)
    event.make(world, tenant, kind, news, platform=platform.id)
    return keys


@resource.route(
    "POST", "/oauth/deauthorize", OAuth.OAuthDeauthorizeParams, "rak_oauth_write"
)
def deauthorize(call: Call) -> Json:
    """End the platform's access to an account."""
    platform, live = platforms.calling(call), call.tenant.livemode
    client_id, account_id = call.params.get("client_id"), call.params["stripe_user_id"]
    if client_id is None or client_id != platforms.client_id(platform, livemode=live):
        raise _not_yours(f"No such application: {client_id}")
    row = call.store.find(account_id)
    link = Link(platform.id, account_id, live)
    if row is None or link not in links.between(call.world.links, *link[:2]):
        raise _not_yours(
            "This application is not connected to stripe account "
            f"{account_id}, or that account does not exist."
        )
    account_changes.deauthorize(call.world, platform, row, livemode=live)
    return {"stripe_user_id": account_id}


def _not_yours(message: str) -> ApiError:
    return ApiError(401, message, code="invalid_client")
