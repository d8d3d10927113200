"""What the owner of an account does on Stripe's onboarding page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import account_changes, account_states, requirements

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

SAVED = (*requirements.BUSINESS, "business_type", *requirements.COMPANY)
PROFILE = {
    "mcc": "5734",
    "product_description": "Books and stationery, paid by invoice",
    "url": "https://www.example.com",
}
OUTCOMES = ("submit", "review", "leave", "reject")


def finish(
    world: World, row: Row, outcome: str, typed: dict[str, str] | None = None
) -> None:
    """Press a button of the page, after typing `name`, `email` or `url`.

    `submit` is verified at once, `review` later, `leave` saves what the business is,
    and `reject` is Stripe's refusal.
    """
    fields = _answers(row, typed or {})
    if outcome == "leave":
        left = requirements.without(row.data["requirements"], SAVED)
        account_changes.update(world, row, requirements=left, **fields)
        return
    fields["tos_acceptance"] = _signature(world)
    if outcome == "reject":
        _put(world, row, "rejected", fields)
        return
    account_changes.give_bank_account(world, row)
    _put(
        world,
        row,
        "active" if outcome == "submit" else "pending_verification",
        fields,
    )


def _put(world: World, row: Row, state: str, fields: Json) -> None:
    details = account_states.Details(world.clock.now)
    account_states.put(world, row, state, details, **fields)


def _answers(row: Row, typed: dict[str, str]) -> Json:
    """Return what the page says of the business: typed, known or made up."""
    known = {k: v for k, v in row.data["business_profile"].items() if v}
    said = {name: typed[name] for name in ("name", "url") if typed.get(name)}
    return {
        "business_profile": {
            **row.data["business_profile"],
            **PROFILE,
            **known,
            **said,
        },
        "business_type": row.data["business_type"] or "company",
        "email": typed.get("email") or row.data["email"],
    }


def _signature(world: World) -> Json:
    return {"date": world.clock.now, "ip": "127.0.0.1", "user_agent": None}
