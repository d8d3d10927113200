"""Ways to pay: offered by account, currency and amount; led away, or turned off."""

import pytest
import requests
import stripe
from emulator_sdk import new_session

from dev.stripe_emulator.redirects import REDIRECTS

NAMES = sorted(REDIRECTS)


def allow(emulator, account, *names):
    """Let the account have what these ways to pay need."""
    known = emulator.object(account.id)["capabilities"]
    wanted = {REDIRECTS[name].capability: "active" for name in names}
    emulator.update_account(account.id, capabilities={**known, **wanted})


def offered(client, **changes):
    """Return what a new session offers."""
    return new_session(client, **changes).payment_method_types


def configuration(client):
    """Return the account's settings."""
    [found] = client.v1.payment_method_configurations.list().data
    return found


def test_what_an_account_lacks_is_not_offered(emulator, account, client):
    """As at Stripe: no error, a shorter list."""
    assert offered(client, currency="eur") == ["card"]
    allow(emulator, account, "ideal", "bancontact")
    assert offered(client, currency="eur") == ["card", "ideal", "bancontact"]


def test_what_does_not_fit_the_currency_or_the_amount_is_not_offered(
    emulator, account, client
):
    """The largest payment by Klarna is ten thousand."""
    allow(emulator, account, *NAMES)
    assert offered(client, currency="usd") == ["card", "klarna", "link"]
    assert offered(client, currency="chf") == ["card", "twint", "klarna", "link"]
    assert offered(client, currency="usd", amount=1_000_001) == ["card", "link"]


def test_what_the_owner_turned_off_is_not_offered(emulator, account, client):
    """The dashboard's switch; test mode has its own."""
    allow(emulator, account, "klarna")
    ours = configuration(client)
    assert ours.klarna.available
    off = {"klarna": {"display_preference": {"preference": "off"}}}
    client.v1.payment_method_configurations.update(ours.id, off)
    assert not configuration(client).klarna.available
    assert configuration(client).klarna.display_preference.value == "off"
    assert offered(client) == ["card"]
    on = {"klarna": {"display_preference": {"preference": "on"}}}
    client.v1.payment_method_configurations.update(ours.id, on)
    assert offered(client) == ["card", "klarna"]


def test_a_foreign_configuration_is_not_there(client):
    """Its id is nobody else's."""
    with pytest.raises(stripe.InvalidRequestError, match="No such"):
        client.v1.payment_method_configurations.retrieve("pmc_other")


def test_link_is_left_out_by_the_wallets_options_only(emulator, account, client):
    """It is no value of `excluded_payment_method_types`."""
    allow(emulator, account, "link")
    assert offered(client) == ["card", "link"]
    never = {"link": {"display": "never"}}
    assert offered(client, wallet_options=never) == ["card"]


@pytest.mark.parametrize("method", NAMES)
def test_a_redirect_is_paid_at_once(emulator, account, client, method):
    """The charge is a `py_…` and says by what; its row is a `payment`."""
    allow(emulator, account, method)
    currency = next(iter(sorted(REDIRECTS[method].currencies)), "usd")
    session = new_session(client, currency=currency)
    charge = emulator.pay(session.id, method=method)
    assert charge["id"].startswith("py_")
    assert (charge["status"], charge["paid"]) == ("succeeded", True)
    assert charge["payment_method_details"]["type"] == method
    found = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.payment_method"]}
    )
    assert (found.status, found.payment_status) == ("complete", "paid")
    assert found.payment_intent.payment_method.type == method


def test_the_page_leads_away_and_back(emulator, account, client):
    """Failed there, the customer is back on the page and may choose again."""
    allow(emulator, account, "ideal")
    session = new_session(client, currency="eur")
    form = {"paymentMethod": "ideal", "email": "a@example.com", "billingName": "Ada"}
    answer = requests.post(session.url, data=form, timeout=5)
    assert "iDEAL test payment page" in answer.text
    intent = emulator.object(emulator.object(session.id)["payment_intent"])
    assert intent["status"] == "requires_action"
    assert intent["next_action"]["type"] == "redirect_to_url"
    failed = requests.post(session.url, data={"authentication": "fail"}, timeout=5)
    assert "unable to authenticate" in failed.text
    requests.post(session.url, data=form, timeout=5)
    paid = requests.post(
        session.url,
        data={"authentication": "complete"},
        timeout=5,
        allow_redirects=False,
    )
    assert paid.status_code == 303
    assert emulator.object(session.id)["payment_status"] == "paid"


def test_its_options_are_repeated(emulator, account, client):
    """As far as the session offers what they are of."""
    known = {"us_bank_account_ach_payments": "active", "card_payments": "active"}
    emulator.update_account(account.id, capabilities=known)
    options = {"us_bank_account": {"verification_method": "instant"}}
    session = new_session(client, payment_method_options=options)
    shown = session.payment_method_options.us_bank_account
    assert shown.verification_method == "instant"


def test_bacs_may_want_a_mandate_that_lasts(emulator, account, client):
    """A setting: Stripe asked for it, and may do so again."""
    known = {"bacs_debit_payments": "active", "card_payments": "active"}
    emulator.update_account(account.id, capabilities=known)
    emulator.settings.bacs_needs_mandate = True
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_session(client, currency="gbp")
    assert "bacs_debit" in refused.value.param
    lasting = {"bacs_debit": {"setup_future_usage": "off_session"}}
    assert offered(client, currency="gbp", payment_method_options=lasting) == [
        "card",
        "bacs_debit",
    ]
    without = ["bacs_debit"]
    assert offered(client, currency="gbp", excluded_payment_method_types=without) == [
        "card"
    ]
    assert offered(client, currency="usd") == ["card"]
