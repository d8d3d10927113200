"""Disputes: https://docs.stripe.com/api/disputes (`stripe.Dispute`).

What happens to one is in `chargebacks.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe
from stripe.params import (
    DisputeCloseParams,
    DisputeListParams,
    DisputeRetrieveParams,
    DisputeUpdateParams,
)

from .. import chargebacks, metadata, wire
from ..dispute_shape import FILES, TEXTS
from ..errors import emulated, invalid, no_such
from ..registry import Call, Resource

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

# What the bank makes of these words in `uncategorized_text`, in test mode.
VERDICTS = {
    "winning_evidence": "won",
    "losing_evidence": "lost",
    "escalate_inquiry_evidence": "needs_response",
}
FILE = "file upload"
resource = Resource("dispute", "dispute", stripe.Dispute, "rak_dispute")


@resource.route("GET", "/v1/disputes", DisputeListParams)
def index(call: Call) -> Json:
    """List disputes, newest first."""
    rows = call.store.rows(call.tenant, resource.kind)
    for row in rows:
        chargebacks.refresh(call.world, row)
    same = ("charge", "payment_intent")
    return wire.page(rows, call.params, call.path, resource.label, same=same)


@resource.route("GET", "/v1/disputes/<id>", DisputeRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return one dispute."""
    row = resource.get(call, "dispute")
    chargebacks.refresh(call.world, row)
    return row.data


@resource.route("POST", "/v1/disputes/<id>", DisputeUpdateParams)
def update(call: Call) -> Json:
    """Collect evidence, and send it to the bank unless told to wait."""
    row, params = _open(call), call.params
    emulated(params, {"evidence", "expand", "metadata", "submit"}, "")
    evidence = params.get("evidence", {})
    _check_evidence(evidence)
    given = {name: text or None for name, text in evidence.items()}
    before = call.world.change(
        row,
        evidence={**row.data["evidence"], **given},
        metadata=metadata.merge(row.data["metadata"], params.get("metadata")),
    )
    if params.get("submit", "evidence" in params):
        _submit(call.world, row)
    elif before:
        call.world.emit("charge.dispute.updated", row, before)
    return row.data


def _open(call: Call) -> Row:
    row = resource.get(call, "dispute")
    if row.data["status"] in chargebacks.CLOSED:
        message = "This dispute is already closed"
        raise invalid(message)
    return row


def _check_evidence(evidence: Json) -> None:
    emulated(evidence, {*FILES, *TEXTS}, "evidence")
    for name in FILES:
        if file := evidence.get(name):
            raise no_such(FILE, file, f"evidence[{name}]", status=400)


def _submit(world: World, row: Row) -> None:
    """Send the evidence: from now on it is the bank's turn."""
    details = row.data["evidence_details"]
    count = details["submission_count"] + 1
    sent = {"has_evidence": True, "submission_count": count}
    world.change(
        row, evidence_details={**details, **sent, "submission_method": "manual"}
    )
    _wait_for_bank(world, row)
    if verdict := VERDICTS.get(row.data["evidence"]["uncategorized_text"]):
        due = world.clock.now + world.settings.dispute_delay
        world.clock.at(due, "dispute_verdict", row.id, verdict)
    _tell_charge(world, row)


def _wait_for_bank(world: World, row: Row) -> None:
    status = row.data["status"]
    if status == "needs_response":
        chargebacks.take_countered_fee(world, row)
    if status.endswith("needs_response"):
        waiting = status.replace("needs_response", "under_review")
        chargebacks.move(world, row, waiting)
    else:
        world.emit("charge.dispute.updated", row, {})


def _tell_charge(world: World, row: Row) -> None:
    paid = world.store.find(row.data["charge"])
    if paid is not None:
        world.emit("charge.updated", paid, {})


@resource.timer("dispute_verdict")
def decide(world: World, dispute_id: str, status: str) -> None:
    """Let the bank answer the evidence, if the dispute is still its to decide."""
    row = world.store.find(dispute_id)
    if row is not None and status in chargebacks.NEXT.get(row.data["status"], ()):
        chargebacks.move(world, row, status)


@resource.timer("dispute_due")
def pass_due(world: World, dispute_id: str) -> None:
    """Lose a dispute that nobody answered in time."""
    row = world.store.find(dispute_id)
    if row is None or not row.data["status"].endswith("needs_response"):
        return
    row.data["evidence_details"]["past_due"] = True
    if row.data["status"] == "needs_response":
        chargebacks.move(world, row, "lost")


@resource.timer("inquiry_ends")
def end_inquiry(world: World, dispute_id: str) -> None:
    """Close an inquiry that did not become a dispute in 120 days."""
    row = world.store.find(dispute_id)
    if row is not None and row.data["status"] in chargebacks.INQUIRIES[:2]:
        chargebacks.move(world, row, "warning_closed")


@resource.route("POST", "/v1/disputes/<id>/close", DisputeCloseParams)
def close(call: Call) -> Json:
    """Accept a dispute: it is lost."""
    row = _open(call)
    inquiry = row.data["status"] in chargebacks.INQUIRIES
    chargebacks.move(call.world, row, "warning_closed" if inquiry else "lost")
    _tell_charge(call.world, row)
    return row.data
