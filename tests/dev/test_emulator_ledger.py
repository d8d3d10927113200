"""Movements that nobody asked for: fees, reserves, top-ups, types of the future."""

import json
from urllib.request import Request, urlopen

import pytest
import stripe
from emulator_sdk import held, last_row

from dev.stripe_emulator import StripeEmulator, state


@pytest.mark.parametrize(
    ("kind", "category", "amount"),
    [
        ("stripe_fee", "fee", -200),
        ("tax_fee", "tax", -40),
        ("adjustment", "other_adjustment", 500),
        ("topup", "topup", 10000),
        ("application_fee", "platform_earning", 300),
        ("payment_unreconciled", "unreconciled_customer_funds", 700),
        ("payout_minimum_balance_hold", "payout_minimum_balance_hold", -100),
    ],
)
def test_a_row_of_any_type(emulator, account, kind, category, amount):
    """With the category that Stripe's table gives it."""
    emulator.book(account, type=kind, amount=amount)
    assert last_row(emulator) == (kind, category, amount, 0, amount)
    assert held(emulator, account) == amount


def test_a_type_that_nobody_knows_yet(emulator, account, client):
    """Both enums are open: the ledger must hold."""
    emulator.book(account, type="quantum_settlement", amount=-777, category=None)
    row = client.v1.balance_transactions.list({"type": "quantum_settlement"}).data[0]
    assert (row.net, row.reporting_category, row.source) == (-777, None, None)
    assert held(emulator, account) == -777


def test_a_row_with_fees_and_tax(emulator, account):
    """In `fee_details`, by type."""
    row = emulator.book(
        account,
        type="charge",
        amount=5000,
        fee=100,
        fee_type="application_fee",
        tax=19,
        available=False,
        source="ch_elsewhere",
        description="Terminal",
    )
    details = [(d["type"], d["amount"]) for d in row["fee_details"]]
    assert details == [("application_fee", 100), ("tax", 19)]
    assert (row["fee"], row["net"], row["status"]) == (119, 4881, "pending")
    assert emulator.balance(account) == {"available": 0, "pending": 4881}


def test_tax_on_every_fee(emulator, account):
    """Where Stripe charges VAT."""
    emulator.settings.fee_tax = 1900
    emulator.charge_elsewhere(account, amount=10000)
    emulator.settle()
    row = emulator.objects("balance_transaction")[0]
    assert [(d["type"], d["amount"]) for d in row["fee_details"]] == [
        ("stripe_fee", 320),
        ("tax", 61),
    ]
    assert held(emulator, account) == 10000 - 381


def test_a_reserve_has_two_legs(emulator, account, client):
    """Out of the balance, into another one that the proof does not count."""
    emulator.book(account, type="topup", amount=10000)
    emulator.reserve(account, 3000)
    assert held(emulator, account) == 7000
    legs = client.v1.balance_transactions.list({"type": "reserve_hold"}).data
    assert sorted((leg.balance_type, leg.net) for leg in legs) == [
        ("payments", -3000),
        ("risk_reserved", 3000),
    ]
    emulator.release_reserve(account, 1000)
    assert held(emulator, account) == 8000


def test_a_reserve_survives_a_restart(emulator, account):
    """The other balance is not counted into ours when all is counted anew."""
    emulator.book(account, type="topup", amount=10000)
    emulator.reserve(account, 3000)
    other = StripeEmulator(seed=2, now=1)
    state.load(other.world, state.dump(emulator.world))
    assert held(other, account.id) == 7000


def test_a_window_of_rows(emulator, account, client):
    """By creation; by availability there is no filter at Stripe."""
    for _ in range(3):
        emulator.book(account, type="topup", amount=1)
        emulator.clock.advance(days=1)
    first = emulator.objects("balance_transaction")[0]["created"]
    window = {"gt": first, "lte": first + 86400}
    assert len(client.v1.balance_transactions.list({"created": window}).data) == 1
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        client.raw_request("get", "/v1/balance_transactions", available_on=first)


ORDERS = [
    ("book", {"type": "topup", "amount": 5000}),
    ("reserve", {"amount": 100}),
    ("release_reserve", {"amount": 100}),
    ("settle_in", {"currencies": ["usd"]}),
    ("add_bank_account", {}),
    ("payout", {"amount": 100}),
    ("pay_out", {}),
]


@pytest.mark.parametrize(("name", "values"), ORDERS)
def test_the_controls_have_twins_over_http(emulator, account, name, values):
    """What Python can, a demo can."""
    emulator.add_bank_account(account)
    body = json.dumps({"account_id": account.id, **values}).encode()
    with urlopen(Request(f"{emulator.url}/_control/{name}", body)) as answer:  # noqa: S310
        assert answer.status == 200
    emulator.check_invariant()


def test_settings_over_http(emulator):
    """Each by its name, with a value of its type."""
    body = json.dumps({"dispute_fee": 2000, "refund_shortfall": "pending"}).encode()
    with urlopen(Request(f"{emulator.url}/_control/settings", body)) as answer:  # noqa: S310
        assert answer.status == 200
    assert emulator.settings.dispute_fee == 2000
    assert emulator.settings.refund_shortfall == "pending"
