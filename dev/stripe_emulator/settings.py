"""What every room of the emulator has to know."""

from __future__ import annotations

from dataclasses import dataclass, field

from .money import Fees

API_VERSION = "2026-10-28.endive"


@dataclass
class Settings:
    """What a test or a demo may set differently."""

    bt_delay: int = 1
    """Seconds from a charge to its balance transaction (`automatic_async`)."""
    payout_delay_days: int = 2
    """Days from a charge to the availability of its money."""
    allow_loopback_webhooks: bool = True
    """Let webhook endpoints be this machine: a deviation, Stripe refuses them."""
    fees: Fees = field(default_factory=Fees)


@dataclass(frozen=True)
class Cause:
    """The API request that made an event, if one did."""

    request_id: str | None = None
    idempotency_key: str | None = None
