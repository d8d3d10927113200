"""The money engine: fees, balance transactions, balances, and their proof."""

import pytest
import stripe
from emulator_sdk import client_for, new_session

from dev.stripe_emulator.ledger import InvariantBroken
from dev.stripe_emulator.money import Fee, display


def test_a_charge_succeeds_before_it_has_a_balance_transaction(emulator, client):
    """`automatic_async`: the addon must not expect the row with the success."""
    charge = emulator.pay(new_session(client).id)
    assert charge["status"] == "succeeded"
    assert charge["balance_transaction"] is None
    assert client.v1.balance_transactions.list().data == []


def test_the_row_comes_by_the_clock_and_says_so(emulator, client):
    """`charge.updated` is the doorbell for the ledger."""
    charge = emulator.pay(new_session(client).id)
    emulator.clock.advance(seconds=1)
    row = client.v1.balance_transactions.list({"expand": ["data.source"]}).data[0]
    assert (row.amount, row.fee, row.net) == (10000, 320, 9680)
    assert (row.type, row.reporting_category) == ("charge", "charge")
    assert (row.balance_type, row.exchange_rate) == ("payments", None)
    assert row.source.id == charge["id"]
    assert row.created == charge["created"] + 1
    assert [f.to_dict() for f in row.fee_details] == [
        {
            "amount": 320,
            "application": None,
            "currency": "usd",
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    updated = client.v1.events.list({"type": "charge.updated"}).data[0]
    assert updated.data.previous_attributes.to_dict() == {"balance_transaction": None}


def test_capture_method_automatic_brings_the_row_at_once(emulator, client):
    """The older behaviour can be asked for."""
    session = new_session(client, payment_intent_data={"capture_method": "automatic"})
    charge = emulator.pay(session.id)
    assert emulator.object(charge["id"])["balance_transaction"].startswith("txn_")


def test_settle_does_not_wait(emulator, client):
    """A test says when."""
    emulator.settings.bt_delay = 3600
    charge = emulator.pay(new_session(client).id)
    emulator.settle()
    assert emulator.object(charge["id"])["balance_transaction"]


def test_money_is_pending_first_and_available_two_days_later(emulator, account, client):
    """Payouts and the proof depend on both parts."""
    emulator.pay(new_session(client).id)
    emulator.settle()
    assert emulator.balance(account.id, "usd") == {"available": 0, "pending": 9680}
    emulator.clock.advance(days=2)
    assert emulator.balance(account.id, "usd") == {"available": 9680, "pending": 0}
    balance = client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (9680, 0)
    assert client.v1.balance_transactions.list().data[0].status == "available"
    assert client.v1.events.list({"type": "balance.available"}).data


def test_one_card_is_available_at_once(emulator, account, client):
    """Stripe has a test card for the impatient."""
    emulator.pay(new_session(client).id, card="4000000000000077")
    emulator.settle()
    assert emulator.balance(account.id) == {"available": 9680, "pending": 0}


def test_the_fee_schedule_can_be_changed(emulator, account):
    """Companies have their own prices; zero is one of them."""
    emulator.fees.by_method["card"] = Fee(basis_points=0, fixed=0)
    emulator.charge_elsewhere(account, amount=5000)
    emulator.settle()
    row = emulator.objects("balance_transaction")[0]
    assert (row["fee"], row["net"], row["fee_details"]) == (0, 5000, [])


@pytest.mark.parametrize(
    ("amount", "fee"), [(50, 31), (100, 33), (10000, 320), (17, 30), (18, 31)]
)
def test_fees_are_rounded_half_up_in_minor_units(amount, fee):
    """2.9 % of 0.50 is 1.45 cents: integers all the way."""
    assert Fee(290, 30).of(amount) == fee


def test_a_fee_can_have_a_cap():
    """Bank debits do."""
    assert Fee(80, 0, cap=500).of(1_000_000) == 500


def test_currencies_have_their_own_balances(emulator, account, client):
    """Amounts of two currencies are never added."""
    emulator.charge_elsewhere(account, amount=10000, currency="usd")
    emulator.charge_elsewhere(account, amount=5000, currency="jpy")
    emulator.settle()
    assert emulator.balance(account, "jpy") == {"available": 0, "pending": 4825}
    pending = client.v1.balance.retrieve().pending
    assert [(p.currency, p.amount) for p in pending] == [("usd", 9680), ("jpy", 4825)]
    emulator.check_invariant()


def test_amounts_are_shown_in_their_currencys_decimals():
    """The page shows what will be charged."""
    assert display(123456, "usd") == "1,234.56 USD"
    assert display(5000, "jpy") == "5,000 JPY"
    assert display(-5, "kwd") == "-0.005 KWD"


def test_the_proof_finds_a_falsified_row(emulator, account):
    """An invariant that cannot fail proves nothing."""
    emulator.charge_elsewhere(account, amount=10000)
    emulator.settle()
    emulator.check_invariant()
    row = emulator.objects("balance_transaction")[0]
    emulator.tamper(row["id"], net=1)
    with pytest.raises(InvariantBroken):
        emulator.check_invariant()


def test_the_invariant_holds_over_many_payments(emulator, account, client):
    """Σ net = available + pending, whatever the order of things."""
    for amount in (50, 999, 12345, 77777):
        emulator.pay(new_session(client, amount=amount).id)
        emulator.clock.advance(hours=13)
        emulator.decline(new_session(client, amount=amount).id)
        emulator.check_invariant()
    total = sum(r["net"] for r in emulator.objects("balance_transaction", account))
    assert sum(emulator.balance(account).values()) == total


def test_rows_are_filtered_by_type_source_and_currency(emulator, account, client):
    """The sync and the support screen ask in these ways."""
    dollars = emulator.charge_elsewhere(account, amount=10000)
    emulator.charge_elsewhere(account, amount=5000, currency="eur")
    emulator.settle()

    def amounts(**filters):
        rows = client.v1.balance_transactions.list(filters).data
        return sorted(row.amount for row in rows)

    assert amounts(source=dollars["id"]) == [10000]
    assert amounts(currency="eur") == [5000]
    assert amounts(type="charge") == [5000, 10000]
    assert amounts(type="payout") == []
    assert amounts(payout="po_1") == []


def test_a_live_payment_does_not_touch_the_test_balance(emulator, account):
    """Test and live are reconciled apart."""
    live = client_for(emulator, account.live_secret_key)
    emulator.pay(new_session(live).id)
    emulator.settle()
    assert emulator.balance(account, livemode=True)["pending"] == 9680
    assert emulator.balance(account)["pending"] == 0


def test_a_charge_made_elsewhere_has_no_session(emulator, account, client):
    """A terminal or another program charges into the same balance."""
    charge = emulator.charge_elsewhere(account, amount=2500, description="Book")
    emulator.settle()
    sessions = client.v1.checkout.sessions.list(
        {"payment_intent": charge["payment_intent"]}
    )
    assert sessions.data == []
    assert emulator.balance(account)["pending"] == 2500 - 103


def test_an_unknown_row_does_not_exist(client):
    """Stripe's label of the kind is in the message."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.balance_transactions.retrieve("txn_x")
    assert "No such balance transaction: 'txn_x'" in str(caught.value)
