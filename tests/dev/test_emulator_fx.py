"""Another settlement currency: rates, decimals, fees, and the way back."""

import pytest
import stripe
from emulator_sdk import give_debits, held, last_row, new_session


@pytest.fixture(autouse=True)
def dollars(emulator, account):
    """Let the shop have a bank account in dollars only, and one rate either way."""
    emulator.settle_in(account, ["usd"])
    emulator.settings.conversion_spread = 0


def rows(emulator):
    """Return all balance transactions, oldest first."""
    return emulator.objects("balance_transaction")


@pytest.mark.parametrize(
    ("currency", "amount", "settled", "rate"),
    [
        ("eur", 10000, 11000, 1.1),
        ("jpy", 10000, 6500, 0.65),
        ("kwd", 10120, 3289, 0.325),
        ("gbp", 101, 126, 1.25),
    ],
)
def test_a_charge_is_converted(emulator, account, currency, amount, settled, rate):
    """Minor units times the rate are minor units, whatever their decimals."""
    paid = emulator.charge_elsewhere(account, amount=amount, currency=currency)
    emulator.settle()
    (row,) = rows(emulator)
    assert (row["amount"], row["currency"], row["exchange_rate"]) == (
        settled,
        "usd",
        rate,
    )
    assert (paid["amount"], paid["currency"]) == (amount, currency)
    assert held(emulator, account, currency) == 0
    assert held(emulator, account) == row["net"]


def test_the_fees_of_a_conversion(emulator, account):
    """Processing and conversion, each named, both on what it came to."""
    emulator.charge_elsewhere(account, amount=10000, currency="eur")
    emulator.settle()
    (row,) = rows(emulator)
    assert [(f["amount"], f["description"]) for f in row["fee_details"]] == [
        (349, "Stripe processing fees"),
        (110, "Stripe currency conversion fee"),
    ]
    assert (row["fee"], row["net"]) == (459, 11000 - 459)


def test_the_own_currency_is_not_converted(emulator, account):
    """No rate, no second fee."""
    emulator.charge_elsewhere(account, amount=10000)
    emulator.settle()
    assert (rows(emulator)[0]["exchange_rate"], rows(emulator)[0]["fee"]) == (None, 320)


def test_a_refund_is_converted_at_its_own_day(emulator, account, client):
    """The difference is the seller's."""
    paid = emulator.charge_elsewhere(account, amount=10000, currency="eur")
    emulator.settle()
    emulator.settings.rates["eur"] = "1.2"
    client.v1.refunds.create({"charge": paid["id"], "amount": 5000})
    row = rows(emulator)[-1]
    assert (row["amount"], row["currency"], row["exchange_rate"]) == (-6000, "usd", 1.2)
    assert held(emulator, account) == 11000 - 459 - 6000


def test_a_charge_and_its_refund_have_two_rates(emulator, account, client):
    """As they were seen at Stripe, on one day."""
    emulator.settings.conversion_spread = 204
    emulator.settings.rates.update(usd="1.35576", cad="1")
    emulator.settle_in(account, ["cad"])
    paid = emulator.charge_elsewhere(account, amount=1000)
    emulator.settle()
    client.v1.refunds.create({"charge": paid["id"]})
    found = [(row["amount"], round(row["exchange_rate"], 4)) for row in rows(emulator)]
    assert found == [(1356, 1.3558), (-1383, 1.3834)]
    emulator.check_invariant()


def test_a_dispute_goes_and_comes_at_two_rates(emulator, account):
    """What it leaves is the seller's."""
    emulator.settings.conversion_spread = 200
    paid = emulator.charge_elsewhere(account, amount=10000, currency="eur")
    emulator.settle()
    made = emulator.dispute(paid["id"])
    emulator.win_dispute(made["id"])
    assert [row["amount"] for row in rows(emulator)] == [11000, -11220, 11000]
    emulator.check_invariant()


def test_a_refund_that_fails_comes_back_as_it_went(emulator, account):
    """Not a cent is lost on the way."""
    paid = emulator.charge_elsewhere(account, amount=10000, currency="eur")
    emulator.settle()
    made = emulator.refund(paid["id"], 5000)
    emulator.settings.rates["eur"] = "1.2"
    emulator.fail_refund(made["id"])
    assert last_row(emulator)[2] == 5500
    assert held(emulator, account) == 11000 - 459


def test_a_dispute_in_another_currency(emulator, account, client):
    """The dispute is in the customer's currency, its rows in ours, without a rate."""
    paid = emulator.charge_elsewhere(account, amount=10000, currency="eur")
    emulator.settle()
    made = emulator.dispute(paid["id"], amount=5000)
    assert (made["amount"], made["currency"]) == (5000, "eur")
    (row,) = client.v1.disputes.retrieve(made["id"]).balance_transactions
    assert (row.amount, row.currency, row.fee) == (-5500, "usd", 1500)
    assert row.exchange_rate is None
    emulator.win_dispute(made["id"])
    assert held(emulator, account) == 11000 - 459 - 1500


def test_a_debit_that_fails_comes_back_as_it_came(emulator, account, client):
    """At the rate of its beginning."""
    give_debits(emulator, account)
    session = new_session(client, currency="eur")
    paid = emulator.pay(session.id, method="sepa_debit")
    emulator.settle()
    emulator.settings.rates["eur"] = "2"
    emulator.fail_debit(paid["id"])
    assert [row["amount"] for row in rows(emulator)] == [11000, -11000]
    emulator.check_invariant()


def test_several_settlement_currencies(emulator, account, client):
    """What has a bank account stays what it is; the rest becomes the account's own."""
    emulator.settle_in(account, ["eur", "usd"])
    for currency in ("usd", "eur", "gbp"):
        emulator.charge_elsewhere(account, amount=1000, currency=currency)
    emulator.settle()
    assert sorted(row["currency"] for row in rows(emulator)) == ["eur", "usd", "usd"]
    pending = client.v1.balance.retrieve().pending
    assert [p.currency for p in pending] == ["usd", "eur"]


def test_without_the_own_currency_the_first_counts(emulator, account):
    """An account may have no bank account in its own."""
    emulator.settle_in(account, ["gbp"])
    emulator.charge_elsewhere(account, amount=1000)
    emulator.settle()
    assert (rows(emulator)[0]["currency"], rows(emulator)[0]["amount"]) == ("gbp", 800)


def test_a_rate_that_nobody_set_is_said(emulator, account):
    """Better than a guess."""
    emulator.charge_elsewhere(account, amount=1000, currency="thb")
    with pytest.raises(LookupError, match="no rate of thb"):
        emulator.settle()


def test_an_account_settles_somewhere(emulator, account):
    """An empty list is a mistake."""
    with pytest.raises(ValueError, match="at least one"):
        emulator.settle_in(account, [])


def test_a_charge_converts_to_what_stripe_charges_at_least(client):
    """The currency that the money settles in decides, not the one that is asked for."""
    with pytest.raises(stripe.InvalidRequestError, match="must convert to at least"):
        new_session(client, amount=44, currency="eur")
    assert new_session(client, amount=46, currency="eur").amount_total == 46
