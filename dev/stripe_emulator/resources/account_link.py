"""Account Links: https://docs.stripe.com/api/account_links (`stripe.AccountLink`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import AccountLinkCreateParams

from ..connect import account_links
from ..errors import not_emulated, require
from ..registry import Call, Resource

if TYPE_CHECKING:
    from ..errors import Json

SECONDS = 300
resource = Resource(
    account_links.KIND, "account link", stripe.AccountLink, "rak_account_link"
)


@resource.route("POST", "/v1/account_links", AccountLinkCreateParams)
def create(call: Call) -> Json:
    """Return an address that opens the onboarding page, once."""
    params = call.params
    account_links.check_account(call, params["account"])
    account_links.check_type(call, params["account"], params["type"], "type")
    if params["type"] == "account_update":
        raise not_emulated(params["type"])
    for name in ("refresh_url", "return_url"):
        require(params, name)
    collection = params.get("collection_options", {})
    collection = {"fields": params.get("collect"), **collection}
    asked = account_links.Asked(
        params["account"],
        params["refresh_url"],
        params["return_url"],
        SECONDS,
        collection,
    )
    data = account_links.make(call, asked).data
    return {n: data[n] for n in ("object", "created", "expires_at", "url")}
