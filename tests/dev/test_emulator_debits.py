"""Bank debits: offered, typed, waited for, collected, refused, and returned."""

import pytest
import requests
import stripe
from emulator_sdk import event_types, give_debits, held, new_session

from dev.stripe_emulator import StripeEmulator, state
from dev.stripe_emulator.bank_accounts import DEBITS, FATES

CURRENCIES = {name: debit.currency for name, debit in DEBITS.items()}


@pytest.fixture(autouse=True)
def capable(emulator, account):
    """Give the shop every debit there is."""
    give_debits(emulator, account)


def start(emulator, client, method="us_bank_account", account=None):
    """Pay a session from a bank account; return the session's id and the charge."""
    session = new_session(client, currency=CURRENCIES[method])
    return session.id, emulator.pay(session.id, method=method, account=account)


def test_a_debit_is_processing_first(emulator, client):
    """The session is complete, and not paid."""
    session_id, charge = start(emulator, client)
    session = client.v1.checkout.sessions.retrieve(
        session_id, {"expand": ["payment_intent.payment_method"]}
    )
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert session.payment_intent.status == "processing"
    assert session.payment_intent.amount_received == 0
    assert session.payment_intent.payment_method.us_bank_account.last4 == "6789"
    assert charge["id"].startswith("py_")
    assert (charge["status"], charge["paid"]) == ("pending", False)
    assert event_types(emulator)[-3:] == [
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
    ]


def test_its_row_comes_while_it_is_pending(emulator, client):
    """Money that Stripe counts on, available when the debit has ended."""
    _, charge = start(emulator, client)
    emulator.clock.advance(seconds=1)
    row = client.v1.balance_transactions.list({"source": charge["id"]}).data[0]
    assert (row.type, row.reporting_category, row.status) == (
        "payment",
        "charge",
        "pending",
    )
    assert row.available_on == row.created // 86400 * 86400 + 4 * 86400
    assert emulator.object(charge["id"])["balance_transaction"] == row.id


@pytest.mark.parametrize("method", DEBITS)
def test_it_succeeds_after_days(emulator, account, client, method):
    """By the clock; the session is paid now."""
    session_id, charge = start(emulator, client, method)
    emulator.clock.advance(days=4)
    after = emulator.object(charge["id"])
    assert (after["status"], after["paid"]) == ("succeeded", True)
    session = client.v1.checkout.sessions.retrieve(
        session_id, {"expand": ["payment_intent"]}
    )
    assert session.payment_status == "paid"
    assert session.payment_intent.status == "succeeded"
    assert session.payment_intent.amount_received == 10000
    types = event_types(emulator)
    succeeded = types.index("charge.succeeded")
    assert types[succeeded:][:3] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]
    fee = {"us_bank_account": 80, "bacs_debit": 100, "sepa_debit": 35}[method]
    assert held(emulator, account, CURRENCIES[method]) == 10000 - fee


FAILING = [
    (m, n, f.failure) for m, a in FATES.items() for n, f in a.items() if f.failure
]


@pytest.mark.parametrize(("method", "number", "code"), FAILING)
def test_accounts_that_fail(emulator, account, client, method, number, code):
    """Days later; the session is complete, and stays unpaid."""
    session_id, charge = start(emulator, client, method, number)
    emulator.clock.advance(days=4)
    after = client.v1.charges.retrieve(
        charge["id"], {"expand": ["failure_balance_transaction", "payment_intent"]}
    )
    assert (after.status, after.failure_code, after.paid) == ("failed", code, False)
    assert after.failure_message
    row = after.failure_balance_transaction
    assert (row.type, row.amount, row.source) == (
        "payment_failure_refund",
        -10000,
        charge["id"],
    )
    assert after.payment_intent.status == "requires_payment_method"
    assert after.payment_intent.last_payment_error.message == after.failure_message
    session = client.v1.checkout.sessions.retrieve(session_id)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    types = event_types(emulator)
    failed = types.index("charge.failed")
    assert types[failed:][:3] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]
    fee = emulator.fees.of(method, 10000)
    assert held(emulator, account, CURRENCIES[method]) == -fee - 400


@pytest.mark.parametrize(
    ("method", "number"),
    [(m, n) for m, a in FATES.items() for n, f in a.items() if f.disputed],
)
def test_accounts_that_dispute(emulator, client, method, number):
    """It succeeds, and is taken back at once: nobody can answer."""
    _, charge = start(emulator, client, method, number)
    emulator.clock.advance(days=4)
    (dispute,) = client.v1.disputes.list({"charge": charge["id"]}).data
    assert (dispute.status, dispute.reason) == ("lost", "debit_not_authorized")
    assert dispute.payment_method_details is None
    assert emulator.object(charge["id"])["status"] == "succeeded"
    emulator.check_invariant()


def test_one_account_is_never_ready(emulator, client):
    """It stays processing until a control decides."""
    _, charge = start(emulator, client, account="000000000009")
    emulator.clock.advance(days=30)
    assert emulator.object(charge["id"])["status"] == "pending"
    emulator.succeed_debit(charge["id"])
    assert emulator.object(charge["id"])["status"] == "succeeded"


def test_a_control_ends_it_before_the_clock(emulator, account, client):
    """And the clock does nothing then."""
    _, charge = start(emulator, client)
    emulator.fail_debit(charge["id"], "debit_not_authorized")
    emulator.clock.advance(days=5)
    after = emulator.object(charge["id"])
    assert (after["status"], after["failure_code"]) == (
        "failed",
        "debit_not_authorized",
    )
    with pytest.raises(ValueError, match="no pending bank debit"):
        emulator.succeed_debit(charge["id"])
    assert emulator.balance(account)["pending"] == 0
    assert held(emulator, account) == -480


def test_a_return_says_how(emulator, account, client):
    """By dispute or by reversal, and only of what had succeeded."""
    _, charge = start(emulator, client)
    with pytest.raises(ValueError, match="no succeeded bank debit"):
        emulator.return_debit(charge["id"])
    emulator.succeed_debit(charge["id"])
    with pytest.raises(ValueError, match="by is dispute or reversal"):
        emulator.return_debit(charge["id"], by="letter")
    emulator.return_debit(charge["id"], "bank_cannot_process", by="reversal")
    assert held(emulator, account) == -480


def types_of(client, **params):
    """Return what a session offers."""
    return new_session(client, **params).payment_method_types


def test_what_is_offered_depends_on_the_currency(client):
    """Each debit has its own."""
    assert types_of(client, currency="usd") == ["card", "us_bank_account"]
    assert types_of(client, currency="gbp") == ["card", "bacs_debit"]
    assert types_of(client, currency="eur") == ["card", "sepa_debit"]
    assert types_of(client, currency="chf") == ["card"]


def test_what_is_offered_depends_on_the_capabilities(emulator, account, client):
    """An inactive one is not offered, and cannot be used."""
    emulator.update_account(account.id, capabilities={"card_payments": "active"})
    session = new_session(client)
    assert session.payment_method_types == ["card"]
    with pytest.raises(ValueError, match="does not offer us_bank_account"):
        emulator.pay(session.id, method="us_bank_account")


def test_what_is_offered_can_be_filtered(client):
    """Allowed or excluded, as for cards."""
    only = {"allowed_payment_method_types": ["us_bank_account"]}
    assert types_of(client, **only) == ["us_bank_account"]
    without = {"excluded_payment_method_types": ["us_bank_account"]}
    assert types_of(client, **without) == ["card"]
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method"):
        types_of(client, currency="chf", **only)


def page_of(session, **form):
    """Press Pay on the page; return its answer."""
    return requests.post(session.url, data=form, allow_redirects=False, timeout=10)


def test_the_page_lets_the_customer_choose(client):
    """One link for each way to pay; a card first."""
    session = new_session(client)
    text = requests.get(session.url, timeout=10).text
    assert 'id="cardNumber"' in text
    assert 'id="method-us_bank_account"' in text
    debit = requests.get(f"{session.url}?paymentMethod=us_bank_account", timeout=10)
    assert 'id="bankAccount"' in debit.text
    assert 'id="bankCode"' in debit.text
    assert 'id="cardNumber"' not in debit.text


def test_a_page_with_a_card_alone_has_no_choice(client):
    """It looks as ever."""
    session = new_session(client, currency="chf")
    text = requests.get(f"{session.url}?paymentMethod=sepa_debit", timeout=10).text
    assert "method-card" not in text
    assert 'id="cardNumber"' in text


@pytest.mark.parametrize(
    ("method", "bank", "number"),
    [
        ("us_bank_account", "110000000", "000123456789"),
        ("bacs_debit", "10-88-00", "00012345"),
        ("sepa_debit", "", "DE89 3704 0044 0532 0130 00"),
    ],
)
def test_the_customer_types_a_bank_account(client, method, bank, number):
    """Back to the seller, and nothing is paid yet."""
    session = new_session(client, currency=CURRENCIES[method])
    answer = page_of(
        session,
        paymentMethod=method,
        email="ada@example.com",
        billingName="Ada Lovelace",
        bankCode=bank,
        bankAccount=number,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(session.id)
    after = client.v1.checkout.sessions.retrieve(session.id)
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    assert after.customer_details.name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bankAccount": "1"}, "bank account details are invalid"),
        ({"bankCode": "1"}, "bank account details are invalid"),
        ({"billingName": ""}, "Name is required"),
        ({"email": "ada"}, "email is incomplete"),
    ],
)
def test_the_page_says_what_is_wrong(client, change, words):
    """And the customer can try again."""
    session = new_session(client)
    form = {
        "paymentMethod": "us_bank_account",
        "email": "ada@example.com",
        "billingName": "Ada Lovelace",
        "bankCode": "110000000",
        "bankAccount": "000123456789",
        **change,
    }
    answer = page_of(session, **form)
    assert answer.status_code == 200
    assert words in answer.text
    assert 'id="bankAccount"' in answer.text


def test_a_control_refuses_unknown_accounts(emulator, client):
    """Only Stripe's test numbers do anything."""
    session = new_session(client)
    with pytest.raises(ValueError, match="Not a test account"):
        emulator.pay(session.id, method="us_bank_account", account="1")
    with pytest.raises(ValueError, match="No such method"):
        emulator.pay(session.id, method="cheque")


def test_a_processing_intent_is_not_canceled(emulator, account, client):
    """What Stripe might do then nobody has seen: said, not guessed."""
    paid = emulator.charge_elsewhere(account, amount=500, method="us_bank_account")
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.payment_intents.cancel(paid["payment_intent"])
    assert caught.value.error.code == "emulator_not_implemented"


def test_debits_survive_a_restart(emulator, account, client):
    """Their timers and their numbers are kept with the rest."""
    _, charge = start(emulator, client)
    saved = state.dump(emulator.world)
    other = StripeEmulator(seed=2, now=1)
    state.load(other.world, saved)
    other.clock.advance(days=4)
    assert other.object(charge["id"])["status"] == "succeeded"
    other.check_invariant()
