"""One file per resource of the API; a new one is listed here and nowhere else."""

from __future__ import annotations

from . import (
    account,
    balance,
    balance_transaction,
    charge,
    checkout_session,
    event,
    payment_intent,
    payment_method,
    webhook_endpoint,
)
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..registry import Resource

RESOURCES: tuple[Resource, ...] = (
    account.resource,
    balance.resource,
    balance_transaction.resource,
    charge.resource,
    checkout_session.resource,
    event.resource,
    payment_intent.resource,
    payment_method.resource,
    webhook_endpoint.resource,
)


def by_kind(kind: str) -> Resource | None:
    """Return the resource of this `object` name."""
    return next((r for r in RESOURCES if r.kind == kind), None)
