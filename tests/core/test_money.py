"""Stripe's integers and our amounts: exact, both ways, or refused."""

from decimal import Decimal

import pytest

from odoo.addons.kash_stripe_connect.core import money

from dev.stripe_emulator import money as emulated


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("123.45", "usd", 12345),
        ("123.45", "USD", 12345),
        ("500", "jpy", 500),
        ("5.120", "kwd", 5120),
        ("7", "isk", 700),
        ("3", "ugx", 300),
        ("0.07", "eur", 7),
        ("10.50", "huf", 1050),
    ],
)
def test_an_amount_becomes_stripes_integer_and_comes_back(amount, currency, minor):
    """Zero, two and three decimals, and the two currencies sent in hundredths."""
    assert money.to_minor(amount, currency) == minor
    assert money.to_major(minor, currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("1.005", "usd"), ("1.5", "jpy"), ("5.124", "kwd"), ("7.5", "isk")],
)
def test_an_amount_stripe_cannot_charge_is_refused(amount, currency):
    """Rounding in silence would leave a cent that nobody can explain."""
    with pytest.raises(ValueError, match="cannot be charged"):
        money.to_minor(amount, currency)


def test_a_currency_stripe_does_not_have_is_refused():
    """We refuse, we never guess two decimals."""
    with pytest.raises(ValueError, match="no currency"):
        money.exponent("xyz")


@pytest.mark.parametrize("currency", sorted(money.FORMER))
def test_what_was_paid_in_a_former_currency_can_be_read(currency):
    """History is imported for years after a country has changed its money."""
    assert money.to_major(-1234, currency) == Decimal("-12.34")
    assert money.ledger_to_minor("12.34", currency) == 1234


def test_nothing_is_charged_in_a_former_currency():
    """Stripe would refuse it: better before a customer presses."""
    with pytest.raises(ValueError, match="no currency 'hrk' any more"):
        money.to_minor("10", "hrk")


@pytest.mark.parametrize(
    ("currency", "unit"),
    [("huf", "0.01"), ("ISK", "0.01"), ("jpy", "1"), ("kwd", "0.001")],
)
def test_what_stripe_counts_in_can_be_told(currency, unit):
    """Books that are coarser than this cannot say what Stripe says."""
    assert str(money.unit(currency)) == unit


def test_the_special_currencies_are_currencies():
    """The tables of exceptions name what the main table knows."""
    special = money.ZERO_DECIMAL | money.THREE_DECIMAL | money.WHOLE_IN_HUNDREDTHS
    assert special <= money.CURRENCIES


@pytest.mark.parametrize(
    ("currency", "least", "most"),
    [
        ("usd", "0.50", "999999.99"),
        ("GBP", "0.30", "999999.99"),
        ("huf", "175.00", "99999999.99"),
        ("jpy", "50", "9999999999"),
        ("idr", "0.50", "9999999999.99"),
        ("isk", None, "999999.99"),
    ],
)
def test_what_stripe_charges_at_once_has_limits(currency, least, most):
    """By its table; where that is silent, what it is converted to decides."""
    assert money.least(currency) == (least and Decimal(least))
    assert money.most(currency) == Decimal(most)


def test_the_emulator_refuses_by_the_same_table():
    """Both were read from Stripe's page, each by itself."""
    assert emulated.MINIMUM == money.MINIMUM
    for currency in sorted(money.CURRENCIES):
        most = money.to_major(emulated.maximum(currency), currency)
        assert money.most(currency) == most
