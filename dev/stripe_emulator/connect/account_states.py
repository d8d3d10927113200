"""The states that Stripe can put an account in, by the name a test knows them by.

https://docs.stripe.com/connect/handling-api-verification
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import account_changes, requirements
from .account_changes import Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..errors import Json
    from ..store import Row
    from ..world import World

DAY = 86400
DOCUMENT = "representative.verification.document"
TAX_ID = "company.tax_id"
REJECTIONS = (
    *("fraud", "incomplete_verification", "listed", "other", "platform_fraud"),
    *("platform_other", "platform_terms_of_service", "terms_of_service"),
)
ERRORS = {
    DOCUMENT: (
        "verification_document_expired",
        "The document could not be verified because it has expired. Upload a document "
        "that is still valid.",
    ),
    TAX_ID: (
        "verification_failed_tax_id_match",
        "The business name and tax ID could not be matched with IRS records. Correct "
        "them or upload a document that shows both.",
    ),
}


@dataclass(frozen=True)
class Details:
    """What an order may say beside the name of the state."""

    now: int
    deadline: int | None = None
    reason: str = "other"
    names: tuple[str, ...] = ()

    def owed(self, *usual: str) -> list[str]:
        """Return what is due: what the order says, else what is usual."""
        return sorted(self.names or usual)

    def until(self, days: int) -> int:
        """Return the deadline: what the order says, else so many days from now."""
        return self.now + days * DAY if self.deadline is None else self.deadline


def _errors(names: list[str]) -> list[Json]:
    return [
        {"code": ERRORS[n][0], "reason": ERRORS[n][1], "requirement": n}
        for n in names
        if n in ERRORS
    ]


def _incomplete(row: Row, details: Details) -> Standing:
    owed = requirements.first(row.data)
    if details.names:
        owed = requirements.overdue(details.names)
    return Standing(submitted=False, requirements=owed)


def _unfinished(row: Row, details: Details) -> Standing:
    """Take payments before the form was sent; the bank gets nothing until then."""
    fields: Json = {}
    if details.deadline is not None:
        fields["current_deadline"] = details.deadline
    owed = requirements.due(details.owed(*requirements.LAST), **fields)
    return Standing(
        submitted=False, charges=True, capability="active", requirements=owed
    )


def _pending_verification(row: Row, details: Details) -> Standing:
    owed = requirements.blank(
        pending_verification=details.owed(TAX_ID, DOCUMENT),
        disabled_reason="requirements.pending_verification",
    )
    return Standing(capability="pending", requirements=owed)


def _past_due(row: Row, details: Details) -> Standing:
    names = details.owed(DOCUMENT)
    owed = requirements.overdue(
        names, current_deadline=details.until(-1), errors=_errors(names)
    )
    return Standing(charges=True, capability="active", requirements=owed)


def _past_due_disabled(row: Row, details: Details) -> Standing:
    return Standing(requirements=_past_due(row, details).requirements)


def _currently_due_disabled(row: Row, details: Details) -> Standing:
    names = details.owed(TAX_ID)
    owed = requirements.due(
        names,
        current_deadline=details.until(7),
        disabled_reason="requirements.past_due",
        errors=_errors(names),
    )
    return Standing(requirements=owed)


def _restricted_soon(row: Row, details: Details) -> Standing:
    names = details.owed(DOCUMENT)
    owed = requirements.due(
        names, current_deadline=details.until(14), errors=_errors(names)
    )
    return Standing(charges=True, payouts=True, capability="active", requirements=owed)


def _future_due(row: Row, details: Details) -> Standing:
    owed = requirements.due(
        details.owed("company.ownership_declaration.date"),
        current_deadline=details.until(20),
    )
    return Standing(charges=True, payouts=True, capability="active", future=owed)


def _rejected(row: Row, details: Details) -> Standing:
    if details.reason not in REJECTIONS:
        message = f"reason is one of {', '.join(REJECTIONS)}"
        raise ValueError(message)
    return _disabled(f"rejected.{details.reason}")


def _disabled(reason: str, capability: str = "inactive") -> Standing:
    owed = requirements.blank(disabled_reason=reason)
    return Standing(capability=capability, requirements=owed)


def _action_required(row: Row, details: Details) -> Standing:
    row.private["capabilities"] = {}
    return account_changes.active(row)


def _payouts_paused(row: Row, details: Details) -> Standing:
    return Standing(charges=True, capability="active")


STATES: dict[str, Callable[[Row, Details], Standing]] = {
    "incomplete": _incomplete,
    "unfinished": _unfinished,
    "under_review": lambda row, details: _disabled("under_review", "pending"),
    "pending_verification": _pending_verification,
    "past_due": _past_due,
    "past_due_disabled": _past_due_disabled,
    "currently_due_disabled": _currently_due_disabled,
    "restricted_soon": _restricted_soon,
    "future_due": _future_due,
    "rejected": _rejected,
    "listed": lambda row, details: _disabled("listed"),
    "platform_paused": lambda row, details: _disabled("platform_paused"),
    "other": lambda row, details: _disabled("other"),
    "action_required": _action_required,
    "active": lambda row, details: account_changes.active(row),
    "payouts_paused": _payouts_paused,
}


def put(world: World, row: Row, state: str, details: Details, **fields: Any) -> None:
    """Put an account in a state, change other fields with it, and tell."""
    if state not in STATES:
        message = f"state is one of {', '.join(STATES)}"
        raise ValueError(message)
    if state != "action_required":
        account_changes.automatic(world, row)
    account_changes.take(world, row, STATES[state](row, details), **fields)
