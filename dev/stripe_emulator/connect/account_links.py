"""Links to the onboarding page: single-use, soon expired.

https://docs.stripe.com/connect/hosted-onboarding
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import invalid
from ..links import platforms
from ..resources import webhook_endpoint
from ..store import Tenant
from . import account_params, controller

if TYPE_CHECKING:
    from ..errors import Json
    from ..registry import Call
    from ..store import Row
    from ..world import World

KIND = "account_link"
LETTERS = {"full": "s", "express": "e", "none": "c"}


@dataclass(frozen=True)
class Asked:
    """What either version of the API says of a link."""

    account: str
    refresh_url: str
    return_url: str
    seconds: int
    collection: Json
    path: str = ""
    """Where the two addresses stand among the parameters."""


def make(call: Call, asked: Asked) -> Row:
    """Make a link for an account that the platform controls."""
    check_account(call, asked.account)
    for name in ("refresh_url", "return_url"):
        _check_url(call, getattr(asked, name), asked.path + name)
    row = call.store.linked(asked.account)
    token = call.world.ids.new("", 12)
    letter = LETTERS[controller.dashboard(row.data)]
    now = call.world.clock.now
    data = {
        "id": token,
        "object": KIND,
        "account": row.id,
        "created": now,
        "expires_at": now + asked.seconds,
        "url": f"{call.world.base_url}/setup/{letter}/{row.id}/{token}",
    }
    return call.world.insert(
        KIND,
        call.tenant,
        data,
        refresh_url=asked.refresh_url,
        return_url=asked.return_url,
        eventually=asked.collection.get("fields") == "eventually_due",
        future=asked.collection.get("future_requirements") == "include",
        visit=None,
        finished=False,
    )


def check_account(call: Call, account_id: str) -> None:
    """Refuse links for accounts that the platform did not make, or may not see."""
    row = call.store.find(account_id)
    tenant = Tenant(account_id, call.tenant.livemode)
    seen = call.key.account in platforms(call.world.links, tenant)
    if row is None or not seen or not controller.is_controlled(row, call.key.account):
        message = (
            "You requested an account link for an account that is not connected to "
            "your platform or does not exist."
        )
        raise invalid(message, "account", "account_invalid")


def check_type(call: Call, account_id: str, kind: str, param: str) -> None:
    """Refuse to update accounts whose owners have a dashboard of Stripe's for that."""
    row = call.store.find(account_id)
    if kind == "account_update" and row and controller.dashboard(row.data) != "none":
        message = (
            "You cannot create `account_update` type Account Links for this account. "
            'Valid types for this account are ["account_onboarding"].'
        )
        raise invalid(message, param)


def _check_url(call: Call, url: str, param: str) -> None:
    account_params.check_url(url, param)
    parts = urlsplit(url)
    loopback = call.world.settings.allow_loopback_webhooks
    if not call.tenant.livemode or parts.scheme == "https":
        return
    if not (loopback and webhook_endpoint.is_local(parts.hostname or "")):
        message = "Livemode requests must always be redirected via HTTPS."
        raise invalid(message)


def is_open(world: World, link: Row) -> bool:
    """Say if nobody has followed this link, and it is not too late to."""
    if link.private["visit"] or link.data["expires_at"] <= world.clock.now:
        return False
    tenant = Tenant(link.data["account"], link.tenant.livemode)
    return link.tenant.account in platforms(world.links, tenant)


def visit(world: World, link: Row) -> str:
    """Use a link up; return the word that lets its page go on."""
    word = world.ids.new("", 24)
    link.private["visit"] = word
    return word


def expire(world: World, account_id: str) -> None:
    """Let every link of an account be of no more use."""
    for row in world.store:
        if row.kind == KIND and row.data["account"] == account_id:
            row.data["expires_at"] = min(row.data["expires_at"], world.clock.now)
            row.private["finished"] = True
