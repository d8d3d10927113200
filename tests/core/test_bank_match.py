"""Which bank line is which payout: pure, so each rule is seen alone."""

from datetime import date, timedelta

import pytest

from odoo.addons.kash_stripe_connect.core import bank_match
from odoo.addons.kash_stripe_connect.core.bank_match import BankLine, Transit

DAY = date(2025, 11, 28)


def transit(key="po_1", amount=9680, days=0, **details):
    day = DAY + timedelta(days=days)
    given = {"currency": "USD", "words": ("STRIPE",), **details}
    return Transit(key=key, amount=amount, day=day, **given)


def line(key="a", amount=9680, days=0, label="STRIPE TRANSFER", currency="USD"):
    return BankLine(
        key=key,
        currency=currency,
        amount=amount,
        day=DAY + timedelta(days=days),
        label=label,
    )


def found(transits, lines):
    return [
        (p.transit, p.line, p.evidence, p.certain)
        for p in bank_match.proposals(transits, lines)
    ]


def test_what_names_stripe_about_that_day_is_certain():
    """When nothing else fits either of them."""
    assert found([transit()], [line()]) == [("po_1", "a", "named", True)]


@pytest.mark.parametrize("amount", [9679, 9681, -9680])
def test_another_amount_is_another_thing(amount):
    """To the cent, and in its direction."""
    assert found([transit()], [line(amount=amount)]) == []


def test_the_same_figure_in_another_currency_is_another_thing():
    """Ninety euros are no ninety dollars."""
    assert found([transit()], [line(currency="EUR")]) == []


@pytest.mark.parametrize(
    ("days", "label", "evidence"),
    [
        (-3, "ACH", "near"),
        (7, "ACH", "near"),
        (-4, "ACH", None),
        (8, "ACH", None),
        (8, "Str ipe", "near"),
        (45, "STRIPE", "near"),
        (46, "STRIPE", None),
    ],
)
def test_days_and_names_speak_for_a_line(days, label, evidence):
    """A name is searched for longer; far from the day it is no certainty."""
    [told] = found([transit()], [line(days=days, label=label)]) or [(0, 0, None, 0)]
    assert told[2] == evidence
    assert not told[3]


def test_the_banks_reference_is_enough_whenever_it_comes():
    """Banks pad and break it."""
    told = found(
        [transit(trace="000000000000123")],
        [line(days=60, label="ACH 0000-0000 0000 123")],
    )
    assert told == [("po_1", "a", "trace", True)]


def test_the_banks_reference_outdoes_other_lines_and_payouts():
    """The line that carries it is of that payout, and the other is free."""
    told = found(
        [transit(trace="T123"), transit("po_2")],
        [line("a"), line("b", label="STRIPE T123")],
    )
    assert told == [("po_1", "b", "trace", True), ("po_2", "a", "named", True)]


def test_two_that_fit_are_never_certain():
    """Two lines of one payout, or two payouts of one line."""
    assert [p[3] for p in found([transit()], [line("a"), line("b")])] == [False] * 2
    assert [p[3] for p in found([transit(), transit("po_2")], [line()])] == [False] * 2
