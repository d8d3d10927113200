# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's moments as days of a company's calendar."""

from datetime import date, datetime, time, timezone
from zoneinfo import ZoneInfo


def day_of(epoch: int, zone: str) -> date:
    """Return the calendar day of ``epoch`` (UTC seconds) in ``zone`` (IANA name)."""
    return datetime.fromtimestamp(epoch, tz=ZoneInfo(zone)).date()


def utc(epoch: int) -> datetime:
    """Return ``epoch`` as the naive UTC moment Odoo stores."""
    return datetime.fromtimestamp(epoch, tz=timezone.utc).replace(tzinfo=None)


def day_in(moment: datetime, zone: str) -> date:
    """Return the calendar day in ``zone`` of a naive UTC moment, as Odoo stores it."""
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> int:
    """Return the epoch (UTC seconds) at which ``day`` begins in ``zone``."""
    return int(datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).timestamp())


def epoch(moment: datetime) -> int:
    """Return a naive UTC moment, as Odoo stores them, as epoch seconds."""
    return int(moment.replace(tzinfo=timezone.utc).timestamp())
