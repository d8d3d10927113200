"""What the payer is led to later: `/voucher/<intent>` and `/verify/<intent>`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from .. import money, waiting
from ..vouchers import AMOUNTS, CODE, VOUCHERS
from . import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request, Response

    from ..store import Row
    from ..world import World

WAITS = "requires_action"


def voucher(world: World, intent_id: str) -> Response:
    """Show what is taken to the shop or typed at the bank."""
    row = _intent(world, intent_id)
    action = (row.data["next_action"] or {}) if row else {}
    kind = str(action.get("type", "")).removesuffix("_display_details")
    if row is None or kind not in VOUCHERS:
        return kit.notice("This voucher is not payable", "It was paid, or has expired.")
    amount = money.display(row.data["amount"], row.data["currency"])
    text = f"Pay {amount} at any counter. Number: 123 456 789"
    return kit.notice(f"{VOUCHERS[kind].label} voucher", text)


def verify(world: World, request: Request, intent_id: str) -> Response:
    """Ask what the micro-deposit says, or look at what was typed."""
    row = _intent(world, intent_id)
    if row is None or row.data["status"] != WAITS:
        return kit.notice("Nothing to verify", "It was done already, or it is over.")
    kind = row.data["next_action"]["verify_with_microdeposits"]["microdeposit_type"]
    if request.method != "POST":
        return _form(kind)
    right = _is_right(kind, request.form)
    waiting.verify(world, row, right=right)
    world.dirty.set()
    if right:
        text = "Your bank account is verified, and the payment goes on."
        return kit.notice("Bank account verified", text)
    if row.data["status"] != WAITS:
        return kit.notice("Bank account not verified", "There were too many attempts.")
    return _form(kind, "That does not match. Look at your bank statement once more.")


def _intent(world: World, intent_id: str) -> Row | None:
    row = world.store.find(intent_id)
    return row if row is not None and row.kind == "payment_intent" else None


def _is_right(kind: str, typed: Mapping[str, str]) -> bool:
    if kind == "descriptor_code":
        return typed.get("code", "").strip().upper() == CODE
    found = [typed.get(name, "").strip() for name in ("first", "second")]
    return found == [str(amount) for amount in AMOUNTS]


def _form(kind: str, error: str = "") -> Response:
    names = [("code", "Code, beginning with SM")]
    if kind == "amounts":
        names = [("first", "First amount, in cents"), ("second", "Second amount")]
    body = Markup(
        '<section class="Payment"><form method="post" novalidate>{}<h2>{}</h2>{}'
        '<button class="SubmitButton" type="submit">Verify</button></form></section>'
    ).format(
        kit.error(error),
        "Verify your bank account",
        Markup("").join(kit.field(name, label) for name, label in names),
    )
    return kit.page("Verify your bank account", body)
