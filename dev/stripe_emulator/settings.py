"""What every room of the emulator has to know."""

from __future__ import annotations

from dataclasses import dataclass, field

from .money import Fees

API_VERSION = "2026-10-28.endive"
# Made up, and the same every day; a test may set others.
RATES = {
    "aud": "0.65",
    "cad": "0.72",
    "chf": "1.12",
    "eur": "1.1",
    "gbp": "1.25",
    "jpy": "0.0065",
    "kwd": "3.25",
    "usd": "1",
}


@dataclass
class Settings:
    """What a test or a demo may set differently."""

    bt_delay: int = 1
    """Seconds from a charge to its balance transaction (`automatic_async`)."""
    payout_delay_days: int = 2
    """Days from a charge to the availability of its money."""
    allow_loopback_webhooks: bool = True
    """Let webhook endpoints and the domains of wallets be this machine: a deviation,
    Stripe refuses them."""
    fees: Fees = field(default_factory=Fees)
    fee_tax: int = 0
    """Basis points of tax on Stripe's processing fees (`fee_details` of type tax)."""
    conversion_fee: int = 100
    """Basis points that converting into another settlement currency costs."""
    rates: dict[str, str] = field(default_factory=lambda: dict(RATES))
    """What a unit of a currency is worth in US dollars."""
    conversion_spread: int = 204
    """Basis points by which a rate is worse on the way back to the customer."""
    refund_delay: int = 3600
    """Seconds until a pending refund succeeds, or one that will fail does."""
    refund_shortfall: str = "negative"
    """A refund larger than the balance: `negative`, `pending` or `refuse`."""
    dispute_fee: int = 1500
    """What a dispute costs, in minor units of the settlement currency."""
    dispute_fee_returned: bool = False
    """The rule of before June 2025: a dispute that is won returns its fee."""
    dispute_countered_fee: int = 0
    """What sending evidence costs; returned if the dispute is won."""
    dispute_delay: int = 5
    """Seconds until the bank answers winning, losing or escalating evidence."""
    debit_days: int = 4
    """Days until a bank debit succeeds or fails."""
    bacs_needs_mandate: bool = False
    """Refuse sessions that offer Bacs without `setup_future_usage`, as Stripe did."""
    debit_failure_fee: int = 400
    """What a bank debit that fails costs; negative if its fee is returned."""
    payout_days: int = 2
    """Days from a payout to its arrival at the bank."""
    reconciliation_delay: int = 3600
    """Seconds from an automatic payout to the list of what it is made of."""


@dataclass(frozen=True)
class Cause:
    """The API request that made an event, if one did."""

    request_id: str | None = None
    idempotency_key: str | None = None
