"""The payment page inside the seller's own: the frame, its script, its wallets."""

import time

import pytest
import requests
import stripe
from emulator_sdk import client_for, new_session
from test_emulator_checkout import TYPED

EMBEDDED = {
    "ui_mode": "embedded_page",
    "redirect_on_completion": "if_required",
    "return_url": "https://example.com/done?cs={CHECKOUT_SESSION_ID}",
    "success_url": None,
    "cancel_url": None,
}
HOST = "shop.example.com"


@pytest.fixture
def session(client):
    """Open a session that is paid inside the seller's page."""
    return new_session(client, **EMBEDDED)


@pytest.fixture
def frame(emulator, account):
    """Return how the script frames a session: its address, with what it says."""

    def frame(session, **said):
        known = {
            "key": account.publishable_key,
            "secret": session.client_secret,
            "host": HOST,
            **said,
        }
        url = f"{emulator.url}/embedded/{session.id}"
        return requests.Request("GET", url, params=known).prepare().url

    return frame


def look(url):
    """Open a frame."""
    return requests.get(url, timeout=5)


def press(url, **typed):
    """Press a button in a frame."""
    return requests.post(url, data=typed, timeout=5)


def test_it_has_the_fields_of_the_hosted_page(session, frame):
    """A browser test fills both alike."""
    page = look(frame(session)).text
    for field in ("cardNumber", "cardExpiry", "cardCvc", "billingPostalCode"):
        assert f'id="{field}"' in page
    assert 'class="BackLink"' not in page


def test_what_is_paid_there_is_told_to_the_page_around(emulator, session, frame):
    """Nobody is led away: the seller's page turns by itself."""
    page = press(frame(session), **TYPED).text
    assert 'data-complete=""' in page
    assert emulator.object(session.id)["payment_status"] == "paid"


def test_it_leads_away_where_the_session_always_does(client, frame):
    """`redirect_on_completion` is `always` unless something else is asked for."""
    session = new_session(client, **EMBEDDED | {"redirect_on_completion": None})
    page = press(frame(session), **TYPED).text
    assert f'data-complete="https://example.com/done?cs={session.id}"' in page


def test_three_d_secure_happens_inside(emulator, session, frame):
    """Between the two steps nothing is charged."""
    url = frame(session)
    asked = press(url, **TYPED | {"cardNumber": "4000002500003155"})
    assert 'value="complete"' in asked.text
    assert emulator.objects("charge") == []
    assert "data-complete" in press(url, authentication="complete").text


def test_a_declined_card_can_be_followed_by_a_good_one(session, frame):
    """In the same frame."""
    url = frame(session)
    declined = press(url, **TYPED | {"cardNumber": "4000000000009995"})
    assert "insufficient funds" in declined.text
    assert "data-complete" in press(url, **TYPED).text


@pytest.mark.parametrize(
    "said",
    [
        {"secret": "cs_test_other_secret_x"},
        {"key": "pk_test_unknown"},
        {"account": "acct_other"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_does_not_belong_together_shows_nothing_of_the_payment(
    session, frame, said
):
    """Neither amount nor seller."""
    page = look(frame(session, **said))
    assert page.status_code == 404
    assert "Something went wrong" in page.text
    assert "100.00" not in page.text


def test_a_secret_key_opens_nothing_in_a_browser(account, session, frame):
    """It does not belong there."""
    assert look(frame(session, key=account.secret_key)).status_code == 404


def test_a_hosted_session_is_not_shown_inside(client, frame):
    """A session is of one kind, and has no secret for the other."""
    session = new_session(client)
    assert session.client_secret is None
    assert look(frame(session, secret="")).status_code == 404


def test_an_embedded_session_has_no_page_of_its_own(emulator, session):
    """Nor an address that leads to one."""
    assert session.url is None
    assert look(f"{emulator.url}/c/pay/{session.id}").status_code == 404


def test_a_platform_shows_the_session_of_a_linked_account(emulator, account):
    """Its own publishable key, and whose account it is."""
    platform = emulator.create_platform()
    emulator.connect(platform.id, account.id)
    linked = client_for(emulator, platform.secret_key, stripe_account=account.id)
    session = new_session(linked, **EMBEDDED)
    said = {"key": platform.publishable_key, "secret": session.client_secret}
    url = f"{emulator.url}/embedded/{session.id}"
    alone = requests.get(url, params=said, timeout=5)
    named = requests.get(url, params={**said, "account": account.id}, timeout=5)
    assert (alone.status_code, named.status_code) == (404, 200)


def test_a_closed_session_says_so(client, session, frame):
    """Expired: to be started again; complete: nothing is asked for any more."""
    paid = new_session(client, **EMBEDDED)
    url = frame(paid)
    press(url, **TYPED)
    assert "data-complete" in look(url).text
    client.v1.checkout.sessions.expire(session.id)
    assert "has expired" in look(frame(session)).text


# === WALLETS === #


def test_a_wallet_is_shown_where_the_domain_is_registered(client, session, frame):
    """By account and host; a domain that is switched off counts for nothing."""
    assert 'id="wallet"' not in look(frame(session)).text
    domain = client.v1.payment_method_domains.create({"domain_name": HOST})
    assert 'id="wallet"' in look(frame(session)).text
    assert 'id="wallet"' not in look(frame(session, host="other.example.com")).text
    client.v1.payment_method_domains.update(domain.id, {"enabled": False})
    assert 'id="wallet"' not in look(frame(session)).text


def test_what_a_wallet_pays_is_a_card_that_says_so(emulator, client, session, frame):
    """Receipts name both."""
    client.v1.payment_method_domains.create({"domain_name": HOST})
    press(frame(session), wallet="google_pay")
    [charge] = emulator.objects("charge")
    assert charge["payment_method_details"]["card"]["wallet"]["type"] == "google_pay"


def test_a_domain_is_registered_once(client):
    """Asked again, the one that is there is returned."""
    domains = client.v1.payment_method_domains
    first = domains.create({"domain_name": HOST})
    assert domains.create({"domain_name": HOST.upper()}).id == first.id


@pytest.mark.parametrize("host", ["127.0.0.1", "shop.local", "https://shop.example"])
def test_what_is_no_public_host_is_refused(emulator, client, host):
    """Without the switch that lets a demo be on this machine."""
    emulator.settings.allow_loopback_webhooks = False
    with pytest.raises(stripe.InvalidRequestError, match="not valid"):
        client.v1.payment_method_domains.create({"domain_name": host})


# === THE SCRIPT === #


def script(emulator):
    """Fetch Stripe's script."""
    return requests.get(f"{emulator.url}/js/endive/stripe.js", timeout=5)


def test_the_script_comes_late_or_not_at_all_on_order(emulator):
    """What a train, a firewall or a blocker does."""
    assert "createEmbeddedCheckoutPage" in script(emulator).text
    emulator.fail_next("GET", "/js/*", status=503)
    assert script(emulator).status_code == 503
    emulator.fail_next("GET", "/js/*", timeout=0.3)
    begun = time.monotonic()
    assert script(emulator).status_code == 200
    assert time.monotonic() - begun >= 0.3
