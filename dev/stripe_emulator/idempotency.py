"""Idempotent requests: https://docs.stripe.com/api/idempotent_requests."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ApiError

if TYPE_CHECKING:
    from .errors import Json
    from .store import Tenant

KEPT = 24 * 3600


@dataclass
class Answer:
    """What was asked first under a key, and what was answered."""

    path: str
    params: Json
    created: int
    request_id: str
    status: int = 0
    body: str = ""

    @property
    def done(self) -> bool:
        """Say if the first request has been answered."""
        return self.status > 0


class Idempotency:
    """Answers by account, mode and key; with a lock of its own, to see overlaps."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.answers: dict[tuple[Tenant, str], Answer] = {}

    def begin(self, tenant: Tenant, key: str, asked: Answer) -> Answer | None:
        """Return the earlier answer, or None after taking the key for this request."""
        with self._lock:
            first = self.answers.get((tenant, key))
            if first is None or (first.done and first.created <= asked.created - KEPT):
                self.answers[tenant, key] = asked
                return None
            _compare(first, asked, key)
            return first

    def finish(
        self, tenant: Tenant, key: str, status: int, body: str, *, keep: bool
    ) -> None:
        """Keep the answer for replays, or let the key go."""
        with self._lock:
            if keep:
                answer = self.answers[tenant, key]
                answer.status, answer.body = status, body
            else:
                del self.answers[tenant, key]


def _compare(first: Answer, asked: Answer, key: str) -> None:
    hint = (
        f"Try using a key other than '{key}' if you meant to execute a different "
        "request."
    )
    if first.path != asked.path:
        message = (
            "Keys for idempotent requests can only be used for the same endpoint they "
            f"were first used for ('{asked.path}' vs '{first.path}'). {hint}"
        )
        raise ApiError(400, message, kind="idempotency_error")
    if first.params != asked.params:
        message = (
            "Keys for idempotent requests can only be used with the same parameters "
            f"they were first used with. {hint}"
        )
        raise ApiError(400, message, kind="idempotency_error")
    if not first.done:
        message = (
            "There is currently another in-progress request using this Idempotent Key "
            "(that probably means you submitted twice, and the other request is still "
            f"going through): {key}. Please try again later."
        )
        raise ApiError(
            409, message, kind="idempotency_error", code="idempotency_key_in_use"
        )
