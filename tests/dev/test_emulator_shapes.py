"""Answers against the SDK's typed classes: is anything missing?"""

import pytest
from emulator_sdk import new_session

from dev.stripe_emulator import shapes

PATHS = [
    "/v1/account",
    "/v1/balance",
    "/v1/balance_settings",
    "/v1/balance_transactions",
    "/v1/charges",
    "/v1/checkout/sessions",
    "/v1/checkout/sessions/{session}/line_items",
    "/v1/disputes",
    "/v1/events",
    "/v1/payment_intents",
    "/v1/payment_method_configurations",
    "/v1/payment_method_domains",
    "/v1/payouts",
    "/v1/radar/early_fraud_warnings",
    "/v1/refunds",
    "/v1/webhook_endpoints",
]


@pytest.fixture
def session(emulator, client):
    """Let everything happen once: a decline, a payment, its row."""
    client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]}
    )
    client.v1.payment_method_domains.create({"domain_name": "shop.example.com"})
    session = new_session(client, customer_email="ada@example.com")
    emulator.decline(session.id)
    paid = emulator.pay(session.id)
    emulator.settle()
    money_moves(emulator, emulator.accounts()[0], paid["id"])
    return session


def money_moves(emulator, account, paid):
    """Let money come and go in every way there is."""
    capabilities = {
        "us_bank_account_ach_payments": "active",
        "bacs_debit_payments": "active",
        "sepa_debit_payments": "active",
    }
    emulator.update_account(account.id, capabilities=capabilities)
    emulator.add_bank_account(account)
    for method, currency in (
        ("us_bank_account", "usd"),
        ("bacs_debit", "gbp"),
        ("sepa_debit", "eur"),
    ):
        debited = emulator.charge_elsewhere(
            account, amount=500, currency=currency, method=method
        )
        emulator.succeed_debit(debited["id"])
        emulator.refund(debited["id"])
    emulator.refund(paid, 100)
    emulator.refund(paid, 100, email="ada@example.com")
    emulator.fail_refund(emulator.refund(paid, 100)["id"])
    emulator.early_fraud_warning(paid)
    emulator.dispute(paid, status="won")
    emulator.dispute(paid, status="warning_closed")
    emulator.clock.advance(days=4)
    emulator.fail_payout(emulator.payout(account, 100)["id"])


@pytest.mark.parametrize("path", PATHS)
def test_no_field_of_the_sdks_class_is_missing(client, session, path):
    """Code that reads a field must find it here as at Stripe."""
    answer = client.raw_request("get", path.format(session=session.id))
    assert shapes.missing(answer.data) == []


def test_objects_inside_objects_are_complete_too(emulator, client, session):
    """Expanded answers are read as deeply as plain ones."""
    paid = client.raw_request(
        "get",
        f"/v1/checkout/sessions/{session.id}",
        expand=[
            "line_items",
            "payment_intent.payment_method",
            "payment_intent.latest_charge.balance_transaction",
        ],
    )
    assert shapes.missing(paid.data) == []


def test_a_payment_by_bank_account_is_complete(emulator, client, session):
    """Its session, its intent, its charge and its method have their own hashes."""
    offer = new_session(client)
    assert offer.payment_method_types == ["card", "us_bank_account"]
    emulator.pay(offer.id, method="us_bank_account")
    paid = client.raw_request(
        "get",
        f"/v1/checkout/sessions/{offer.id}",
        expand=["payment_intent.payment_method", "payment_intent.latest_charge"],
    )
    assert shapes.missing(paid.data) == []


def test_a_missing_field_is_named_with_its_path():
    """The check itself must be able to fail."""
    body = {"object": "list", "data": [{"object": "balance", "available": [{}]}]}
    found = shapes.missing(body)
    assert "data.pending" in found
    assert "data.available.amount" in found
