"""What Stripe keeps of a payment: `fee_details` of its balance transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .money import Fee

if TYPE_CHECKING:
    from .errors import Json
    from .fx import Settled
    from .world import World


def detail(
    amount: int,
    currency: str,
    description: str = "Stripe processing fees",
    kind: str = "stripe_fee",
) -> Json:
    """Return an entry of `fee_details`."""
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": description,
        "type": kind,
    }


def details(amount: int, currency: str, description: str) -> list[Json]:
    """Return `fee_details` with one entry, or none if nothing is taken."""
    return [detail(amount, currency, description)] if amount else []


def of_payment(world: World, method: str, settled: Settled) -> list[Json]:
    """Return what a payment costs: its processing, its conversion, their tax."""
    amount, currency, rate = settled
    settings = world.settings
    processing = settings.fees.of(method, amount)
    conversion = 0 if rate is None else Fee(settings.conversion_fee, 0).of(amount)
    tax = Fee(settings.fee_tax, 0).of(processing + conversion)
    entries = [
        detail(processing, currency),
        detail(conversion, currency, "Stripe currency conversion fee"),
        detail(tax, currency, "VAT", "tax"),
    ]
    return [entry for entry in entries if entry["amount"]]
