"""Connect platforms: accounts that may open and connect other accounts.

https://docs.stripe.com/connect
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ApiError, invalid
from .countries import CURRENCIES

if TYPE_CHECKING:
    from ..errors import Json
    from ..registry import Call
    from ..store import Row
    from ..world import World

NO_V1 = (
    "Stripe no longer recommends Accounts v1 for new Connect integrations. Create "
    "connected accounts with POST /v2/core/accounts instead: "
    "https://docs.stripe.com/api/v2/core/accounts. Read more about Accounts v2: "
    "https://docs.stripe.com/connect/accounts-v2/account-creation. If your integration "
    "requires v1 account creation for a supported compatibility scenario, enable "
    "Accounts v1 support in the Dashboard: "
    "https://dashboard.stripe.com/settings/features/feat_accounts_v1_support. For "
    "agent-based integrations, use Stripe's current best-practices skill: npx skills "
    "add stripe/ai."
)
NO_V2 = (
    "Accounts v2 is not enabled for your platform. If you're interested in using this "
    "API with your integration, please visit "
    "https://docs.stripe.com/connect/accounts-v2."
)
NOT_SIGNED_UP = (
    "You can only create new accounts if you've signed up for Connect, which you can "
    "do at https://dashboard.stripe.com/connect."
)
NO_PROFILE = (
    "You must complete your platform profile to use Connect and create live connected "
    "accounts. Visit your dashboard at "
    "https://dashboard.stripe.com/connect/accounts/overview to answer the "
    "questionnaire."
)


def of(row: Row) -> Json | None:
    """Return what the emulator knows of an account as a platform, if it is one."""
    known: Json | None = row.private.get("platform")
    return known


def client_id(row: Row, *, livemode: bool) -> str | None:
    """Return the `ca_…` of a platform in a mode."""
    known = of(row)
    return known["live_client_id" if livemode else "client_id"] if known else None


def by_client_id(world: World, client_id: str) -> tuple[Row, bool] | None:
    """Return the platform with this `ca_…`, and the mode that it stands for."""
    for row in world.store:
        known = of(row) if row.kind == "account" else None
        if known and client_id in (known["client_id"], known["live_client_id"]):
            return row, client_id == known["live_client_id"]
    return None


def application(row: Row, *, livemode: bool) -> Json:
    """Return a platform's Application object."""
    return {
        "id": client_id(row, livemode=livemode),
        "object": "application",
        "name": row.data["business_profile"]["name"],
    }


def calling(call: Call) -> Row:
    """Return the account whose key asks."""
    return call.world.store.linked(call.key.account)


def check_v2(call: Call) -> None:
    """Refuse Accounts v2 to who does not use it."""
    known = of(calling(call))
    if known is None or known["accounts_api"] != "v2":
        raise invalid(NO_V2, code="accounts_v2_access_blocked")


def check_creation(call: Call, api: str) -> Row:
    """Refuse who may not open accounts now; return the platform."""
    if call.tenant.account != call.key.account:
        message = (
            "Connect platforms cannot create new accounts on behalf of their connected "
            "accounts."
        )
        raise ApiError(403, message)
    row = calling(call)
    known = of(row)
    if known is None:
        raise invalid(NOT_SIGNED_UP)
    if api == "v2":
        check_v2(call)
    elif known["accounts_api"] != api:
        raise invalid(NO_V1)
    if call.tenant.livemode and not known["profile_complete"]:
        raise invalid(NO_PROFILE)
    return row


def check_country(platform: Row, country: str, param: str) -> None:
    """Refuse a country that Stripe, or this platform, opens no accounts in."""
    known = of(platform) or {}
    allowed = known.get("countries") or CURRENCIES
    if country not in CURRENCIES or country not in allowed:
        message = f"{country} is not currently supported by Stripe."
        raise invalid(message, param, "country_unsupported")
