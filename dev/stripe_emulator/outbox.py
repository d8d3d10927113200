"""Webhook deliveries waiting for a test, or for the deliverer, to send them.

Signatures: https://docs.stripe.com/webhooks#verify-manually
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload


@dataclass
class Delivery:
    """One event on its way to one endpoint."""

    url: str
    event_id: str
    type: str
    body: bytes
    endpoint_id: str
    secret: str
    account: str
    livemode: bool
    state: str = "pending"
    attempts: int = 0
    next_at: float = 0.0
    last_status: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Headers signed now, by the real clock that the receiver compares with."""
        return self.sign()

    def sign(self, at: int | None = None, secret: str | None = None) -> dict[str, str]:
        """Return the headers signed at a moment, with a secret."""
        moment = int(time.time()) if at is None else at
        message = f"{moment}.".encode() + self.body
        key = (self.secret if secret is None else secret).encode()
        signature = hmac.new(key, message, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
            "Stripe-Signature": f"t={moment},v1={signature}",
        }


class Outbox(Sequence[Delivery]):
    """Every delivery ever made, oldest first; `pending` are those not yet sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deliveries: list[Delivery] = []
        self._waiting: list[Delivery] = []
        self.automatic = False

    @overload
    def __getitem__(self, index: int) -> Delivery: ...
    @overload
    def __getitem__(self, index: slice) -> list[Delivery]: ...
    def __getitem__(self, index: int | slice) -> Delivery | list[Delivery]:
        return self._deliveries[index]

    def __len__(self) -> int:
        return len(self._deliveries)

    def add(self, delivery: Delivery) -> None:
        """Queue a delivery."""
        with self._lock:
            self._deliveries.append(delivery)
            self._waiting.append(delivery)

    def forget(self) -> None:
        """Throw everything away."""
        with self._lock:
            self._deliveries.clear()
            self._waiting.clear()

    @property
    def pending(self) -> list[Delivery]:
        """What nobody took or delivered yet."""
        with self._lock:
            self._waiting = [d for d in self._waiting if d.state == "pending"]
            return list(self._waiting)

    def take(self) -> list[Delivery]:
        """Hand over all that is pending: whoever takes it sends it, or loses it."""
        taken = self.pending
        for delivery in taken:
            delivery.state = "taken"
        return taken

    @staticmethod
    def sign(
        delivery: Delivery, at: int | None = None, secret: str | None = None
    ) -> dict[str, str]:
        """Return a delivery's headers signed at a moment, with a secret."""
        return delivery.sign(at, secret)
