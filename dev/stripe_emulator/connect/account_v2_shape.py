"""An account in the form that v2 shows it (`stripe.v2.core.Account`)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from . import controller

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row

# v2's name of a capability, where it is not v1's
V1_NAMES = {"ach_debit_payments": "us_bank_account_ach_payments"}
V2_NAMES = {v1: v2 for v2, v1 in V1_NAMES.items()}
STATUSES = ("past_due", "currently_due", "eventually_due")


def moment(epoch: int) -> str:
    """Return a moment as v2 writes it."""
    return datetime.fromtimestamp(epoch, timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%S.000Z"
    )


def account(row: Row, include: list[str]) -> Json:
    """Return an account; what is not asked for by `include` is null."""
    data = row.data
    parts: dict[str, Any] = {
        "configuration.merchant": _merchant,
        "defaults": _defaults,
        "future_requirements": _future_requirements,
        "identity": _identity,
        "requirements": _requirements,
    }
    shown = {name: make(row) for name, make in parts.items() if name in include}
    return {
        "id": row.id,
        "object": "v2.core.account",
        "applied_configurations": row.private.get("configurations", ["merchant"]),
        "closed": False,
        "configuration": _configuration(shown, include),
        "contact_email": data["email"],
        "contact_phone": None,
        "created": moment(data["created"]),
        "dashboard": controller.dashboard(data),
        "defaults": shown.get("defaults"),
        "display_name": data["business_profile"]["name"],
        "future_requirements": shown.get("future_requirements"),
        "identity": shown.get("identity"),
        "livemode": row.private["livemode"],
        "metadata": data["metadata"],
        "requirements": shown.get("requirements"),
    }


def _configuration(shown: Json, include: list[str]) -> Json | None:
    if not any(name.startswith("configuration.") for name in include):
        return None
    merchant = shown.get("configuration.merchant")
    return {"customer": None, "merchant": merchant, "recipient": None}


def _merchant(row: Row) -> Json | None:
    if "merchant" not in row.private.get("configurations", ["merchant"]):
        return None
    statuses = row.data["capabilities"]
    payments = row.data["settings"]["payments"]
    return {
        "applied": True,
        "bacs_debit_payments": row.data["settings"]["bacs_debit_payments"],
        "branding": row.data["settings"]["branding"],
        "capabilities": {
            V2_NAMES.get(name, name): _capability(row, status)
            for name, status in statuses.items()
            if name != "transfers"
        },
        "card_payments": {
            "decline_on": row.data["settings"]["card_payments"]["decline_on"]
        },
        "konbini_payments": None,
        "mcc": row.data["business_profile"]["mcc"],
        "script_statement_descriptor": None,
        "sepa_debit_payments": None,
        "statement_descriptor": {
            "descriptor": payments["statement_descriptor"],
            "prefix": None,
        },
        "support": None,
    }


def _capability(row: Row, status: str) -> Json:
    reason = str(row.data["requirements"]["disabled_reason"] or "")
    if status == "active":
        return {"status": "active", "status_details": []}
    if status == "pending":
        return _with_detail("pending", "determining_status", "no_resolution")
    if reason.startswith("rejected."):
        code = reason.replace("rejected.", "rejected_")
        return _with_detail("rejected", code, "contact_stripe")
    if reason.startswith("requirements."):
        return _with_detail("restricted", "requirements_past_due", "provide_info")
    return _with_detail("restricted", "restricted_other", "contact_stripe")


def _with_detail(status: str, code: str, resolution: str) -> Json:
    return {
        "status": status,
        "status_details": [{"code": code, "resolution": resolution}],
    }


def _defaults(row: Row) -> Json:
    profile = row.data["business_profile"]
    return {
        "currency": row.data["default_currency"],
        "locales": None,
        "payout_methods": None,
        "profile": {
            "business_url": profile["url"],
            "doing_business_as": profile["name"],
            "product_description": profile["product_description"],
        },
        "responsibilities": controller.responsibilities(row.data["controller"]),
    }


def _identity(row: Row) -> Json:
    return {
        "attestations": None,
        "business_details": None,
        "country": row.data["country"].lower(),
        "entity_type": row.data["business_type"],
        "individual": None,
    }


def _requirements(row: Row) -> Json:
    return _entries(row, row.data["requirements"])


def _future_requirements(row: Row) -> Json:
    owed = row.data["future_requirements"]
    deadline = owed["current_deadline"]
    begins = moment(deadline) if deadline else None
    return {**_entries(row, owed), "minimum_transition_date": begins}


def _entries(row: Row, owed: Json) -> Json:
    """Return v1's lists as v2's entries, each with its nearest status."""
    nearest = {name: status for status in reversed(STATUSES) for name in owed[status]}
    waiting = dict.fromkeys(owed["pending_verification"], "currently_due")
    entries = [_entry(row, owed, *item, "user") for item in sorted(nearest.items())]
    entries += [_entry(row, owed, *item, "stripe") for item in sorted(waiting.items())]
    return {"alternatives": [], "entries": entries, "summary": _summary(owed, nearest)}


def _entry(row: Row, owed: Json, name: str, status: str, waits_for: str) -> Json:
    errors = [e for e in owed["errors"] if e["requirement"] == name]
    capabilities = [n for n in row.data["capabilities"] if n != "transfers"]
    return {
        "awaiting_action_from": waits_for,
        "description": name,
        "errors": [{"code": e["code"], "description": e["reason"]} for e in errors],
        "impact": {
            "restricts_capabilities": [
                {
                    "capability": V2_NAMES.get(capability, capability),
                    "configuration": "merchant",
                    "deadline": {"status": status},
                }
                for capability in capabilities
            ]
        },
        "minimum_deadline": {"status": status},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


def _summary(owed: Json, nearest: dict[str, str]) -> Json:
    for status in STATUSES:
        if status in nearest.values():
            deadline = owed["current_deadline"]
            time = moment(deadline) if deadline else None
            return {"minimum_deadline": {"status": status, "time": time}}
    return {"minimum_deadline": None}
