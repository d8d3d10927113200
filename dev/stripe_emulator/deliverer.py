"""Sends webhooks by itself, for the demo and the journeys.

Stripe retries for days with growing pauses: https://docs.stripe.com/webhooks#retries
"""

from __future__ import annotations

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .resources import event

if TYPE_CHECKING:
    from .outbox import Delivery
    from .world import World

TIMEOUT = 10
MOST_ATTEMPTS = 16
LONGEST_PAUSE = 3600
INTERVAL = 0.05


def send(world: World, delivery: Delivery) -> None:
    """Send one delivery, and note what was answered."""
    endpoint = world.store.find(delivery.endpoint_id)
    if endpoint is None or endpoint.data["status"] != "enabled":
        delivery.state = "dropped"
        return
    status = _post(delivery)
    with world.lock:
        delivery.attempts += 1
        delivery.last_status = status
        if status is not None and 200 <= status < 300:
            event.delivered(world, delivery)
        elif delivery.attempts >= MOST_ATTEMPTS:
            delivery.state = "failed"
        else:
            pause = min(2 ** (delivery.attempts - 1), LONGEST_PAUSE)
            delivery.next_at = time.time() + pause
        world.dirty.set()


def _post(delivery: Delivery) -> int | None:
    """POST without following redirects: to Stripe these are failures."""
    parts = urlsplit(delivery.url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    path = parts.path or "/"
    try:
        connection.request(
            "POST",
            f"{path}?{parts.query}" if parts.query else path,
            delivery.body,
            delivery.headers,
        )
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Deliverer:
    """A thread that sends what is due, several at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="stripe-webhook")
        self._sending: set[int] = set()
        self._thread = threading.Thread(
            target=self._run, name="stripe-deliverer", daemon=True
        )

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being sent; `world.stopping` must be set."""
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self.world.stopping.wait(INTERVAL):
            if self.world.outbox.automatic:
                self._send_due()

    def _send_due(self) -> None:
        now = time.time()
        for delivery in self.world.outbox.pending:
            if delivery.next_at <= now and id(delivery) not in self._sending:
                self._sending.add(id(delivery))
                self._pool.submit(self._send, delivery)

    def _send(self, delivery: Delivery) -> None:
        try:
            send(self.world, delivery)
        finally:
            self._sending.discard(id(delivery))
