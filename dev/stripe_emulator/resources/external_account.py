"""Bank accounts that payouts go to: https://docs.stripe.com/api/external_accounts.

`stripe.BankAccount`; they are named on the onboarding page, never by API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import AccountExternalAccountListParams

from .. import wire
from ..connect import account_changes
from ..registry import Call, Resource
from . import account

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row, Tenant
    from ..world import World

resource = Resource(
    "bank_account", "external account", stripe.BankAccount, "rak_connected_account"
)


def make(world: World, tenant: Tenant, owner: Json) -> Row:
    """Keep the bank account that an account's owner named."""
    names = ("currently_due", "errors", "past_due", "pending_verification")
    data = {
        "id": world.ids.new("ba_1", 23),
        "object": "bank_account",
        "account": tenant.account,
        "account_holder_name": owner["business_profile"]["name"],
        "account_holder_type": "company",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": owner["country"],
        "created": world.clock.now,
        "currency": owner["default_currency"],
        "customer": None,
        "default_for_currency": True,
        "fingerprint": world.ids.new("", 16),
        "future_requirements": {name: [] for name in names},
        "last4": "6789",
        "metadata": {},
        "requirements": {name: [] for name in names},
        "routing_number": "110000000" if owner["country"] == "US" else None,
        "status": "new",
    }
    return world.insert(resource.kind, tenant, data)


def shown(row: Row) -> Json:
    """Return a bank account as the API shows it: without the moment it was made."""
    return {name: value for name, value in row.data.items() if name != "created"}


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
