# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe held, and what was on its way, when the books begin."""

import json
from dataclasses import replace
from datetime import date

import pytest

from odoo.addons.kash_stripe_connect.core.facts import (
    BalanceFacts,
    BalanceTransactionFacts,
)
from odoo.addons.kash_stripe_connect.core.opening import (
    Opening,
    amounts,
    totals,
    was_in_transit,
    was_pending,
)
from odoo.addons.kash_stripe_connect.core.payout_facts import PayoutFacts

START = 1763960400  # 2025-11-24 00:00 in New York
DAY = date(2025, 11, 24)
MIDNIGHT = 1763942400  # 2025-11-24 00:00 UTC: how Stripe says that day


def payout(**values):
    """Read a payout of 50.00, made the day before."""
    return PayoutFacts.from_stripe(
        {
            "object": "payout",
            "id": "po_1",
            "status": "paid",
            "amount": 5000,
            "currency": "usd",
            "created": START - 40000,
            "arrival_date": MIDNIGHT,
            **values,
        }
    )


def debit(**charge):
    """Read the row of a bank debit of 50.00."""
    return BalanceTransactionFacts.from_stripe(
        {
            "id": "txn_1",
            "type": "payment",
            "amount": 5000,
            "fee": 40,
            "net": 4960,
            "currency": "usd",
            "status": "pending",
            "created": START - 40000,
            "source": {"object": "charge", "id": "py_1", **charge},
        }
    )


def test_the_opening_is_todays_balance_less_what_moved_since():
    """Stripe does not tell past balances."""
    opening = Opening(stripe=14705, net=5025, in_transit=(("po_1", 5000),))
    assert (opening.balance, opening.in_transit_total) == (9680, 5000)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"arrival_date": MIDNIGHT - 86400}, False),
        ({"status": "in_transit", "arrival_date": MIDNIGHT - 86400}, True),
        ({"status": "pending"}, True),
        ({"created": START}, False),
        ({"status": "failed", "failure_balance_transaction": "txn_since"}, True),
        ({"status": "failed", "failure_balance_transaction": "txn_before"}, False),
        ({"status": "canceled", "failure_balance_transaction": None}, False),
    ],
)
def test_a_payout_was_on_its_way_if_it_had_left_and_not_arrived(values, expected):
    """On the first day's statement it is still to come; what came back had not."""
    found = was_in_transit(
        payout(**values), start=START, day=DAY, came_since={"txn_since"}
    )
    assert found is expected


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        ({"status": "pending"}, True),
        ({"status": "succeeded"}, False),
        ({"status": "failed", "failure_balance_transaction": "txn_since"}, True),
        ({"status": "failed", "failure_balance_transaction": "txn_before"}, False),
    ],
)
def test_a_debit_was_pending_if_its_bank_could_still_refuse(charge, expected):
    """Stripe does not say when one succeeded: it counts as received."""
    assert was_pending(debit(**charge), came_since={"txn_since"}) is expected


def test_amounts_are_of_one_currency_and_name_the_object():
    """A row is of its charge; a payout is named itself."""
    assert amounts([debit(status="pending")], "usd") == (("py_1", 5000),)
    assert amounts([payout(), payout(currency="eur")], "usd") == (("po_1", 5000),)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, False),
        ({"stripe": 5, "held": 5}, False),
        ({"stripe": 5}, True),
        ({"held": 5}, True),
        ({"in_transit": (("po_1", 5),)}, True),
        ({"pending": (("py_1", 5),)}, True),
    ],
)
def test_an_opening_is_needed_where_the_books_lack_something(values, expected):
    """Of the balance, or of what was on its way."""
    assert Opening(**{"stripe": 0, "net": 0, **values}).is_needed is expected


def test_totals_are_of_each_currency_that_stripe_holds():
    """Pending counts; what comes to nothing does not."""
    balance = BalanceFacts(
        available={"usd": 100, "eur": 0, "jpy": 7}, pending={"usd": 5, "jpy": -7}
    )
    assert totals(balance) == {"usd": 105}


def test_what_a_dialog_kept_is_what_was_found():
    """And agrees with a later look, where balance and rows moved together."""
    found = Opening(stripe=100, net=40, held=10, pending=(("py_1", 5),))
    kept = Opening.from_json(json.loads(json.dumps(found.to_json())))
    assert kept == found
    assert kept.agrees_with(replace(found, stripe=170, net=110))
    assert not kept.agrees_with(replace(found, net=41))
    assert not kept.agrees_with(replace(found, held=11))
