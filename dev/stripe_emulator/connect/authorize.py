"""What `/oauth/authorize` decides: who asks, for whom, and where the answer goes.

https://docs.stripe.com/connect/oauth-reference#get-authorize
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from ..resources import oauth
from . import platforms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..store import Row
    from ..world import World

SCOPE = "read_write"
DENIED = "The user denied your request"
CONTROLLED = (
    "This account is already controlled by another platform. Create a separate Stripe "
    "account to connect it here."
)


class Unauthorizable(Exception):
    """A request that leads nowhere: its sender cannot be trusted with an answer."""


class Refused(Exception):
    """An account that cannot be connected, as the page says."""


@dataclass(frozen=True)
class Request:
    """A platform's wish to connect an account."""

    platform: Row
    livemode: bool
    redirect_uri: str
    scope: str
    state: str | None
    error: tuple[str, str] | None

    def back(self, **answer: str) -> str:
        """Return the address that tells the platform."""
        if self.state is not None:
            answer["state"] = self.state
        mark = "&" if urlsplit(self.redirect_uri).query else "?"
        return f"{self.redirect_uri}{mark}{urlencode(answer)}"

    def failed(self) -> str:
        """Return the address that tells the platform of its own mistake."""
        kind, description = self.error or ("access_denied", DENIED)
        return self.back(error=kind, error_description=description)


def read(world: World, query: Mapping[str, str]) -> Request:
    """Return what is wished, or refuse to answer."""
    found = platforms.by_client_id(world, query.get("client_id", ""))
    if found is None:
        message = "No application matches the supplied client identifier"
        raise Unauthorizable(message)
    platform, livemode = found
    known = platforms.of(platform) or {}
    if not known["oauth"]:
        message = "OAuth is not enabled for this application"
        raise Unauthorizable(message)
    return Request(
        platform,
        livemode,
        _redirect_uri(query.get("redirect_uri"), known["redirect_uris"]),
        query.get("scope", "read_only"),
        query.get("state"),
        _error(query),
    )


def _redirect_uri(given: str | None, registered: list[str]) -> str:
    if given is None and registered:
        return registered[0]
    if given not in registered:
        message = (
            f"Invalid request: Invalid redirect URI: '{given}'. Ensure this uri "
            "exactly matches one of the uris specified in your application settings"
        )
        raise Unauthorizable(message)
    return given


def _error(query: Mapping[str, str]) -> tuple[str, str] | None:
    kind = query.get("response_type")
    if kind != "code":
        return "unsupported_response_type", f"Unsupported response type: {kind}"
    scope = query.get("scope", "read_only")
    if scope != SCOPE:
        return "invalid_scope", f"Invalid scope: {scope}"
    return None


def accounts(world: World) -> list[Row]:
    """Return the accounts whose owners could log in on the page."""
    return [
        row
        for row in world.store
        if row.kind == "account" and platforms.of(row) is None
    ]


def approve(world: World, request: Request, account_id: str) -> str:
    """Let an account's owner agree; return the address to go back to."""
    rows = {row.id: row for row in accounts(world)}
    if account_id not in rows:
        message = f"There is no account {account_id} to connect."
        raise Refused(message)
    row = rows[account_id]
    if row.private.get("controlled_by") not in (None, request.platform.id):
        raise Refused(CONTROLLED)
    live = request.livemode
    code = oauth.issue(world, request.platform, row, request.scope, livemode=live)
    return request.back(code=code, scope=request.scope)
