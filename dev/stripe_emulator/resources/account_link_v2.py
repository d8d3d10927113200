"""Account Links v2: https://docs.stripe.com/api/v2/core/account-links.

`stripe.v2.core.AccountLink`; they open the same page as those of v1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe.params.v2.core import AccountLinkCreateParams
from stripe.v2.core import AccountLink

from ..connect import account_links, platforms
from ..connect.account_v2_shape import moment
from ..errors import missing_parameter, not_emulated
from ..registry import Call, Resource

if TYPE_CHECKING:
    from ..errors import Json

SECONDS = 600
HASH = "account_onboarding"
resource = Resource(
    "v2.core.account_link", "account link", AccountLink, "rak_account_link"
)


@resource.route("POST", "/v2/core/account_links", AccountLinkCreateParams)
def create(call: Call) -> Json:
    """Return an address that opens the onboarding page, once."""
    platforms.check_v2(call)
    account_id, use_case = call.params["account"], call.params["use_case"]
    account_links.check_account(call, account_id)
    account_links.check_type(call, account_id, use_case["type"], "use_case.type")
    if use_case["type"] != HASH:
        raise not_emulated(use_case["type"])
    path = f"use_case.{HASH}"
    if HASH not in use_case:
        raise missing_parameter(path)
    onboarding = use_case[HASH]
    if not onboarding.get("return_url"):
        raise not_emulated(f"{path} without return_url")
    asked = account_links.Asked(
        account_id,
        onboarding["refresh_url"],
        onboarding["return_url"],
        SECONDS,
        onboarding.get("collection_options", {}),
        f"{path}.",
    )
    data = account_links.make(call, asked).data
    return {
        "object": resource.kind,
        "account": account_id,
        "created": moment(data["created"]),
        "expires_at": moment(data["expires_at"]),
        "livemode": call.tenant.livemode,
        "url": data["url"],
        "use_case": _use_case(use_case, onboarding),
    }


def _use_case(use_case: Json, onboarding: Json) -> Json:
    options = {"fields": "currently_due", "future_requirements": "omit"}
    shown = {**options, **onboarding.get("collection_options", {})}
    return {
        "type": use_case["type"],
        HASH: {**onboarding, "collection_options": shown},
        "account_update": None,
    }
