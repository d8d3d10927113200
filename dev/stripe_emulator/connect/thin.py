"""Thin notifications of v2: https://docs.stripe.com/event-destinations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..outbox import Delivery
from ..store import Tenant
from .account_v2_shape import moment

if TYPE_CHECKING:
    from ..store import Row
    from ..world import World

KIND = "v2.core.event_destination"


def send(
    world: World, platform: Row, row: Row, kind: str, url: str, secret: str
) -> Row:
    """Queue a notification about an account; return the destination it goes to."""
    livemode = bool(row.private["livemode"])
    prefix = "evt_" if livemode else "evt_test_"
    notification = {
        "id": world.ids.new(prefix, 44),
        "object": "v2.core.event",
        "type": kind,
        "created": moment(world.clock.now),
        "livemode": livemode,
        "context": None,
        "reason": None,
        "related_object": {
            "id": row.id,
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{row.id}",
        },
    }
    destination = _destination(world, Tenant(platform.id, livemode), url, secret)
    delivery = Delivery(
        url=url,
        event_id=str(notification["id"]),
        type=kind,
        body=json.dumps(notification).encode(),
        endpoint_id=destination.id,
        secret=secret,
        account=row.id,
        livemode=livemode,
    )
    world.outbox.add(delivery)
    return destination


def _destination(world: World, tenant: Tenant, url: str, secret: str) -> Row:
    for row in world.store.rows(tenant, KIND):
        if (row.data["url"], row.private["secret"]) == (url, secret):
            return row
    data = {
        "id": world.ids.new("ed_test_", 44),
        "object": KIND,
        "created": world.clock.now,
        "status": "enabled",
        "url": url,
    }
    return world.insert(KIND, tenant, data, secret=secret)
