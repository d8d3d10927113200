"""API keys, and what a request may do with one.

https://docs.stripe.com/keys
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Key:
    """A key of an account: secret, publishable or restricted, test or live."""

    value: str
    account: str
    permissions: tuple[str, ...] = ()
    revoked: bool = False

    @property
    def livemode(self) -> bool:
        """Say if the key belongs to live mode."""
        return "_live_" in self.value

    @property
    def masked(self) -> str:
        """The key as Stripe quotes it in messages."""
        return mask(self.value)

    def allow(self, permission: str) -> None:
        """Refuse unless the key has the permission; writing implies reading."""
        if not self.value.startswith("rk_"):
            return
        needed = {permission, permission.removesuffix("_read") + "_write"}
        if not needed & set(self.permissions):
            message = (
                f"The provided key '{self.masked}' does not have the required "
                f"permissions for this endpoint on account '{self.account}'. Having "
                f"the '{permission}' permission would allow this request to continue."
            )
            raise ApiError(403, message)


class Keys:
    """Every key ever given."""

    def __init__(self) -> None:
        self.by_value: dict[str, Key] = {}

    def add(self, value: str, account: str, permissions: tuple[str, ...] = ()) -> Key:
        """Give an account a key."""
        key = Key(value, account, permissions)
        self.by_value[value] = key
        return key

    def revoke(self, values: Iterable[str]) -> None:
        """Let keys expire now."""
        for value in values:
            self.by_value[value].revoked = True

    def authenticate(self, authorization: str) -> Key:
        """Return the key of an Authorization header, or refuse it as Stripe does."""
        value = _credential(authorization)
        if not value:
            message = (
                "You did not provide an API key. You need to provide your API key in "
                "the Authorization header, using Bearer auth (e.g. 'Authorization: "
                "Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api"
                "#authentication for details, or we can help at "
                "https://support.stripe.com/."
            )
            raise ApiError(401, message)
        key = self.by_value.get(value)
        if key is None:
            raise ApiError(401, f"Invalid API Key provided: {mask(value)}")
        if key.revoked:
            message = f"Expired API Key provided: {key.masked}"
            raise ApiError(401, message, code="api_key_expired")
        if value.startswith("pk_"):
            message = (
                "This API call cannot be made with a publishable API key. Please use a "
                "secret API key. You can find a list of your API keys at "
                "https://dashboard.stripe.com/account/apikeys."
            )
            raise ApiError(401, message, code="secret_key_required")
        return key


def mask(value: str) -> str:
    """Hide a key but for its kind and its last four characters."""
    head, tail = value[:8], value[-4:] if len(value) > 12 else ""
    return head + "*" * max(4, len(value) - len(head) - len(tail)) + tail


def _credential(authorization: str) -> str:
    scheme, _, credential = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credential.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credential).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
