"""The receipt that `receipt_url` of a charge leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import money
from . import kit

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from ..world import World


def serve(world: World, charge_id: str) -> Response:
    """Show what was paid."""
    row = world.store.find(charge_id)
    if row is None or row.kind != "charge":
        return kit.notice("Receipt not found", "Please check the URL.", 404)
    amount = money.display(row.data["amount"], row.data["currency"])
    return kit.notice(f"Receipt: {amount}", row.data["description"] or row.id)
