# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reminders: when one is due, and everything that keeps it back."""

from datetime import date, timedelta

import pytest

from odoo.addons.kash_stripe_connect.core.reminders import Standing, obstacle, stage

TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(), None),
        (Standing(customer_stopped=True), "customer_stopped"),
        (Standing(stopped=True), "stopped"),
        (Standing(dispute="open"), "dispute_open"),
        (Standing(dispute="lost"), "dispute_lost"),
        (Standing(refunded=True), "refunded"),
        (Standing(taken=frozenset({"pending"})), "processing"),
        (Standing(taken=frozenset({"done"})), "to_record"),
        (Standing(taken=frozenset({"error"})), "review"),
        (Standing(taken=frozenset({"elsewhere"})), "elsewhere"),
        # A voucher can be paid to its last day; then it is asked for again.
        (Standing(waits_until=TODAY), "waits"),
        (Standing(waits_until=TODAY - timedelta(days=1)), None),
        (Standing(known_to_customer=False), "never_sent"),
        (Standing(has_link=False), "no_link"),
        (Standing(has_link=False, needs_link=False), None),
        (Standing(has_address=False), "no_address"),
        (Standing(last=TODAY), "this_week"),
        (Standing(last=TODAY - timedelta(days=6)), "this_week"),
        (Standing(last=TODAY - timedelta(days=7)), None),
        # The reason a person must act on comes before what passes by itself.
        (Standing(stopped=True, last=TODAY), "stopped"),
        (Standing(refunded=True, taken=frozenset({"done"})), "refunded"),
        (Standing(taken=frozenset({"done"}), has_link=False), "to_record"),
        (Standing(has_address=False, last=TODAY), "no_address"),
    ],
)
def test_what_keeps_a_reminder_back(standing, expected):
    """Never a reminder where the customer could rightly be annoyed."""
    assert obstacle(standing, TODAY) == expected


RULES = (-3, 3, 10, 30)


@pytest.mark.parametrize(
    ("overdue", "expected"),
    [
        (-4, None),
        (-3, -3),
        (0, -3),
        (1, None),
        (2, None),
        (3, 3),
        (9, 3),
        (10, 10),
        (24, 10),
        (25, None),
        (29, None),
        (30, 30),
        (44, 30),
        (45, None),
    ],
)
def test_the_latest_rule_in_reach_counts(overdue, expected):
    """Due soon is not said of what is overdue; the long forgotten is left alone."""
    assert stage(RULES, TODAY - timedelta(days=overdue), TODAY) == expected


@pytest.mark.parametrize(("overdue", "expected"), [(-26, -40), (-25, None)])
def test_a_rule_long_before_the_due_date_has_its_reach_too(overdue, expected):
    """Forty days early is not said twenty days early."""
    assert stage((-40,), TODAY - timedelta(days=overdue), TODAY) == expected


def test_without_rules_nothing_is_due():
    """A company may have deleted all of them."""
    assert stage((), TODAY, TODAY) is None
