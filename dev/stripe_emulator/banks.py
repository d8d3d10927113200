"""The bank accounts that an account's payouts go to, in either mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .resources import event, external_account

if TYPE_CHECKING:
    from .store import Row, Tenant
    from .world import World


def _rows(world: World, tenant: Tenant) -> list[Row]:
    """Return the bank accounts, oldest first: test and live mode share them."""
    modes = (tenant._replace(livemode=False), tenant._replace(livemode=True))
    rows = [row for mode in modes for row in world.store.rows(mode, "bank_account")]
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
    row = external_account.make(world, tenant, owner.data)
    row.private["number"] = number
    world.change(row, currency=currency, last4=number[-4:])
    shown = external_account.shown(row)
    if held := owner.data["external_accounts"]:
        held["data"].append(shown)
        held["total_count"] = len(held["data"])
    event.make(world, tenant, "account.external_account.created", shown)
    return row


def disable(world: World, tenant: Tenant, row: Row) -> None:
    """Send no more payouts to a bank account that refused one."""
    previous = world.change(row, status="errored")
    shown = external_account.shown(row)
    owner = world.store.find(tenant.account)
    held = (owner.data["external_accounts"] if owner else None) or {"data": []}
    for one in held["data"]:
        if one["id"] == row.id:
            one["status"] = "errored"
    event.make(world, tenant, "account.external_account.updated", shown, previous)
