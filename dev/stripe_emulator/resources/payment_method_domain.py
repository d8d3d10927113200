"""Payment method domains: https://docs.stripe.com/api/payment_method_domains.

`stripe.PaymentMethodDomain`; without one the embedded page shows no wallet.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import stripe
from stripe.params import (
    PaymentMethodDomainCreateParams,
    PaymentMethodDomainListParams,
    PaymentMethodDomainRetrieveParams,
    PaymentMethodDomainUpdateParams,
    PaymentMethodDomainValidateParams,
)

from .. import wire
from ..errors import invalid
from ..registry import Call, Resource
from .webhook_endpoint import is_local

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Tenant
    from ..world import World

WALLETS = ("amazon_pay", "apple_pay", "google_pay", "klarna", "link", "paypal")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
resource = Resource(
    "payment_method_domain",
    "payment_method_domain",
    stripe.PaymentMethodDomain,
    "rak_payment_method_domain",
)


def is_registered(world: World, tenant: Tenant, host: str) -> bool:
    """Say if an account's wallets may be shown on a page of this host."""
    return any(
        row.data["domain_name"] == host and row.data["enabled"]
        for row in world.store.rows(tenant, resource.kind)
    )


@resource.route("POST", "/v1/payment_method_domains", PaymentMethodDomainCreateParams)
def create(call: Call) -> Json:
    """Register a domain; one that is there already is returned as it is."""
    host = call.params["domain_name"].lower()
    _check(call, host)
    known = call.store.rows(call.tenant, resource.kind)
    found = next((row for row in known if row.data["domain_name"] == host), None)
    if found is not None:
        return found.data
    data = {
        "id": _id(call.tenant, host),
        "object": resource.kind,
        "created": call.world.clock.now,
        "domain_name": host,
        "enabled": call.params.get("enabled", True),
        "livemode": call.tenant.livemode,
        **{name: {"status": "active"} for name in WALLETS},
    }
    call.world.insert(resource.kind, call.tenant, data)
    return data


def _id(tenant: Tenant, host: str) -> str:
    """Return an id that counts for no other: whoever registers one moves no others."""
    text = f"{tenant.account} {tenant.livemode} {host}"
    return f"pmd_1{hashlib.sha256(text.encode()).hexdigest()[:23]}"


def _check(call: Call, host: str) -> None:
    """Refuse what is no name of a public host; see `allow_loopback_webhooks`."""
    if HOST.fullmatch(host) and (
        call.world.settings.allow_loopback_webhooks or not is_local(host)
    ):
        return
    message = f"The domain name `{host}` is not valid."
    raise invalid(message, "domain_name")


@resource.route(
    "GET", "/v1/payment_method_domains/<id>", PaymentMethodDomainRetrieveParams
)
def retrieve(call: Call) -> Json:
    """Return a domain."""
    return resource.get(call).data


@resource.route(
    "POST", "/v1/payment_method_domains/<id>", PaymentMethodDomainUpdateParams
)
def update(call: Call) -> Json:
    """Switch a domain on or off."""
    row = resource.get(call)
    if "enabled" in call.params:
        row.data["enabled"] = call.params["enabled"]
    return row.data


@resource.route(
    "POST",
    "/v1/payment_method_domains/<id>/validate",
    PaymentMethodDomainValidateParams,
)
def validate(call: Call) -> Json:
    """Look at a domain again: here there is nothing to find."""
    return resource.get(call).data


@resource.route("GET", "/v1/payment_method_domains", PaymentMethodDomainListParams)
def index(call: Call) -> Json:
    """List the domains, newest first."""
    rows = call.store.rows(call.tenant, resource.kind)
    same = ("domain_name", "enabled")
    return wire.page(rows, call.params, call.path, resource.label, same=same)
