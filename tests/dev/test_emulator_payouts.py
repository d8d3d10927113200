"""Payouts: automatic, by hand, instant, negative, failed; and what they are made of."""

import pytest
import stripe
from emulator_sdk import client_for, event_types, held, last_row

DAY = 86400
FULL = 10000 - 320


@pytest.fixture
def bank(emulator, account):
    """Name the bank account of the shop."""
    return emulator.add_bank_account(account)


@pytest.fixture
def cash(emulator, account, bank):
    """Take 100.00 that is available at once."""
    emulator.charge_elsewhere(account, amount=10000, card="4000000000000077")
    emulator.settle()


def refused(client, **params):
    """Return how Stripe refuses a payout: its code, its parameter, its words."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payouts.create({"amount": 100, "currency": "usd", **params})
    return caught.value.code, caught.value.param, caught.value.user_message


def composition(client, payout):
    """Return the rows that a payout is made of, without its own."""
    rows = client.v1.balance_transactions.list({"payout": payout, "limit": 100}).data
    own = [row for row in rows if row.type == "payout" and row.source == payout]
    assert len(own) == 1
    return [row for row in rows if row is not own[0]]


def test_an_account_without_a_bank_account_is_never_paid(emulator, account, client):
    """Its money stays."""
    emulator.charge_elsewhere(account, amount=10000)
    emulator.clock.advance(days=10)
    assert client.v1.payouts.list().data == []
    assert emulator.balance(account) == {"available": FULL, "pending": 0}
    assert refused(client)[2].startswith("Sorry, you don't have any external accounts")


def test_what_is_available_is_paid_out_every_day(emulator, account, client, bank):
    """At one o'clock, all of it."""
    emulator.charge_elsewhere(account, amount=10000)
    emulator.clock.advance(days=2)
    payout = client.v1.payouts.list().data[0]
    assert (payout.amount, payout.currency, payout.automatic) == (FULL, "usd", True)
    assert (payout.method, payout.type, payout.status) == (
        "standard",
        "bank_account",
        "in_transit",
    )
    assert (payout.destination, payout.created % DAY) == (bank["id"], 3600)
    assert payout.arrival_date == payout.created // DAY * DAY + 2 * DAY
    assert emulator.balance(account) == {"available": 0, "pending": 0}
    assert last_row(emulator) == ("payout", "payout", -FULL, 0, -FULL)
    emulator.check_invariant()


def test_the_destination_can_be_expanded(client, cash, emulator):
    """The bank account is an object as others."""
    emulator.clock.advance(days=1)
    payout = client.v1.payouts.list({"expand": ["data.destination"]}).data[0]
    assert (payout.destination.object, payout.destination.last4) == (
        "bank_account",
        "6789",
    )


def test_the_life_of_an_automatic_payout(emulator, client, cash):
    """It leaves, is explained, and arrives."""
    before = len(emulator.objects("event"))
    emulator.clock.advance(days=3)
    told = [t for t in event_types(emulator, since=before) if t.startswith("payout")]
    assert told == [
        "payout.created",
        "payout.updated",
        "payout.reconciliation_completed",
        "payout.paid",
    ]
    payout = client.v1.payouts.list({"status": "paid"}).data[0]
    assert payout.trace_id.status == "supported"
    assert payout.reconciliation_status == "completed"


def test_what_an_automatic_payout_is_made_of(emulator, account, client, cash):
    """Known when reconciliation has ended; the sum is the payout."""
    charge = emulator.charge_elsewhere(account, amount=5000, card="4000000000000077")
    emulator.settle()
    emulator.refund(charge["id"], 1000)
    (payout,) = emulator.pay_out(account)
    assert payout["reconciliation_status"] == "in_progress"
    listed = client.v1.balance_transactions.list({"payout": payout["id"]})
    assert listed.data == []
    emulator.clock.advance(hours=1)
    rows = composition(client, payout["id"])
    assert sorted(row.type for row in rows) == ["charge", "charge", "refund"]
    assert sum(row.net for row in rows) == payout["amount"]


def test_each_row_is_in_one_payout(emulator, account, client, bank):
    """Day after day, and the rest is the balance."""
    for _ in range(5):
        emulator.charge_elsewhere(account, amount=10000)
        emulator.clock.advance(days=1)
    emulator.clock.advance(hours=2)
    payouts = client.v1.payouts.list().data
    found = [row.id for p in payouts for row in composition(client, p.id)]
    assert len(found) == len(set(found)) == len(payouts) > 2
    emulator.check_invariant()


def test_each_currency_has_its_own_payout(emulator, account, client, cash):
    """And only with a bank account for it."""
    emulator.charge_elsewhere(
        account, amount=5000, currency="eur", card="4000000000000077"
    )
    emulator.settle()
    assert [p["currency"] for p in emulator.pay_out(account)] == ["usd"]
    emulator.add_bank_account(account, currency="eur")
    assert [p["currency"] for p in emulator.pay_out(account)] == ["eur"]


def test_a_negative_balance_is_fetched_from_the_bank(emulator, account, client, bank):
    """A payout below zero; its row is above."""
    emulator.book(account, type="adjustment", amount=-2500)
    (payout,) = emulator.pay_out(account)
    assert payout["amount"] == -2500
    assert last_row(emulator) == ("payout", "payout", 2500, 0, 2500)
    assert held(emulator, account) == 0
    emulator.clock.advance(days=3)
    (row,) = composition(client, payout["id"])
    assert row.net == payout["amount"]


def test_a_negative_balance_may_stay(emulator, account, client, bank):
    """If Stripe must not debit the bank account."""
    settings = {"payments": {"debit_negative_balances": False}}
    client.v1.balance_settings.update(settings)
    emulator.book(account, type="adjustment", amount=-2500)
    assert emulator.pay_out(account) == []


def test_a_minimum_stays(emulator, account, client, cash):
    """Held back with one payout, released for the next: nothing in sum."""
    minimum = {"payouts": {"minimum_balance_by_currency": {"usd": 1000}}}
    client.v1.balance_settings.update({"payments": minimum})
    (payout,) = emulator.pay_out(account)
    assert payout["amount"] == FULL - 1000
    assert emulator.balance(account) == {"available": 1000, "pending": 0}
    emulator.clock.advance(hours=1)
    rows = composition(client, payout["id"])
    assert sorted(row.type for row in rows) == ["charge", "payout_minimum_balance_hold"]
    assert sum(row.net for row in rows) == payout["amount"]
    assert last_row(emulator)[0] == "payout_minimum_balance_release"
    assert emulator.pay_out(account) == []
    emulator.check_invariant()


def test_payouts_by_hand(emulator, account, client, cash):
    """An amount of one's own; no composition."""
    made = client.v1.payouts.create(
        {
            "amount": 4000,
            "currency": "usd",
            "description": "Rent",
            "metadata": {"a": "b"},
            "statement_descriptor": "HILL STREET",
        }
    )
    assert (made.status, made.automatic) == ("pending", False)
    assert (made.description, made.statement_descriptor) == ("Rent", "HILL STREET")
    assert made.reconciliation_status == "not_applicable"
    assert emulator.balance(account)["available"] == FULL - 4000
    with pytest.raises(stripe.InvalidRequestError, match="only be filtered on auto"):
        client.v1.balance_transactions.list({"payout": made.id})
    after = client.v1.payouts.update(made.id, {"metadata": {"c": "d"}})
    assert after.metadata.to_dict() == {"a": "b", "c": "d"}
    emulator.check_invariant()


def test_a_payout_by_hand_counts_in_the_next_automatic_one(emulator, account, cash):
    """Together they are what there was."""
    emulator.payout(account, 4000)
    (payout,) = emulator.pay_out(account)
    assert payout["amount"] == FULL - 4000


def test_more_than_there_is_is_refused(client, cash):
    """In Stripe's words."""
    code, _, words = refused(client, amount=10000)
    assert code == "balance_insufficient"
    assert words.startswith("You have insufficient funds in your Stripe account")


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"currency": "xxx"}, None, "currency"),
        ({"currency": "huf", "amount": 150}, None, "amount"),
        ({"method": "pigeon"}, None, "method"),
        ({"destination": "ba_x"}, "resource_missing", "destination"),
        ({"statement_descriptor": "x" * 23}, None, "statement_descriptor"),
    ],
)
def test_payouts_that_make_no_sense(client, cash, params, code, param):
    """Refused one by one."""
    assert refused(client, **params)[:2] == (code, param)


@pytest.mark.parametrize(
    "params", [{"source_type": "bank_account"}, {"payout_method": "fa_1"}]
)
def test_what_is_not_emulated_is_said(client, cash, params):
    """Never ignored."""
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.payouts.create({"amount": 100, "currency": "usd", **params})
    assert caught.value.error.code == "emulator_not_implemented"


def test_an_instant_payout_costs(emulator, account, client, cash):
    """Its fee is in its row; it is there in half an hour."""
    made = client.v1.payouts.create(
        {"amount": 4000, "currency": "usd", "method": "instant"}
    )
    assert (made.method, made.arrival_date) == ("instant", made.created)
    assert last_row(emulator) == ("payout", "payout", -4000, 60, -4060)
    emulator.clock.advance(minutes=30)
    assert emulator.object(made.id)["status"] == "paid"
    assert held(emulator, account) == FULL - 4060


def test_an_instant_payout_takes_pending_money(emulator, account, client, bank):
    """Stripe advances it: a pair of rows that is nothing in sum."""
    emulator.charge_elsewhere(account, amount=10000)
    emulator.settle()
    instant = client.v1.balance.retrieve().instant_available[0]
    assert instant.amount == FULL
    params = {"amount": 4000, "currency": "usd", "method": "instant"}
    client.v1.payouts.create(params)
    kinds = [row["type"] for row in emulator.objects("balance_transaction")]
    assert kinds == ["charge", "advance", "advance_funding", "payout"]
    assert emulator.balance(account) == {"available": 0, "pending": FULL - 4060}
    with pytest.raises(stripe.InvalidRequestError, match="insufficient funds"):
        client.v1.payouts.create({**params, "amount": 9000})
    emulator.check_invariant()


def test_a_payout_by_hand_is_canceled_before_it_leaves(emulator, account, client, cash):
    """Never after, and never an automatic one."""
    made = client.v1.payouts.create({"amount": 4000, "currency": "usd"})
    after = client.v1.payouts.cancel(made.id)
    assert after.status == "canceled"
    assert last_row(emulator) == ("payout_cancel", "payout_reversal", 4000, 0, 4000)
    row = emulator.objects("balance_transaction")[-1]
    assert after.failure_balance_transaction == row["id"]
    assert held(emulator, account) == FULL
    left = client.v1.payouts.create({"amount": 4000, "currency": "usd"})
    (automatic,) = emulator.pay_out(account)
    emulator.clock.advance(hours=2)
    for payout in (left.id, automatic["id"]):
        with pytest.raises(stripe.InvalidRequestError, match="can't"):
            client.v1.payouts.cancel(payout)


def test_a_bank_account_that_refuses(emulator, account, client):
    """The payout fails on arrival, and no other follows until there is a new one."""
    bank = emulator.add_bank_account(account, number="000111111116")
    emulator.charge_elsewhere(account, amount=10000, card="4000000000000077")
    emulator.clock.advance(days=4)
    (payout,) = client.v1.payouts.list().data
    assert (payout.status, payout.failure_code) == ("failed", "no_account")
    assert payout.failure_message == "The bank account could not be located."
    assert emulator.object(bank["id"])["status"] == "errored"
    assert event_types(emulator)[-2:] == [
        "payout.failed",
        "account.external_account.updated",
    ]
    assert held(emulator, account) == FULL
    emulator.add_bank_account(account)
    emulator.clock.advance(days=1)
    assert len(client.v1.payouts.list().data) == 2
    assert held(emulator, account) == 0


def test_a_payout_fails_after_it_was_paid(emulator, account, client, cash):
    """Days later; the money is in the next one."""
    emulator.clock.advance(days=5)
    paid = client.v1.payouts.list({"status": "paid"}).data[0]
    failed = emulator.fail_payout(paid.id)
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    emulator.add_bank_account(account)
    (again,) = emulator.pay_out(account)
    emulator.clock.advance(hours=1)
    (row,) = composition(client, again["id"])
    assert (row.type, row.source) == ("payout_failure", paid.id)
    with pytest.raises(ValueError, match="The payout is failed"):
        emulator.fail_payout(paid.id)


def test_payouts_are_found_by_arrival(emulator, account, client, cash):
    """Banks know that day only."""
    payout = emulator.payout(account, 100)
    assert client.v1.payouts.list({"arrival_date": payout["arrival_date"]}).data
    after = {"gt": payout["arrival_date"]}
    assert client.v1.payouts.list({"arrival_date": after}).data == []
    assert client.v1.payouts.list({"destination": payout["destination"]}).data


def schedule(client, **values):
    """Set when payouts are made."""
    params = {"payments": {"payouts": {"schedule": values}}}
    return client.v1.balance_settings.update(params)


def test_a_manual_schedule_pays_nothing_by_itself(emulator, account, client, cash):
    """The account says the same."""
    after = schedule(client, interval="manual")
    assert after.payments.payouts.schedule.interval == "manual"
    told = client.v1.accounts.retrieve_current().settings.payouts.schedule
    assert told.interval == "manual"
    assert event_types(emulator)[-1] == "balance_settings.updated"
    emulator.clock.advance(days=10)
    assert client.v1.payouts.list().data == []
    assert (
        emulator.arrive_payout(emulator.payout(account, 100)["id"])["status"] == "paid"
    )


def test_a_weekly_schedule(emulator, client, cash):
    """On its days; the clock begins on a Saturday."""
    schedule(client, interval="weekly", weekly_payout_days=["wednesday"])
    emulator.clock.advance(days=8)
    (payout,) = client.v1.payouts.list().data
    assert (payout.created // DAY + 4) % 7 == 3


def test_a_monthly_schedule_knows_short_months(emulator, client, cash):
    """The thirty-first is the thirtieth in November."""
    schedule(client, interval="monthly", monthly_payout_days=[31])
    emulator.clock.advance(days=30)
    (payout,) = client.v1.payouts.list().data
    assert payout.created == 1764464400  # 2025-11-30 01:00 UTC


def test_balance_settings(client, account):
    """As a new account has them."""
    payments = client.v1.balance_settings.retrieve().payments
    assert payments.payouts.schedule.to_dict() == {"interval": "daily"}
    assert payments.payouts.status == "enabled"
    assert payments.debit_negative_balances
    assert payments.settlement_timing.delay_days == 2


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"interval": "hourly"}, "[interval]"),
        ({"interval": "weekly"}, "[weekly_payout_days]"),
        ({"weekly_payout_days": ["sunday"]}, "[weekly_payout_days][0]"),
        ({"interval": "daily", "monthly_payout_days": [1]}, "[monthly_payout_days]"),
    ],
)
def test_schedules_that_make_no_sense(client, values, param):
    """Refused with the parameter's whole name."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        schedule(client, **values)
    assert caught.value.param == f"payments[payouts][schedule]{param}"


@pytest.mark.parametrize(
    "payments",
    [
        {"settlement_timing": {"delay_days_override": 5}},
        {"payouts": {"automatic_transfer_rules_by_currency": ""}},
    ],
)
def test_settings_that_are_not_emulated(client, payments):
    """Never ignored."""
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.balance_settings.update({"payments": payments})
    assert caught.value.error.code == "emulator_not_implemented"


def test_payouts_of_live_mode_are_of_live_mode(emulator, account, cash):
    """One bank account, two balances."""
    live = client_for(emulator, account.live_secret_key)
    assert live.v1.payouts.list().data == []
    emulator.book(account, type="topup", amount=5000, livemode=True)
    (payout,) = emulator.pay_out(account, livemode=True)
    assert (payout["amount"], payout["livemode"]) == (5000, True)
