"""What was asked of the API and which timers failed, for tests and for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import Json


@dataclass
class RequestRecord:
    """One request to the API and how it ended."""

    method: str
    path: str
    request_id: str
    created: int
    account: str | None = None
    livemode: bool | None = None
    params: Json = field(default_factory=dict)
    idempotency_key: str | None = None
    status: int = 0
    replayed: bool = False
    executed: bool = False
    error: Json | None = None

    @classmethod
    def of_timer(
        cls, name: str, args: tuple[str, ...], now: int, error: Exception
    ) -> RequestRecord:
        """Return the record of a timer that failed."""
        message = f"{type(error).__name__}: {error}"
        return cls(
            method="TIMER",
            path=name,
            request_id="",
            created=now,
            params={"args": list(args)},
            status=500,
            error={"type": "api_error", "message": message},
        )

    def to_dict(self) -> Json:
        """Return the record for JSON."""
        return asdict(self)
