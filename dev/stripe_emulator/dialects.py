"""How each part of the API words its errors, and takes its parameters.

v1: https://docs.stripe.com/api/errors, v2: https://docs.stripe.com/api-v2-overview,
OAuth: https://docs.stripe.com/connect/oauth-reference
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .errors import ApiError, Json

OAUTH_CODES = {
    *("invalid_client", "invalid_grant", "invalid_request", "invalid_scope"),
    *("unsupported_grant_type", "unsupported_response_type"),
}


@dataclass(frozen=True)
class Dialect:
    """What differs between the parts of the API."""

    body: Callable[[ApiError, str], Json]
    takes_json: bool = False
    keeps_errors: bool = True
    """Say if an idempotency key keeps an error, too; v2 tries again."""


def _v1(error: ApiError, log_url: str) -> Json:
    return error.body(log_url)


def _v2(error: ApiError, log_url: str) -> Json:
    names = ("type", "code", "message", "param")
    shown = {name: error.error[name] for name in names if name in error.error}
    if shown.get("code") == "resource_missing":
        shown["code"] = "not_found"
    return {"error": shown}


def _oauth(error: ApiError, log_url: str) -> Json:
    """Return an OAuth error, if it is one: bad keys and lost servers are not."""
    code = error.error.get("code")
    if code not in OAUTH_CODES:
        if error.status != 400:
            return error.body(log_url)
        wrong_grant = error.error.get("param") == "grant_type" and code is None
        code = "unsupported_grant_type" if wrong_grant else "invalid_request"
    return {"error": code, "error_description": error.error["message"]}


V1 = Dialect(_v1)
V2 = Dialect(_v2, takes_json=True, keeps_errors=False)
OAUTH = Dialect(_oauth)


def of(path: str) -> Dialect:
    """Return the dialect of the part that a path belongs to."""
    if path.startswith("/v2/"):
        return V2
    return OAUTH if path.startswith("/oauth/") else V1
