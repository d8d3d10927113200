"""Webhook endpoints: https://docs.stripe.com/api/webhook_endpoints.

`stripe.WebhookEndpoint`; the secret is shown once, when the endpoint is made.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import stripe
from stripe.params import (
    WebhookEndpointCreateParams,
    WebhookEndpointDeleteParams,
    WebhookEndpointListParams,
    WebhookEndpointRetrieveParams,
    WebhookEndpointUpdateParams,
)

from .. import links, metadata, wire
from ..connect import platforms
from ..errors import invalid
from ..links import Link
from ..registry import Call, Resource
from ..store import Tenant

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

MOST = 16
LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".test", ".lan")
resource = Resource(
    "webhook_endpoint", "webhook endpoint", stripe.WebhookEndpoint, "rak_webhook"
)


def listening(
    world: World, tenant: Tenant, kind: str | None, platform: str | None = None
) -> list[Row]:
    """Return the endpoints told of an event; all that are enabled if no kind.

    With `platform`, only its own Connect endpoints.
    """
    told = [platform] if platform else links.platforms(world.links, tenant)
    own = [] if platform else _enabled(world, tenant, connect=False)
    connect = [row for one in told for row in _of_platform(world, one, tenant)]
    return [
        row
        for row in own + connect
        if kind is None or {"*", kind} & set(row.data["enabled_events"])
    ]


def _of_platform(world: World, platform: str, tenant: Tenant) -> list[Row]:
    """Return the Connect endpoints told of a connected account's news.

    Live ones hear of test mode, too, if the account is connected in live mode:
    https://docs.stripe.com/connect/webhooks
    """
    rows = _enabled(world, tenant._replace(account=platform), connect=True)
    live = Link(platform, tenant.account, True)
    if tenant.livemode or live not in world.links:
        return rows
    return rows + _enabled(world, Tenant(platform, True), connect=True)


def _enabled(world: World, tenant: Tenant, *, connect: bool) -> list[Row]:
    return [
        row
        for row in world.store.rows(tenant, resource.kind)
        if row.data["status"] == "enabled" and row.private["connect"] is connect
    ]


def check_url(call: Call, url: str) -> None:
    """Refuse what Stripe could not call; this machine too, unless the switch is on."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        message = "Invalid URL: An explicit scheme (such as https) must be provided."
        raise invalid(message, "url", "url_invalid")
    if call.world.settings.allow_loopback_webhooks and is_local(host):
        return
    if is_local(host):
        message = "Invalid URL: URL must be publicly accessible."
        raise invalid(message, "url", "url_invalid")
    if call.tenant.livemode and parts.scheme != "https":
        message = "Invalid URL: Live mode webhook endpoints must use HTTPS."
        raise invalid(message, "url", "url_invalid")


def is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(LOCAL_SUFFIXES)


@resource.route("POST", "/v1/webhook_endpoints", WebhookEndpointCreateParams)
def create(call: Call) -> Json:
    """Open an endpoint and say its secret, this once."""
    params = call.params
    check_url(call, params["url"])
    if len(call.store.rows(call.tenant, resource.kind)) >= MOST:
        mode = "live" if call.tenant.livemode else "test"
        message = f"You have reached the maximum of {MOST} {mode} webhook endpoints."
        raise invalid(message)
    secret = call.world.ids.new("whsec_", 32)
    data = {
        "id": call.world.ids.new("we_1", 23),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version") or None,
        "application": _application(call),
        "created": call.world.clock.now,
        "description": params.get("description") or None,
        "enabled_events": params["enabled_events"],
        "livemode": call.tenant.livemode,
        "metadata": metadata.merge({}, params.get("metadata")),
        "status": "enabled",
        "url": params["url"],
    }
    connect = params.get("connect", False)
    call.world.insert(resource.kind, call.tenant, data, secret=secret, connect=connect)
    return {**data, "secret": secret}


def _application(call: Call) -> str | None:
    """Return the `ca_…` that tells a Connect endpoint from others."""
    if not call.params.get("connect"):
        return None
    row = call.store.find(call.tenant.account)
    live = call.tenant.livemode
    return platforms.client_id(row, livemode=live) if row else None


@resource.route("GET", "/v1/webhook_endpoints/<id>", WebhookEndpointRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return an endpoint, without its secret."""
    return resource.get(call).data


@resource.route("POST", "/v1/webhook_endpoints/<id>", WebhookEndpointUpdateParams)
def update(call: Call) -> Json:
    """Change what an endpoint is told, where, and whether at all."""
    row, params = resource.get(call), call.params
    if "url" in params:
        check_url(call, params["url"])
    for name in ("url", "enabled_events"):
        if name in params:
            row.data[name] = params[name]
    if "description" in params:
        row.data["description"] = params["description"] or None
    if "disabled" in params:
        row.data["status"] = "disabled" if params["disabled"] else "enabled"
    row.data["metadata"] = metadata.merge(row.data["metadata"], params.get("metadata"))
    return row.data


@resource.route("GET", "/v1/webhook_endpoints", WebhookEndpointListParams)
def index(call: Call) -> Json:
    """List the endpoints, newest first."""
    rows = call.store.rows(call.tenant, resource.kind)
    return wire.page(rows, call.params, call.path, resource.label)


@resource.route("DELETE", "/v1/webhook_endpoints/<id>", WebhookEndpointDeleteParams)
def delete(call: Call) -> Json:
    """Close an endpoint for good."""
    row = resource.get(call)
    call.store.delete(row)
    return {"id": row.id, "object": resource.kind, "deleted": True}
