"""How an account changes, and who is told of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import banks
from ..links import Link
from ..resources import event
from ..store import Tenant
from . import capability_shape, controller, platforms, requirements

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

BLANK = requirements.blank
AUTOMATIC = ("card_payments", "transfers")


@dataclass(frozen=True)
class Standing:
    """Where an account stands with Stripe: what it may do, and what it owes."""

    submitted: bool = True
    charges: bool = False
    payouts: bool = False
    capability: str = "inactive"
    requirements: Json = field(default_factory=BLANK)
    future: Json = field(default_factory=BLANK)


def tenant(row: Row) -> Tenant:
    """Return the mode that an account's own news belongs to."""
    return Tenant(row.id, bool(row.private["livemode"]))


def update(world: World, row: Row, **fields: Any) -> None:
    """Change an account, and tell: `account.updated`, `capability.updated`."""
    before = {name: copy.deepcopy(row.data[name]) for name in fields}
    row.data.update(fields)
    previous = _changed(before, fields)
    if not previous:
        return
    event.make(world, tenant(row), "account.updated", row.data, previous)
    for name, status in previous.get("capabilities", {}).items():
        _tell_capability(world, row, name, status)


def _tell_capability(world: World, row: Row, name: str, before: str | None) -> None:
    previous = {"status": before or "unrequested"}
    shown = capability_shape.shown(row, name)
    event.make(world, tenant(row), "capability.updated", shown, previous)


def _changed(before: Json, after: Json) -> Json:
    """Return the old values of what differs, hash by hash."""
    result: Json = {}
    for name in [*before, *(n for n in after if n not in before)]:
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            if inner := _changed(old, new):
                result[name] = inner
        elif old != new:
            result[name] = old
    return result


def take(world: World, row: Row, standing: Standing, **fields: Any) -> None:
    """Give an account a new standing; its requested capabilities follow."""
    names = row.private["capabilities"]
    update(
        world,
        row,
        details_submitted=standing.submitted,
        charges_enabled=standing.charges,
        payouts_enabled=standing.payouts,
        capabilities=dict.fromkeys(names, standing.capability),
        requirements=standing.requirements,
        future_requirements=standing.future,
        **fields,
    )


def active(row: Row) -> Standing:
    """Return the standing of an account that owes nothing."""
    if not row.private["capabilities"]:
        owed = requirements.blank(disabled_reason=capability_shape.UNREQUESTED)
        return Standing(requirements=owed)
    charges = any(name.endswith("_payments") for name in row.private["capabilities"])
    return Standing(charges=charges, payouts=True, capability="active")


def request(world: World, row: Row, wanted: dict[str, bool]) -> None:
    """Request capabilities, or give them up; an account in good standing has them."""
    known: dict[str, int] = row.private["capabilities"]
    for name, requested in wanted.items():
        if requested:
            known.setdefault(name, world.clock.now)
        else:
            known.pop(name, None)
    if row.data["requirements"]["disabled_reason"] == capability_shape.UNREQUESTED:
        take(world, row, active(row))
        return
    usual = "active" if row.data["charges_enabled"] else "inactive"
    statuses = {name: row.data["capabilities"].get(name, usual) for name in known}
    update(world, row, capabilities=statuses)


def automatic(world: World, row: Row) -> None:
    """Request what an account with the full dashboard gets without being asked."""
    if not row.private["capabilities"] and controller.dashboard(row.data) == "full":
        row.private["capabilities"] = dict.fromkeys(AUTOMATIC, world.clock.now)


def give_bank_account(world: World, row: Row) -> None:
    """Let the owner name the bank account that payouts go to, if there is none."""
    held = row.data["external_accounts"]
    if held is None or held["data"]:
        return
    made = banks.shown(banks.make(world, tenant(row), row.data))
    row.data["external_accounts"] = {**held, "data": [made], "total_count": 1}
    event.make(world, tenant(row), "account.external_account.created", made)


def deauthorize(world: World, platform: Row, row: Row, *, livemode: bool) -> None:
    """End a platform's access to an account in a mode, and tell that platform."""
    news = platforms.application(platform, livemode=livemode)
    event.make(
        world,
        Tenant(row.id, livemode),
        "account.application.deauthorized",
        news,
        platform=platform.id,
    )
    world.links.discard(Link(platform.id, row.id, livemode))
    for grant in row.private.get("grants", []):
        if (grant["platform"], grant["livemode"]) == (platform.id, livemode):
            world.keys.revoke(grant["keys"])


def close(world: World, row: Row) -> None:
    """Let an account cease to be: its platforms are told, its keys expire."""
    for link in sorted(link for link in world.links if link.account == row.id):
        platform = world.store.find(link.platform)
        if platform is not None and platforms.of(platform):
            deauthorize(world, platform, row, livemode=link.livemode)
        world.links.discard(link)
    world.keys.revoke(row.private["keys"].values())
    world.store.delete(row)
