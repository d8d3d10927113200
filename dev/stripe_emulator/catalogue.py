"""Every resource of the API; a new one is listed here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .resources import (
    account,
    account_link,
    account_link_v2,
    account_v2,
    balance,
    balance_settings,
    balance_transaction,
    capability,
    charge,
    checkout_session,
    debit,  # noqa: F401 - no resource of its own, but a timer
    dispute,
    early_fraud_warning,
    event,
    external_account,
    login_link,
    payment_intent,
    payment_method,
    payment_method_configuration,
    payment_method_domain,
    payout,
    refund,
    webhook_endpoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .registry import Resource

RESOURCES: tuple[Resource, ...] = (
    account.resource,
    account_link.resource,
    account_link_v2.resource,
    account_v2.resource,
    balance.resource,
    balance_settings.resource,
    balance_transaction.resource,
    capability.resource,
    charge.resource,
    checkout_session.resource,
    dispute.resource,
    early_fraud_warning.resource,
    event.resource,
    external_account.resource,
    login_link.resource,
    payment_intent.resource,
    payment_method.resource,
    payment_method_configuration.resource,
    payment_method_domain.resource,
    payout.resource,
    refund.resource,
    webhook_endpoint.resource,
)


def by_kind(kind: str) -> Resource | None:
    """Return the resource of this `object` name."""
    return next((r for r in RESOURCES if r.kind == kind), None)


def timers() -> dict[str, Callable[..., None]]:
    """Return what happens by itself, by the name of its timer."""
    return {name: act for r in RESOURCES for name, act in r.timers.items()}
