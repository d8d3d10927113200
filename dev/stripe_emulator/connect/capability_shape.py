"""Capabilities as the API shows them, read off their account."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row

UNREQUESTED = "action_required.requested_capabilities"


def shown(row: Row, name: str) -> Json:
    """Return an account's capability."""
    requested_at = row.private["capabilities"].get(name)
    status = row.data["capabilities"].get(name, "unrequested")
    return {
        "id": name,
        "object": "capability",
        "account": row.id,
        "future_requirements": _own(row.data["future_requirements"], status),
        "requested": requested_at is not None,
        "requested_at": requested_at,
        "requirements": _own(row.data["requirements"], status),
        "status": status,
    }


def _own(requirements: Json, status: str) -> Json:
    """Return the account's requirements in a capability's words."""
    reason = str(requirements["disabled_reason"] or "")
    if status in ("active", "unrequested") or not reason:
        own = None
    elif reason.startswith("requirements."):
        own = "requirements.fields_needed"
    elif reason == "platform_paused":
        own = reason
    else:
        own = "rejected.other" if reason.startswith("rejected.") else "other"
    return {**requirements, "disabled_reason": own}
