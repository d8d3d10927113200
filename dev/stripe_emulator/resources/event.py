"""Events, and their way into the outbox.

https://docs.stripe.com/api/events (`stripe.Event`)
"""

from __future__ import annotations

import copy
import fnmatch
import json
from typing import TYPE_CHECKING

import stripe
from stripe.params import EventListParams, EventRetrieveParams

from .. import errors, wire
from ..outbox import Delivery
from ..registry import Call, Resource
from ..settings import API_VERSION
from . import webhook_endpoint

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row, Tenant
    from ..world import World

KEPT = 30 * 86400
resource = Resource("event", "event", stripe.Event, "rak_event")


def make(
    world: World,
    tenant: Tenant,
    kind: str,
    data: Json,
    previous: Json | None = None,
    *,
    to_all: bool = False,
    platform: str | None = None,
) -> Row:
    """Record what happened and queue it for every endpoint that listens.

    With `platform`, only the endpoints of that platform are told.
    """
    content: Json = {"object": copy.deepcopy(data)}
    if previous is not None:
        content["previous_attributes"] = previous
    endpoints = webhook_endpoint.listening(
        world, tenant, None if to_all else kind, platform
    )
    row = world.insert(
        "event",
        tenant,
        {
            "id": world.ids.new("evt_1", 23),
            "object": "event",
            "api_version": API_VERSION,
            "created": world.clock.now,
            "data": content,
            "livemode": tenant.livemode,
            "pending_webhooks": len(endpoints),
            "request": {
                "id": world.cause.request_id,
                "idempotency_key": world.cause.idempotency_key,
            },
            "type": kind,
        },
    )
    for endpoint in endpoints:
        world.outbox.add(_delivery(row, endpoint))
    return row


def _delivery(row: Row, endpoint: Row) -> Delivery:
    payload = dict(row.data)
    if endpoint.private["connect"]:
        payload["account"] = row.tenant.account
    if endpoint.data["api_version"]:
        payload["api_version"] = endpoint.data["api_version"]
    return Delivery(
        url=endpoint.data["url"],
        event_id=row.id,
        type=row.data["type"],
        body=json.dumps(payload, indent=2).encode(),
        endpoint_id=endpoint.id,
        secret=endpoint.private["secret"],
        account=row.tenant.account,
        livemode=row.tenant.livemode,
    )


def delivered(world: World, delivery: Delivery) -> None:
    """Note that an endpoint answered 2xx."""
    delivery.state = "delivered"
    row = world.store.find(delivery.event_id)
    if row is not None:
        row.data["pending_webhooks"] = max(0, row.data["pending_webhooks"] - 1)


def _wanted_types(params: Json) -> list[str]:
    if "type" in params and "types" in params:
        message = "You may only specify one of these parameters: type, types."
        raise errors.invalid(message, "types")
    types: list[str] = params.get("types", [])
    if len(types) > 20:
        message = "You may pass up to 20 types."
        raise errors.invalid(message, "types")
    return [params["type"]] if "type" in params else types


@resource.route("GET", "/v1/events", EventListParams)
def index(call: Call) -> Json:
    """List the events of the last thirty days, newest first."""
    params = call.params
    types = _wanted_types(params)
    success = params.get("delivery_success")

    def wanted(row: Row) -> bool:
        data = row.data
        named = not types or any(fnmatch.fnmatchcase(data["type"], t) for t in types)
        sent = success is None or success is (data["pending_webhooks"] == 0)
        return named and sent

    rows = call.store.rows(call.tenant, resource.kind, call.world.clock.now - KEPT)
    return wire.page(rows, params, call.path, resource.label, wanted=wanted)


@resource.route("GET", "/v1/events/<id>", EventRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one event of the last thirty days."""
    row = resource.get(call)
    if row.data["created"] < call.world.clock.now - KEPT:
        raise errors.no_such(resource.label, row.id)
    return row.data
