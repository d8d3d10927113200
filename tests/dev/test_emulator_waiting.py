"""Vouchers, micro-deposits, and refunds that need the customer's bank details."""

import pytest
import requests
import stripe
from emulator_sdk import event_types, held, new_session

from dev.stripe_emulator import ControlError
from dev.stripe_emulator.vouchers import VOUCHERS

NAMES = [*VOUCHERS, "us_bank_account_ach"]


@pytest.fixture(autouse=True)
def capable(emulator, account):
    """Give the shop every voucher, and debits."""
    known = emulator.object(account.id)["capabilities"]
    active = {f"{name}_payments": "active" for name in NAMES}
    emulator.update_account(account.id, capabilities={**known, **active})


def voucher(emulator, client, method="multibanco"):
    """Leave a session with a voucher; return it and the intent."""
    session = new_session(client, currency=VOUCHERS[method].currency)
    return session.id, emulator.take_voucher(session.id, method=method)


def known(client, session_id):
    """Return a session with its intent."""
    expand = {"expand": ["payment_intent"]}
    return client.v1.checkout.sessions.retrieve(session_id, expand)


@pytest.mark.parametrize("method", VOUCHERS)
def test_a_voucher_completes_the_session_and_takes_nothing(emulator, client, method):
    """The intent says where to see it, and until when it is payable."""
    session_id, _intent = voucher(emulator, client, method)
    session = known(client, session_id)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    intent = session.payment_intent
    assert (intent.status, intent.latest_charge) == ("requires_action", None)
    details = getattr(intent.next_action, intent.next_action.type)
    assert requests.get(details.hosted_voucher_url, timeout=10).ok
    until = getattr(details, VOUCHERS[method].until)
    assert until > emulator.clock.now
    assert event_types(emulator)[-2:] == [
        "payment_intent.requires_action",
        "checkout.session.completed",
    ]


def test_a_voucher_that_is_paid_pays_at_once(emulator, account, client):
    """The money is there with the news."""
    session_id, _intent = voucher(emulator, client)
    charge = emulator.pay_voucher(session_id)
    emulator.settle()
    session = known(client, session_id)
    assert (session.payment_status, charge["status"]) == ("paid", "succeeded")
    assert charge["payment_method_details"]["type"] == "multibanco"
    assert charge["id"].startswith("py_")
    assert "checkout.session.async_payment_succeeded" in event_types(emulator)
    assert held(emulator, account, "eur") > 0
    with pytest.raises(ControlError):
        emulator.pay_voucher(session_id)


def test_a_voucher_expires_by_the_clock_and_may_still_be_paid(emulator, client):
    """The shop's news was on its way."""
    session_id, _intent = voucher(emulator, client)
    emulator.clock.advance(days=9)
    session = known(client, session_id)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    error = session.payment_intent.last_payment_error
    assert session.payment_intent.status == "requires_payment_method"
    assert error.code == "payment_intent_payment_attempt_expired"
    types = event_types(emulator)
    assert "payment_intent.payment_failed" in types
    assert "checkout.session.async_payment_failed" in types
    assert emulator.pay_voucher(session_id)["status"] == "succeeded"
    assert known(client, session_id).payment_status == "paid"


def test_a_voucher_is_no_session_to_expire(emulator, client):
    """Stripe withdraws neither it nor its intent."""
    session_id, intent = voucher(emulator, client)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(session_id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.cancel(intent["id"])


@pytest.mark.parametrize("kind", ["descriptor_code", "amounts"])
def test_a_micro_deposit_verifies_and_the_debit_begins(emulator, client, kind):
    """By what the statement says, on Stripe's own page."""
    session = new_session(client)
    intent = emulator.ask_verification(session.id, kind=kind)
    details = intent["next_action"]["verify_with_microdeposits"]
    assert details["microdeposit_type"] == kind
    assert details["arrival_date"] > emulator.clock.now
    page = details["hosted_verification_url"]
    assert "Verify" in requests.get(page, timeout=10).text
    wrong = requests.post(page, data={"code": "SM99"}, timeout=10)
    assert "does not match" in wrong.text
    typed = {"code": "sm11aa", "first": "32", "second": "45"}
    assert "is verified" in requests.post(page, data=typed, timeout=10).text
    after = known(client, session.id)
    assert after.payment_intent.status == "processing"
    assert after.payment_status == "unpaid"
    emulator.clock.advance(days=4)
    assert known(client, session.id).payment_status == "paid"


def test_a_micro_deposit_that_nobody_reads_ends_after_ten_days(emulator, client):
    """As one that was read wrongly too often."""
    codes = []
    for days in (0, 10):
        session = new_session(client)
        emulator.ask_verification(session.id, kind="amounts")
        if days:
            emulator.clock.advance(days=days)
        else:
            for _try in range(3):
                emulator.verify(session.id, right=False)
        intent = known(client, session.id).payment_intent
        assert intent.status == "requires_payment_method"
        codes.append(intent.last_payment_error.code)
    assert [code.rsplit("_", 1)[-1] for code in codes] == ["exceeded", "timeout"]


def test_a_refund_of_a_voucher_waits_for_bank_details(emulator, client):
    """The customer gets an e-mail; without an answer the money comes back."""
    session_id, _intent = voucher(emulator, client)
    charge = emulator.pay_voucher(session_id)
    first = client.v1.refunds.create({"charge": charge["id"], "amount": 4000})
    second = client.v1.refunds.create({"charge": charge["id"], "amount": 5000})
    assert (first.status, second.status) == ("requires_action", "requires_action")
    sent = first.next_action.display_details.email_sent
    assert sent.email_sent_to == "ada@example.com"
    emulator.succeed_refund(first.id)
    assert client.v1.refunds.retrieve(first.id).status == "succeeded"
    client.v1.test_helpers.refunds.expire(second.id)
    assert client.v1.refunds.retrieve(second.id).status == "failed"


@pytest.mark.parametrize("method", ["boleto", "oxxo"])
def test_what_has_no_way_back_is_refused(emulator, client, method):
    """https://docs.stripe.com/payments/boleto."""
    session_id, _intent = voucher(emulator, client, method)
    charge = emulator.pay_voucher(session_id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": charge["id"]})
    assert refused.value.code == "charge_not_refundable"
