"""Currency conversion: what a charge is worth in the currency it settles in.

https://docs.stripe.com/currencies/conversion
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from .money import exponent
from .resources import account

if TYPE_CHECKING:
    from .store import Tenant
    from .world import World

PRECISION = Decimal("0.000001")


class Settled(NamedTuple):
    """An amount in the currency of a balance; the rate is None if it was its own."""

    amount: int
    currency: str
    rate: float | None


def settle(world: World, tenant: Tenant, amount: int, currency: str) -> Settled:
    """Return what an amount becomes in an account's balance."""
    return _settle(world, tenant, amount, currency, spread=0)


def take_back(world: World, tenant: Tenant, amount: int, currency: str) -> Settled:
    """Return what leaves an account's balance for an amount to be given back.

    Seen at Stripe, on one day: a charge of 10.00 USD came to 13.56 CAD at 1.35576, its
    refund took 13.83 CAD at 1.38343.
    """
    spread = world.settings.conversion_spread
    return _settle(world, tenant, amount, currency, spread=spread)


def _settle(
    world: World, tenant: Tenant, amount: int, currency: str, *, spread: int
) -> Settled:
    target = _target(world, tenant, currency)
    if target == currency:
        return Settled(amount, currency, None)
    worse = Decimal(10000 + spread) / 10000
    rate = (_rate(world, currency, target) * worse).quantize(PRECISION)
    converted = (amount * rate).quantize(Decimal(1), ROUND_HALF_UP)
    return Settled(int(converted), target, float(rate))


def _target(world: World, tenant: Tenant, currency: str) -> str:
    """Return the currency that an account is paid in for charges in another."""
    row = account.of(world, tenant)
    held = row.private.get("settles_in")
    if held is None or currency in held:
        return currency
    own = str(row.data["default_currency"])
    return own if own in held else str(held[0])


def _rate(world: World, source: str, target: str) -> Decimal:
    """Return how many minor units of one currency a minor unit of another is."""
    rates = world.settings.rates
    for name in (source, target):
        if name not in rates:
            message = f"settings.rates has no rate of {name}"
            raise LookupError(message)
    rate = Decimal(rates[source]) / Decimal(rates[target])
    return rate.scaleb(exponent(target) - exponent(source)).quantize(PRECISION)
