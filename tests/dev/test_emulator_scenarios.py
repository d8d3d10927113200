"""The worked examples of the map, to the cent; the proof holds after each step."""

import pytest
from emulator_sdk import give_debits, held, last_row, new_session

CHARGE = ("charge", "charge", 10000, 320, 9680)
WITHDRAWAL = ("adjustment", "dispute", -10000, 1500, -11500)


@pytest.fixture
def charge(emulator, account, client):
    """Take 100.00 by card."""
    paid = emulator.pay(new_session(client).id)
    emulator.settle()
    assert last_row(emulator) == CHARGE
    assert held(emulator, account) == 9680
    return paid["id"]


@pytest.fixture
def debit(emulator, account, client):
    """Take 500.00 from an American bank account; it is processing."""
    give_debits(emulator, account)
    session = new_session(client, amount=50000)
    paid = emulator.pay(session.id, method="us_bank_account")
    emulator.settle()
    assert last_row(emulator) == ("payment", "charge", 50000, 400, 49600)
    assert held(emulator, account) == 49600
    return paid["id"]


def count(emulator):
    """Return how many balance transactions there are."""
    return len(emulator.objects("balance_transaction"))


def test_a_partial_refund(emulator, account, client, charge):
    """The fee stays with Stripe."""
    client.v1.refunds.create({"charge": charge, "amount": 4000})
    assert last_row(emulator) == ("refund", "refund", -4000, 0, -4000)
    assert held(emulator, account) == 5680


def test_a_dispute_that_is_lost(emulator, account, charge):
    """All is taken at the beginning; losing moves nothing."""
    dispute = emulator.dispute(charge)
    assert last_row(emulator) == WITHDRAWAL
    assert held(emulator, account) == -1820
    emulator.lose_dispute(dispute["id"])
    assert count(emulator) == 2
    assert held(emulator, account) == -1820


def test_a_dispute_that_is_won(emulator, account, charge):
    """The money comes back, the fee does not."""
    dispute = emulator.dispute(charge)
    emulator.win_dispute(dispute["id"])
    reversal = ("adjustment", "dispute_reversal", 10000, 0, 10000)
    assert last_row(emulator) == reversal
    assert held(emulator, account) == 8180


def test_a_dispute_that_is_won_by_the_old_rules(emulator, account, charge):
    """The fee comes back too: a negative fee."""
    emulator.settings.dispute_fee_returned = True
    dispute = emulator.dispute(charge)
    emulator.win_dispute(dispute["id"])
    reversal = ("adjustment", "dispute_reversal", 10000, -1500, 11500)
    assert last_row(emulator) == reversal
    assert held(emulator, account) == 9680


@pytest.mark.parametrize("fee", [400, 0, -400])
def test_a_debit_that_fails_before_it_succeeds(emulator, account, debit, fee):
    """The failure costs a fee, nothing, or returns the first fee."""
    emulator.settings.debit_failure_fee = fee
    emulator.fail_debit(debit)
    failure = ("payment_failure_refund", "charge_failure", -50000, fee, -50000 - fee)
    assert last_row(emulator) == failure
    assert held(emulator, account) == -400 - fee


def test_a_debit_that_succeeds(emulator, account, debit):
    """Nothing is booked; only the charge changes."""
    emulator.clock.advance(days=4)
    assert emulator.object(debit)["status"] == "succeeded"
    assert count(emulator) == 1
    assert held(emulator, account) == 49600


def test_a_debit_that_is_returned_as_a_dispute(emulator, account, client, debit):
    """Lost from the beginning: there is no answer to it."""
    emulator.succeed_debit(debit)
    emulator.return_debit(debit)
    assert last_row(emulator) == ("adjustment", "dispute", -50000, 1500, -51500)
    assert held(emulator, account) == -400 - 1500
    dispute = client.v1.disputes.list().data[0]
    assert (dispute.status, dispute.reason) == ("lost", "insufficient_funds")
    assert dispute.evidence_details.due_by == 0


def test_a_debit_that_is_returned_as_a_reversal(emulator, account, debit):
    """A row of its own type, without a category."""
    emulator.succeed_debit(debit)
    emulator.return_debit(debit, by="reversal")
    assert last_row(emulator) == ("payment_reversal", None, -50000, 400, -50400)
    assert held(emulator, account) == -800


def test_a_payout_that_fails(emulator, account, charge):
    """The money leaves when the payout is made, and comes back when it fails."""
    emulator.add_bank_account(account)
    emulator.clock.advance(days=3)
    payout = emulator.objects("payout")[0]
    assert last_row(emulator) == ("payout", "payout", -9680, 0, -9680)
    assert held(emulator, account) == 0
    emulator.clock.advance(days=3)
    assert emulator.object(payout["id"])["status"] == "paid"
    emulator.fail_payout(payout["id"])
    assert last_row(emulator) == ("payout_failure", "payout_reversal", 9680, 0, 9680)
    assert held(emulator, account) == 9680


def test_a_month_of_everything(emulator, account, client, charge):
    """Whatever happens in whatever order, the rows are the balance."""
    give_debits(emulator, account)
    emulator.add_bank_account(account)
    for day in range(30):
        paid = emulator.pay(new_session(client, amount=5000 + 77 * day).id)
        emulator.settle()
        if day % 3 == 0:
            emulator.refund(paid["id"], 1000 + day)
        if day % 5 == 0:
            emulator.dispute(paid["id"], status=["won", "lost"][day % 2])
        if day % 7 == 0:
            account_number = ["000123456789", "000222222227"][day % 2]
            session = new_session(client, amount=9900)
            emulator.pay(session.id, method="us_bank_account", account=account_number)
        if day % 10 == 9:
            emulator.fail_payout(emulator.objects("payout")[-1]["id"])
            emulator.add_bank_account(account)
        emulator.clock.advance(hours=21)
        emulator.check_invariant()
    rows = emulator.objects("balance_transaction", account)
    assert sum(row["net"] for row in rows) == held(emulator, account)
    assert len({row["type"] for row in rows}) == 7
