"""The bank accounts that an account's payouts go to, in either mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .resources import event

if TYPE_CHECKING:
    from .errors import Json
    from .store import Row, Tenant
    from .world import World

KIND = "bank_account"


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
    return world.insert(KIND, tenant, data)


def shown(row: Row) -> Json:
    """Return a bank account as the API shows it: without the moment it was made."""
    return {name: value for name, value in row.data.items() if name != "created"}


def _rows(world: World, tenant: Tenant) -> list[Row]:
    """Return the bank accounts, oldest first: test and live mode share them."""
    modes = (tenant._replace(livemode=False), tenant._replace(livemode=True))
    rows = [row for mode in modes for row in world.store.rows(mode, KIND)]
    return sorted(rows, key=lambda row: row.place)


def any_of(world: World, tenant: Tenant) -> bool:
    """Say if an account named any bank account."""
    return bool(_rows(world, tenant))


def of(world: World, tenant: Tenant, currency: str) -> Row | None:
    """Return the bank account that takes this currency: the newest."""
    fitting = [r for r in _rows(world, tenant) if r.data["currency"] == currency]
    return fitting[-1] if fitting else None


def add(world: World, tenant: Tenant, owner: Row, currency: str, number: str) -> Row:
    """Name the bank account that payouts in a currency go to from now on."""
    row = make(world, tenant, owner.data)
    row.private["number"] = number
    world.change(row, currency=currency, last4=number[-4:])
    news = shown(row)
    if held := owner.data["external_accounts"]:
        held["data"].append(news)
        held["total_count"] = len(held["data"])
    event.make(world, tenant, "account.external_account.created", news)
    return row


def disable(world: World, tenant: Tenant, row: Row) -> None:
    """Send no more payouts to a bank account that refused one."""
    previous = world.change(row, status="errored")
    news = shown(row)
    owner = world.store.find(tenant.account)
    held = (owner.data["external_accounts"] if owner else None) or {"data": []}
    for one in held["data"]:
        if one["id"] == row.id:
            one["status"] = "errored"
    event.make(world, tenant, "account.external_account.updated", news, previous)
