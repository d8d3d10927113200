"""Connect platforms, and the accounts that they connect by OAuth."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from .. import links
from ..connect import account_changes, authorize, platforms
from .accounts import AccountControls
from .base import Account, ControlError

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row

SETTINGS = {
    "accounts_api": str,
    "countries": list,
    "oauth": bool,
    "profile_complete": bool,
    "redirect_uris": list,
}


class PlatformControls(AccountControls):
    """Opens platforms, and does what account owners do on the OAuth page."""

    def create_platform(
        self,
        *,
        business_name: str = "Kash",
        redirect_uris: tuple[str, ...] | list[str] = (),
        accounts_api: str = "v2",
        livemode: bool = False,
        client_id: str | None = None,
        live_client_id: str | None = None,
        **values: Any,
    ) -> Account:
        """Open an account that is a platform, with a `ca_…` for each mode.

        Other values: those of `create_account`. Its profile is complete, OAuth is on,
        every country is allowed: `update_platform` changes that.
        """
        account = self.create_account(
            business_name=business_name, livemode=livemode, **values
        )
        with self.world.lock:
            new = self.world.ids.new
            self._row(account.id).private["platform"] = {
                "client_id": client_id or new("ca_", 32),
                "live_client_id": live_client_id or new("ca_", 32),
                "accounts_api": "v2",
                "countries": [],
                "oauth": True,
                "profile_complete": True,
                "redirect_uris": [],
            }
            self.update_platform(
                account.id,
                accounts_api=accounts_api,
                redirect_uris=list(redirect_uris),
            )
        return self.account(account.id)

    def update_platform(self, platform_id: str, **settings: Any) -> Json:
        """Change `accounts_api` (v1, v2), `countries`, `oauth` and other settings.

        The others: `profile_complete`, `redirect_uris`. No countries: all.
        """
        with self.world.lock:
            known = self._platform(platform_id)[1]
            for name, value in settings.items():
                _check(name, value)
                known[name] = value
            self.world.dirty.set()
            return copy.deepcopy(known)

    def _platform(self, platform_id: str) -> tuple[Row, Json]:
        row = self._row(platform_id, "account")
        known = platforms.of(row)
        if known is None:
            message = f"{platform_id} is no platform: create_platform makes them."
            raise ControlError(message)
        return row, known

    def deauthorize(self, platform_id: str, account_id: str) -> None:
        """Let the owner of an account revoke a platform's access, in both modes."""
        with self.world.lock:
            platform, row = self._platform(platform_id)[0], self._row(account_id)
            found = links.between(self.world.links, platform.id, row.id)
            if not found:
                message = f"{account_id} is not connected to {platform_id}."
                raise ControlError(message)
            for link in found:
                account_changes.deauthorize(
                    self.world, platform, row, livemode=link.livemode
                )
            self.world.dirty.set()

    def oauth_approve(self, authorize_url: str, account_id: str) -> str:
        """Agree on the OAuth page with an account; return the address it leads to."""
        with self.world.lock:
            request = self._wish(authorize_url)
            if request.error:
                return request.failed()
            try:
                back = authorize.approve(self.world, request, account_id)
            except authorize.Refused as refusal:
                raise ControlError(str(refusal)) from refusal
            self.world.dirty.set()
            return back

    def oauth_deny(self, authorize_url: str) -> str:
        """Refuse on the OAuth page; return the address it leads to."""
        with self.world.lock:
            return self._wish(authorize_url).failed()

    def _wish(self, authorize_url: str) -> authorize.Request:
        self.world.clock.tick()
        parts = urlsplit(authorize_url)
        if parts.path != "/oauth/authorize":
            message = f"Not the address of the OAuth page: {authorize_url}"
            raise ControlError(message)
        try:
            return authorize.read(self.world, dict(parse_qsl(parts.query)))
        except authorize.Unauthorizable as refusal:
            raise ControlError(str(refusal)) from refusal


def _check(name: str, value: Any) -> None:
    if name not in SETTINGS or not isinstance(value, SETTINGS[name]):
        message = f"No such setting, or of another type: {name}"
        raise ControlError(message)
    if name == "accounts_api" and value not in ("v1", "v2"):
        message = "accounts_api is v1 or v2"
        raise ControlError(message)
