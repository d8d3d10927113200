"""What was asked of the API, for tests and for people."""

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

    def to_dict(self) -> Json:
        """Return the record for JSON."""
        return asdict(self)
