"""Trouble on order: errors, slowness, lost answers."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Any

from .errors import ApiError, RawError

MESSAGES = {
    429: (
        "Too many requests hit the API too quickly. We recommend an exponential "
        "backoff of your requests.",
        "rate_limit",
    ),
    500: ("An unknown error occurred", None),
    503: ("Stripe is temporarily unavailable. Please try again.", None),
}


@dataclass
class Fault:
    """What the next matching requests meet."""

    method: str
    path: str
    status: int | None
    times: int
    body: Any = None
    should_retry: bool | None = None
    timeout: float | None = None
    after: bool = False
    retry_after: int | None = None
    skip: int = 0

    def __post_init__(self) -> None:
        if self.status is not None and not 400 <= self.status <= 599:
            message = f"A fault answers 400 to 599, not {self.status}."
            raise ValueError(message)
        if self.times < 1:
            message = "A fault happens at least once."
            raise ValueError(message)

    def matches(self, method: str, path: str) -> bool:
        """Say if this request is meant; `*` in the path stands for anything."""
        return self.method in ("*", method) and fnmatch.fnmatchcase(path, self.path)

    @property
    def lost(self) -> bool:
        """Say if the request takes effect and only its answer comes late."""
        return self.status is None and self.timeout is not None

    @property
    def recorded(self) -> bool:
        """Say if the answer is kept under the idempotency key.

        Stripe keeps what an endpoint answered once it began, 500 included; 429 and
        503 come from before it: https://docs.stripe.com/api/idempotent_requests
        """
        return self.status == 500 and not self.should_retry

    def error(self) -> Exception:
        """Return the answer as an exception."""
        status = self.status or 500
        headers: dict[str, str] = {}
        if self.should_retry is not None:
            headers["Stripe-Should-Retry"] = str(self.should_retry).lower()
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if self.body is not None:
            return RawError(status, self.body, headers)
        message, code = MESSAGES.get(status, (f"Injected fault {status}", None))
        kind = "invalid_request_error" if status < 500 else "api_error"
        return ApiError(status, message, kind=kind, code=code, headers=headers)


class Faults:
    """The faults still waiting for their request."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, method: str, path: str) -> Fault | None:
        """Return, and count down, the fault that this request meets, if any."""
        for fault in self.waiting:
            if fault.matches(method, path):
                if fault.skip:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
