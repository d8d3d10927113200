# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What rang at our door, as a frozen record: see :mod:`.facts`."""

from dataclasses import dataclass
from datetime import datetime

from .reading import (
    Json,
    an_object,
    bad,
    detail,
    flag,
    moment,
    part,
    said,
    text,
    text_or_none,
)


@dataclass(frozen=True)
class EventFacts:
    """https://docs.stripe.com/api/events/object: a doorbell, never an amount."""

    id: str
    type: str
    created: int
    livemode: bool
    account_id: str | None
    api_version: str | None
    subject: str | None
    subject_id: str | None
    raw: str

    @classmethod
    def from_stripe(cls, data: Json, *, raw: str) -> "EventFacts":
        """Read an event; of its object only which one it is, never what it says."""
        an_object(data, "event")
        subject = part(part(data, "data"), "object")
        return cls(
            id=text(data, "id"),
            type=text(data, "type"),
            created=moment(data, "created"),
            livemode=flag(data, "livemode"),
            account_id=text_or_none(data, "account"),
            api_version=said(data, "api_version"),
            subject=text_or_none(subject, "object"),
            subject_id=text_or_none(subject, "id"),
            raw=raw,
        )

    @classmethod
    def from_thin(cls, data: Json, *, raw: str) -> "EventFacts":
        """Read a notification of Accounts v2, which only names what changed.

        One about nothing is nobody's business, and no fault: refused, it would be sent
        again for days.
        https://docs.stripe.com/event-destinations#thin-events
        """
        an_object(data, "event")
        changed = detail(data, "related_object")
        return cls(
            id=text(data, "id"),
            type=text(data, "type"),
            created=_thin_moment(data),
            livemode=flag(data, "livemode"),
            account_id=said(changed, "id"),
            api_version=None,
            subject=said(changed, "type"),
            subject_id=said(changed, "id"),
            raw=raw,
        )


def _thin_moment(event: Json) -> int:
    """Return the moment that Accounts v2 writes out: ``2025-11-22T17:00:00Z``."""
    written = text(event, "created")
    try:
        told = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError as error:
        raise bad(event, "created", "a moment") from error
    return int(told.timestamp())
