# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a customer is reminded of an invoice, and when not: by days, without a clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Obstacle = Literal[
    "customer_stopped",
    "stopped",
    "never_sent",
    "dispute_open",
    "dispute_lost",
    "refunded",
    "processing",
    "to_record",
    "review",
    "elsewhere",
    "waits",
    "no_link",
    "no_address",
    "this_week",
]

# A rule reaches back this far: a customer reminded last week gets it a week later, a
# job that did not run for some days makes up for it, but what was overdue long before
# the rules were switched on is left alone.
REACH = timedelta(days=14)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """What is known of one open invoice and its customer.

    :param taken: states of attempts whose money Stripe has and the books have not, and
        ``elsewhere`` for what another provider is taking
    :param waits_until: the last day of a voucher that the customer has, or of another
        step at Stripe that is his
    :param dispute: of a payment of this invoice, since a person last resumed
    :param refunded: a payment of it was given back since a person last resumed
    :param last: the day its customer was last reminded of anything
    """

    customer_stopped: bool = False
    stopped: bool = False
    known_to_customer: bool = True
    dispute: Literal["open", "lost"] | None = None
    refunded: bool = False
    taken: frozenset[str] = frozenset()
    waits_until: date | None = None
    has_link: bool = True
    needs_link: bool = True
    has_address: bool = True
    last: date | None = None


def obstacle(standing: Standing, today: date) -> Obstacle | None:
    """Return what keeps the reminder back on ``today``; the first reason that fits.

    What a person decided comes first, then money on its way, then what can be mended,
    last what passes by itself.
    """
    facts: tuple[tuple[bool, Obstacle], ...] = (
        (standing.customer_stopped, "customer_stopped"),
        (standing.stopped, "stopped"),
        (standing.dispute == "open", "dispute_open"),
        (standing.dispute == "lost", "dispute_lost"),
        (standing.refunded, "refunded"),
        ("pending" in standing.taken, "processing"),
        ("done" in standing.taken, "to_record"),
        ("error" in standing.taken, "review"),
        ("elsewhere" in standing.taken, "elsewhere"),
        (
            standing.waits_until is not None and today <= standing.waits_until,
            "waits",
        ),
        (not standing.known_to_customer, "never_sent"),
        (standing.needs_link and not standing.has_link, "no_link"),
        (not standing.has_address, "no_address"),
        (standing.last is not None and today < standing.last + WEEK, "this_week"),
    )
    return next((name for applies, name in facts if applies), None)


def stage(offsets: Iterable[int], due: date, today: date) -> int | None:
    """Return the offset of the latest rule whose day has come, None for none in reach.

    Earlier rules of the invoice are then void, sent or not; and *due soon* is not said
    of what is overdue.

    :param offsets: days after the due date, negative before it
    """
    reached = [days for days in offsets if due + timedelta(days=days) <= today]
    if not reached:
        return None
    latest = max(reached)
    reach = due + timedelta(days=latest) + REACH
    return latest if today <= (min(reach, due) if latest < 0 else reach) else None
