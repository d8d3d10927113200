"""What the emulator was told to serve must not stop its clock."""

import pytest
from emulator_sdk import new_session


@pytest.fixture
def charges(emulator, client):
    """Pay twice, and falsify the first charge: what Stripe adds one day."""
    paid = [emulator.pay(new_session(client).id)["id"] for _ in range(2)]
    emulator.tamper(paid[0], payment_method_details="card")
    return paid


def settled(emulator, charges):
    """Say which charges have a balance transaction."""
    return [bool(emulator.object(one)["balance_transaction"]) for one in charges]


def test_a_timer_that_fails_does_not_stop_the_others(emulator, charges):
    """A test of the addon serves one odd charge among good ones."""
    emulator.clock.advance(days=1)
    assert emulator.clock.now == 1763800000 + 86400
    assert settled(emulator, charges) == [False, True]


def test_settling_by_hand_passes_over_a_charge_that_cannot_be(emulator, charges):
    """It is the same deed, done before the clock does it."""
    emulator.settings.bt_delay = 0
    emulator.settle()
    assert settled(emulator, charges) == [False, True]


def test_a_timer_that_failed_stands_in_the_request_log(emulator, charges, capsys):
    """Nothing goes wrong in silence."""
    emulator.clock.advance(days=1)
    record = emulator.requests[-1]
    assert (record.method, record.path) == ("TIMER", "settle_charge")
    assert (record.status, record.params) == (500, {"args": [charges[0]]})
    assert record.created == 1763800001
    assert "TypeError" in record.error["message"]
    assert "Traceback" in capsys.readouterr().err


def test_a_mistake_of_the_emulators_own_is_not_hidden(emulator, account, client):
    """Only what a test falsified is forgiven."""
    emulator.settle_in(account, ["usd"])
    emulator.pay(new_session(client, currency="thb").id)
    with pytest.raises(LookupError, match="no rate of thb"):
        emulator.clock.advance(days=1)
    assert "TIMER" not in [record.method for record in emulator.requests]


@pytest.mark.parametrize("path", ["/v1/balance_transactions", "/v1/payouts"])
@pytest.mark.parametrize("moment", [None, "soon", [1], 10**30])
def test_a_moment_that_is_none_is_listed_where_it_was(
    emulator, account, client, path, moment
):
    """The list is what a test of the addon wants to see, and no 500."""
    for _time in range(2):
        emulator.pay(new_session(client).id)
    emulator.clock.advance(days=5)
    emulator.add_bank_account(account)
    for amount in (1000, 2000):
        emulator.payout(account, amount)
    when = {"created": {"gte": 0, "lt": 2**40}}
    asked = client.raw_request("get", path, **when).data["data"]
    emulator.tamper(asked[0]["id"], created=moment, arrival_date=moment)
    again = client.raw_request("get", path, **when).data["data"]
    assert [one["id"] for one in again] == [one["id"] for one in asked]
    assert again[0]["created"] == moment
