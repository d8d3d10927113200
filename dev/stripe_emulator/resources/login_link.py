"""Login Links: https://docs.stripe.com/api/accounts/login_link (`stripe.LoginLink`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import AccountLoginLinkCreateParams

from ..connect import controller
from ..errors import invalid
from ..registry import Call, Resource
from . import account

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row

resource = Resource("login_link", "login link", stripe.LoginLink, "rak_login_link")


@resource.route(
    "POST", "/v1/accounts/<account>/login_links", AccountLoginLinkCreateParams
)
def create(call: Call) -> Json:
    """Return an address that opens the Express Dashboard of an onboarded account."""
    row = account.visible(call, call.ids["account"])
    if controller.dashboard(row.data) != "express":
        message = (
            f"Cannot create an edit link for the account {row.id}, which does not have "
            "access to the Express Dashboard."
        )
        raise invalid(message)
    if not row.data["details_submitted"]:
        message = (
            "Cannot create a login link for an account that has not completed "
            "onboarding."
        )
        raise invalid(message)
    data = _make(call, row)
    return {name: data[name] for name in ("object", "created", "url")}


def _make(call: Call, row: Row) -> Json:
    token = call.world.ids.new("", 12)
    data = {
        "id": token,
        "object": resource.kind,
        "account": row.id,
        "created": call.world.clock.now,
        "url": f"{call.world.base_url}/express/{row.id}/{token}",
    }
    return call.world.insert(resource.kind, call.tenant, data, used=False).data
