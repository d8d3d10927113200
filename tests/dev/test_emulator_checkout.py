"""A Checkout Session from its creation to its end, as seller and customer see it."""

import pytest
import requests
import stripe
from emulator_sdk import client_for, new_session, session_params

from dev.stripe_emulator import ControlError

TYPED = {
    "email": "ada@example.com",
    "cardNumber": "4242 4242 4242 4242",
    "cardExpiry": "12 / 34",
    "cardCvc": "123",
    "billingName": "Ada Lovelace",
    "billingCountry": "US",
    "billingPostalCode": "10001",
}


def press_pay(session, **changes):
    """Fill in the hosted page and press its button."""
    return requests.post(
        session.url, data={**TYPED, **changes}, allow_redirects=False, timeout=5
    )


def test_a_new_session_is_open_unpaid_and_has_no_intent_yet(emulator, client):
    """The addon may not rely on `payment_intent` before the customer confirms."""
    session = new_session(client, client_reference_id="REF1")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    assert session.amount_total == 10000
    assert session.url == f"{emulator.url}/c/pay/{session.id}"
    assert session.expires_at == emulator.clock.now + 24 * 3600
    assert session.customer_details is None
    assert session.client_reference_id == "REF1"
    assert session.metadata.to_dict() == {"link": "L1"}


def test_paying_on_the_page_leads_back_with_the_session_id(client):
    """The return page finds its attempt by this id."""
    session = new_session(client)
    answer = press_pay(session)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"https://example.com/done?cs={session.id}"


def test_a_paid_session_is_complete_and_knows_its_customer(client):
    """The addon shows who paid."""
    session = new_session(client)
    press_pay(session)
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details.email == "ada@example.com"
    assert paid.customer_details.address.postal_code == "10001"
    assert paid.customer is None


def test_metadata_of_the_intent_reaches_the_charge(emulator, client):
    """Charges are matched to attempts by metadata, whatever webhook is lost."""
    session = new_session(client)
    emulator.pay(session.id)
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    charge = paid.payment_intent.latest_charge
    assert charge.metadata.to_dict() == {"move": "7"}
    assert charge.description == "INV/2026/0042"
    assert charge.payment_method_details.card.last4 == "4242"
    assert paid.payment_intent.metadata.to_dict() == {"move": "7"}


def test_the_customers_email_is_locked_if_the_seller_gave_it(client):
    """The receipt goes where the invoice went."""
    session = new_session(client, customer_email="buyer@example.com")
    page = requests.get(session.url, timeout=5).text
    assert 'value="buyer@example.com"' in page
    assert "readonly" in page
    press_pay(session, email="other@example.com")
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert paid.customer_details.email == "buyer@example.com"


def test_the_page_shows_seller_item_and_amount_and_the_way_back(client):
    """A customer must see whom and what they pay."""
    page = requests.get(new_session(client).url, timeout=5).text
    assert "Hill Street Books" in page
    assert "Invoice INV/2026/0042" in page
    assert "Pay 100.00 USD" in page
    assert 'class="BackLink" href="https://example.com/back"' in page
    assert "no real money" in page


def test_what_the_page_shows_is_escaped(client):
    """A seller's item name is not markup."""
    params = session_params()
    product = params["line_items"][0]["price_data"]["product_data"]
    product["name"] = "<script>alert(1)</script>"
    session = client.v1.checkout.sessions.create(params)
    page = requests.get(session.url, timeout=5).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_address_is_asked_for_if_required(client):
    """Billing details come from this page only."""
    session = new_session(client, billing_address_collection="required")
    assert "billingAddressLine1" in requests.get(session.url, timeout=5).text
    refused = press_pay(session)
    assert "Address is required." in refused.text
    press_pay(session, billingAddressLine1="1 Main St", billingLocality="New York")
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert paid.customer_details.address.line1 == "1 Main St"
    assert paid.customer_details.address.city == "New York"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "nobody"}, "Your email is incomplete."),
        ({"cardNumber": "4242"}, "Your card number is incomplete."),
        ({"cardNumber": "4242424242424241"}, "Your card number is invalid."),
        ({"cardExpiry": "13 / 34"}, "Your card&#39;s expiration date is incomplete."),
        ({"cardExpiry": "01/20"}, "Your card&#39;s expiration year is in the past."),
        ({"cardCvc": "1"}, "Your card&#39;s security code is incomplete."),
        ({"billingName": ""}, "Name is required."),
    ],
)
def test_a_mistyped_field_is_named_and_nothing_is_recorded(
    emulator, client, changes, message
):
    """Correcting a typo is not a failed payment."""
    session = new_session(client)
    answer = press_pay(session, **changes)
    assert message in answer.text
    assert emulator.objects("charge") == []


def test_what_was_typed_stays_after_a_mistake(client):
    """Nobody types an address twice."""
    answer = press_pay(new_session(client), cardCvc="")
    assert 'value="ada@example.com"' in answer.text
    assert 'value="4242 4242 4242 4242"' in answer.text


def test_a_declined_card_says_so_and_leaves_a_failed_charge(client):
    """The business is told that a payment went wrong."""
    session = new_session(client)
    answer = press_pay(session, cardNumber="4000000000009995")
    assert "Your card has insufficient funds." in answer.text
    still = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    intent = still.payment_intent
    assert still.status == "open"
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    assert intent.latest_charge.status == "failed"
    assert intent.latest_charge.failure_code == "card_declined"
    assert intent.latest_charge.balance_transaction is None


def test_after_a_decline_the_customer_may_try_again(emulator, client):
    """Both attempts belong to one payment intent."""
    session = new_session(client)
    failed = emulator.decline(session.id)
    paid = emulator.pay(session.id)
    assert failed["payment_intent"] == paid["payment_intent"]
    intent = emulator.object(paid["payment_intent"])
    assert (intent["status"], intent["last_payment_error"]) == ("succeeded", None)


def test_a_real_card_number_is_declined(emulator, client):
    """Stripe's test mode takes test cards only."""
    session = new_session(client)
    press_pay(session, cardNumber="4111111111111111")
    assert emulator.objects("charge")[0]["status"] == "failed"


def test_three_d_secure_asks_first_and_pays_when_completed(emulator, client):
    """Between the two steps nothing is charged."""
    session = new_session(client)
    asked = press_pay(session, cardNumber="4000002500003155")
    assert "3D Secure" in asked.text
    assert emulator.objects("charge") == []
    assert emulator.objects("payment_intent")[0]["status"] == "requires_action"
    answer = requests.post(
        session.url,
        data={"authentication": "complete"},
        allow_redirects=False,
        timeout=5,
    )
    assert answer.status_code == 303
    assert emulator.object(session.id)["payment_status"] == "paid"


def test_failed_authentication_charges_nothing(emulator, client):
    """The customer may take another card."""
    session = new_session(client)
    press_pay(session, cardNumber="4000002500003155")
    answer = requests.post(session.url, data={"authentication": "fail"}, timeout=5)
    assert "unable to authenticate" in answer.text
    assert emulator.objects("charge") == []
    emulator.pay(session.id)
    assert emulator.object(session.id)["status"] == "complete"


def test_a_customer_can_leave_where_the_bank_asks(emulator, client):
    """By a control, as on the page: asked, and then answered wrongly."""
    session = new_session(client)
    asked = emulator.ask_authentication(session.id)
    assert (asked["status"], asked["latest_charge"]) == ("requires_action", None)
    failed = emulator.fail_authentication(session.id)
    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["code"] == (
        "payment_intent_authentication_failure"
    )
    with pytest.raises(ControlError):
        emulator.fail_authentication(session.id)
    with pytest.raises(ControlError):
        emulator.ask_authentication(session.id, card="4242424242424242")


def test_a_session_is_paid_once_however_often_the_button_is_pressed(emulator, client):
    """Two tabs, one charge."""
    session = new_session(client)
    press_pay(session)
    again = press_pay(session)
    assert "all done" in again.text
    assert len(emulator.objects("charge")) == 1


def test_an_expired_session_cannot_be_paid(emulator, client):
    """Voiding a pay link must really stop it."""
    session = new_session(client)
    expired = client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert "has expired" in press_pay(session).text
    assert emulator.objects("charge") == []


def test_only_an_open_session_can_be_expired(emulator, client):
    """The refusal tells the addon that the customer was faster."""
    session = new_session(client)
    emulator.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.expire(session.id)
    assert "This Checkout Session has a status of `complete`" in str(caught.value)


def test_a_session_expires_by_the_clock(emulator, client):
    """A forgotten page dies after a day, and says so."""
    session = new_session(client)
    failed = emulator.decline(session.id)
    emulator.clock.advance(hours=24)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    intent = emulator.object(failed["payment_intent"])
    assert (intent["status"], intent["cancellation_reason"]) == ("canceled", "expired")


@pytest.mark.parametrize(
    ("after", "word"), [(60, "at least 30 minutes"), (90000, "24")]
)
def test_expiry_lies_between_half_an_hour_and_a_day(emulator, client, after, word):
    """Stripe refuses other moments."""
    with pytest.raises(stripe.InvalidRequestError, match=word):
        new_session(client, expires_at=emulator.clock.now + after)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
        (1_000_000_000_000, "idr", "amount_too_large"),
        (12345, "kwd", "invalid_charge_amount"),
        (10050, "isk", "invalid_charge_amount"),
        (-5, "usd", "parameter_invalid_integer"),
    ],
)
def test_amounts_outside_stripes_limits_are_refused(client, amount, currency, code):
    """Small residuals and odd currencies must fail here, not in production."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        new_session(client, amount=amount, currency=currency)
    assert caught.value.code == code


def test_an_unknown_currency_is_refused(client):
    """Nobody guesses decimals."""
    with pytest.raises(stripe.InvalidRequestError, match="Invalid currency: xyz"):
        new_session(client, currency="xyz")


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"success_url": "/relative"}, "success_url"),
        ({"customer_email": "nobody"}, "customer_email"),
        ({"return_url": "https://example.com"}, "return_url"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"metadata": {"k" * 41: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]"),
        (
            {"payment_intent_data": {"statement_descriptor_suffix": "INV*42"}},
            "payment_intent_data[statement_descriptor_suffix]",
        ),
        ({"allowed_payment_method_types": ["sepa_debit"]}, None),
    ],
)
def test_rules_between_and_inside_parameters(client, changes, param):
    """Types alone do not make a request good."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        new_session(client, **changes)
    assert caught.value.param == param


def test_an_embedded_session_has_a_client_secret_and_no_page(emulator, client):
    """The pop-up needs the secret; the hosted page does not exist then."""
    session = new_session(
        client,
        ui_mode="embedded_page",
        return_url="https://example.com/done?cs={CHECKOUT_SESSION_ID}",
        success_url=None,
        cancel_url=None,
    )
    assert session.client_secret.startswith(f"{session.id}_secret_")
    assert session.url is None
    page = requests.get(f"{emulator.url}/c/pay/{session.id}", timeout=5)
    assert page.status_code == 404


def test_an_unknown_page_is_not_found(emulator):
    """No session, no page, no traceback."""
    assert requests.get(f"{emulator.url}/c/pay/cs_test_x", timeout=5).status_code == 404


def test_a_checkout_intent_cannot_be_cancelled(emulator, client):
    """Sessions are expired instead, at Stripe too."""
    session = new_session(client)
    intent = emulator.decline(session.id)["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError, match="created by Checkout"):
        client.v1.payment_intents.cancel(intent)
    emulator.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        client.v1.payment_intents.cancel(intent)


def test_sessions_are_listed_by_status_and_intent(emulator, client):
    """The sync looks for open and complete sessions without events."""
    paid, waiting = new_session(client), new_session(client)
    charge = emulator.pay(paid.id)

    def listed(**filters):
        return [s.id for s in client.v1.checkout.sessions.list(filters).data]

    assert listed(status="open") == [waiting.id]
    assert listed(payment_intent=charge["payment_intent"]) == [paid.id]
    assert listed() == [waiting.id, paid.id]


def test_the_receipt_link_of_a_charge_works(emulator, client):
    """People click it in the demo."""
    charge = emulator.pay(new_session(client).id)
    assert "100.00 USD" in requests.get(charge["receipt_url"], timeout=5).text


def test_a_live_session_needs_an_account_that_may_charge(emulator, account):
    """An unfinished account can try in test mode only."""
    emulator.update_account(account.id, charges_enabled=False)
    new_session(client_for(emulator, account.secret_key))
    with pytest.raises(stripe.InvalidRequestError, match="live charges"):
        new_session(client_for(emulator, account.live_secret_key))
