"""Bank accounts that payouts go to: https://docs.stripe.com/api/external_accounts.

`stripe.BankAccount`; they are named on the onboarding page, never by API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import AccountExternalAccountListParams

from .. import banks, wire
from ..connect import account_changes
from ..registry import Call, Resource
from . import account

if TYPE_CHECKING:
    from ..errors import Json

resource = Resource(
    banks.KIND, "external account", stripe.BankAccount, "rak_connected_account"
)


@resource.route(
    "GET", "/v1/accounts/<account>/external_accounts", AccountExternalAccountListParams
)
def index(call: Call) -> Json:
    """List the bank accounts of an account."""
    owner = account.visible(call, call.ids["account"])
    rows = call.store.rows(account_changes.tenant(owner), resource.kind)
    page = wire.page(rows, call.params, call.path, resource.label, same=("object",))
    held = owner.data["external_accounts"] or {"data": []}
    known = {one["id"]: one for one in held["data"]}
    return {**page, "data": [known[one["id"]] for one in page["data"]]}
