"""Capabilities: https://docs.stripe.com/api/capabilities (`stripe.Capability`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import (
    AccountCapabilityListParams,
    AccountCapabilityRetrieveParams,
    AccountCapabilityUpdateParams,
    AccountCreateParamsCapabilities,
)

from .. import wire
from ..connect import account_changes, account_params
from ..connect.capability_shape import shown
from ..errors import no_such
from ..params import fields_of
from ..registry import Call, Resource
from . import account

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row

resource = Resource(
    "capability", "capability", stripe.Capability, "rak_connected_account"
)


def _account(call: Call) -> Row:
    row = account.visible(call, call.ids["account"])
    name = call.ids.get("id")
    if name is not None and name not in fields_of(AccountCreateParamsCapabilities):
        raise no_such(resource.label, name)
    return row


@resource.route(
    "GET", "/v1/accounts/<account>/capabilities", AccountCapabilityListParams
)
def index(call: Call) -> Json:
    """List the capabilities that were requested for an account."""
    row = _account(call)
    names = sorted(row.private["capabilities"])
    return wire.envelope(call.path, [shown(row, name) for name in names])


@resource.route(
    "GET", "/v1/accounts/<account>/capabilities/<id>", AccountCapabilityRetrieveParams
)
def retrieve(call: Call) -> Json:
    """Return one capability, requested or not."""
    return shown(_account(call), call.ids["id"])


@resource.route(
    "POST", "/v1/accounts/<account>/capabilities/<id>", AccountCapabilityUpdateParams
)
def update(call: Call) -> Json:
    """Request a capability, or give it up."""
    row, name = _account(call), call.ids["id"]
    account.check_editable(call, row, {"capabilities"})
    if "requested" in call.params:
        wanted = {name: bool(call.params["requested"])}
        account_params.check_capabilities(wanted, row.data["country"], row)
        account_changes.request(call.world, row, wanted)
    return shown(row, name)
