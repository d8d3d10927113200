# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What rang at our door, as a frozen record: see :mod:`.facts`."""

from dataclasses import dataclass
from datetime import datetime

from .reading import Json, an_object, bad, detail, flag, moment, part, said, text

# No id of Stripe's is longer: https://docs.stripe.com/upgrades
_LONGEST = 255


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

    @classmethod
    def from_stripe(cls, data: Json) -> "EventFacts":
        """Read an event; of its object only which one it is, never what it says."""
        an_object(data, "event")
        subject = part(part(data, "data"), "object")
        return cls(
            id=_name(data, "id"),
            type=_name(data, "type"),
            created=moment(data, "created"),
            livemode=flag(data, "livemode"),
            account_id=_name_or_none(data, "account"),
            api_version=_readable(data, "api_version"),
            subject=_name_or_none(subject, "object"),
            subject_id=_name_or_none(subject, "id"),
        )

    @classmethod
    def from_thin(cls, data: Json) -> "EventFacts":
        """Read a notification of Accounts v2, which only names what changed.

        One about nothing is nobody's business, and no fault: refused, it would be sent
        again for days.
        https://docs.stripe.com/event-destinations#thin-events
        """
        an_object(data, "event")
        changed = detail(data, "related_object")
        subject = _readable(changed, "type")
        return cls(
            id=_name(data, "id"),
            type=_name(data, "type"),
            created=_thin_moment(data),
            livemode=flag(data, "livemode"),
            account_id=_readable(changed, "id"),
            api_version=None,
            subject=subject,
            subject_id=_readable(changed, "id") if subject else None,
        )

    @property
    def is_thin(self) -> bool:
        """Tell whether it only names what changed, in no version of Stripe's API."""
        return self.type.startswith("v2.")


def _name(data: Json, field: str) -> str:
    """Return what Stripe calls something by: letters that every table can hold."""
    name = text(data, field)
    if not _is_name(name):
        raise bad(data, field, "a name")
    return name


def _name_or_none(data: Json, field: str) -> str | None:
    return None if data.get(field) is None else _name(data, field)


def _readable(data: Json, field: str) -> str | None:
    """Return a name that may be missing or odd: without it there is nothing to do."""
    name = said(data, field)
    return name if name and _is_name(name) else None


def _is_name(written: str) -> bool:
    fits = 0 < len(written) <= _LONGEST
    return fits and written.isascii() and written.isprintable()


def _thin_moment(event: Json) -> int:
    """Return the moment that Accounts v2 writes out: ``2025-11-22T17:00:00Z``."""
    written = _name(event, "created")
    try:
        told = datetime.fromisoformat(written.replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError) as error:
        raise bad(event, "created", "a moment") from error
    return moment({**event, "created": int(told)}, "created")
