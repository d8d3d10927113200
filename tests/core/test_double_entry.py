"""Double entry in minor units: it always balances, and clearing moves by net."""

import random
from collections import Counter

import pytest

from odoo.addons.kash_stripe_connect.core import double_entry
from odoo.addons.kash_stripe_connect.core.facts import BalanceTransactionFacts


def row(amount=10000, fee=320, net=None, details=None, currency="usd"):
    """Return a charge's balance transaction as Stripe sends it."""
    if details is None:
        details = [{"type": "stripe_fee", "amount": fee, "currency": currency}]
    return BalanceTransactionFacts.from_stripe(
        {
            "id": "txn_1",
            "type": "charge",
            "amount": amount,
            "fee": fee,
            "net": amount - fee if net is None else net,
            "currency": currency,
            "status": "pending",
            "created": 0,
            "source": "ch_1",
            "fee_details": details,
        }
    )


def totals(legs):
    """Return {role: sum}."""
    sums = Counter()
    for leg in legs:
        sums[leg.role] += leg.amount
    return dict(sums)


def test_a_card_charge_splits_into_clearing_fee_and_receivable():
    """100.00 with a fee of 3.20, as in Stripe's own example."""
    assert totals(double_entry.charge_legs(row())) == {
        "clearing": 9680,
        "fees": 320,
        "receivable": -10000,
    }


def test_a_charge_without_a_fee_has_no_fee_legs():
    """Monthly billed accounts: fees come as rows of their own."""
    assert double_entry.fee_legs(row(fee=0, details=[])) == ()


def test_fees_are_told_apart_by_type():
    """A platform's fee is not Stripe's."""
    details = [
        {"type": "stripe_fee", "amount": 300, "currency": "usd"},
        {"type": "tax", "amount": 20, "currency": "usd"},
    ]
    legs = double_entry.fee_legs(row(details=details))
    assert {leg.fee_type: leg.amount for leg in legs if leg.role == "fees"} == {
        "stripe_fee": 300,
        "tax": 20,
    }


@pytest.mark.parametrize(
    "details",
    [
        [],
        [{"type": "stripe_fee", "amount": 300, "currency": "usd"}],
        [{"type": "stripe_fee", "amount": 320, "currency": "eur"}],
    ],
)
def test_what_the_details_do_not_explain_is_named_other(details):
    """The whole fee is booked, whatever the details say."""
    parts = double_entry.fee_parts(320, row(details=details).fees, currency="usd")
    assert sum(parts.values()) == 320
    assert "other" in parts


def test_a_returned_fee_is_a_negative_one():
    """Signs flip by themselves."""
    legs = double_entry.fee_legs(row(fee=-400))
    assert totals(legs) == {"fees": -400, "clearing": 400}


def test_a_row_that_contradicts_itself_is_refused():
    """Booking it would break the proof."""
    with pytest.raises(double_entry.Unbalanced):
        double_entry.charge_legs(row(net=1))


def test_any_row_balances_and_moves_clearing_by_its_net():
    """The universal rule, over a thousand made-up rows."""
    chance = random.Random(11)
    for _row in range(1000):
        amount, fee = chance.randint(-(10**12), 10**12), chance.randint(-9999, 9999)
        facts = row(amount=amount, fee=fee)
        sums = totals(double_entry.charge_legs(facts))
        assert sum(sums.values()) == 0
        assert sums["clearing"] == facts.net
