"""Early fraud warnings: https://docs.stripe.com/api/radar/early_fraud_warnings.

`stripe.radar.EarlyFraudWarning`; a hint only, no money moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params.radar import (
    EarlyFraudWarningListParams,
    EarlyFraudWarningRetrieveParams,
)

from .. import wire
from ..registry import Call, Resource

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

PATH = "/v1/radar/early_fraud_warnings"
resource = Resource(
    "radar.early_fraud_warning",
    "early fraud warning",
    stripe.radar.EarlyFraudWarning,
    "rak_radar",
)


def make(world: World, paid: Row) -> Row:
    """Let the card's bank suspect a charge."""
    data = {
        "id": world.ids.new("issfr_1", 23),
        "object": resource.kind,
        "actionable": True,
        "charge": paid.id,
        "created": world.clock.now,
        "fraud_type": "made_with_stolen_card",
        "livemode": paid.tenant.livemode,
        "payment_intent": paid.data["payment_intent"],
    }
    row = world.insert(resource.kind, paid.tenant, data)
    world.emit("radar.early_fraud_warning.created", row)
    return row


def too_late(world: World, paid: Row) -> None:
    """Note that a charge is disputed or refunded: nothing can be prevented now."""
    for row in world.store.rows(paid.tenant, resource.kind):
        if row.data["charge"] == paid.id and row.data["actionable"]:
            previous = world.change(row, actionable=False)
            world.emit("radar.early_fraud_warning.updated", row, previous)


@resource.route("GET", PATH, EarlyFraudWarningListParams)
def index(call: Call) -> Json:
    """List warnings, newest first."""
    rows = call.store.rows(call.tenant, resource.kind)
    same = ("charge", "payment_intent")
    return wire.page(rows, call.params, call.path, resource.label, same=same)


@resource.route("GET", f"{PATH}/<id>", EarlyFraudWarningRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one warning."""
    return resource.get(call).data
