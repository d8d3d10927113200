"""OAuth: the page, the code, the link, and its end."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import stripe
from emulator_sdk import account_params, client_for, platform_client

from dev.stripe_emulator import ControlError

CALLBACK = "https://example.com/callback"
OTHER = "https://example.com/other?tab=1"


@pytest.fixture
def platform(emulator):
    """Sign a platform up that has two redirect addresses."""
    return emulator.create_platform(redirect_uris=(CALLBACK, OTHER), accounts_api="v1")


@pytest.fixture
def hub(emulator, platform) -> stripe.StripeClient:
    """Return the platform's client."""
    return platform_client(emulator, platform)


def page(hub, **changes):
    """Return the address of the OAuth page."""
    params = {"scope": "read_write", "state": "S1", "redirect_uri": CALLBACK}
    given = {k: v for k, v in {**params, **changes}.items() if v is not None}
    return hub.oauth.authorize_url(given)


def answer(url):
    """Return what an address tells the platform."""
    return dict(parse_qsl(urlsplit(url).query))


def redeem(hub, url):
    """Turn the code in an address into a connection."""
    code = answer(url)["code"]
    return hub.oauth.token({"grant_type": "authorization_code", "code": code})


def press(url, **form):
    """Press a button of the page."""
    return requests.post(url, data=form, allow_redirects=False, timeout=5)


def test_an_owner_connects_the_account(emulator, hub, account):
    """Afterwards the platform acts for it."""
    shown = requests.get(page(hub), timeout=5)
    assert account.id in shown.text
    assert "Stripe emulator" in shown.text
    back = press(page(hub), account=account.id, answer="connect")
    assert back.status_code == 303
    url = back.headers["Location"]
    assert url.startswith(f"{CALLBACK}?code=ac_")
    assert (answer(url)["scope"], answer(url)["state"]) == ("read_write", "S1")
    token = redeem(hub, url)
    assert (token.stripe_user_id, token.livemode) == (account.id, False)
    assert (token.scope, token.token_type) == ("read_write", "bearer")
    assert token.refresh_token.startswith("rt_")
    assert token.stripe_publishable_key.startswith("pk_test_")
    assert hub.v1.accounts.retrieve(account.id).id == account.id
    own = client_for(emulator, token.access_token)
    assert own.v1.accounts.retrieve_current().id == account.id


def test_an_owner_may_refuse(hub, account):
    """The platform is told, with its state."""
    url = press(page(hub), account=account.id, answer="deny").headers["Location"]
    assert answer(url) == {
        "error": "access_denied",
        "error_description": "The user denied your request",
        "state": "S1",
    }


def test_the_controls_do_what_the_page_does(emulator, hub, account):
    """Tests need no browser."""
    url = emulator.oauth_approve(page(hub, redirect_uri=OTHER), account.id)
    assert url.startswith(f"{OTHER}&code=")
    assert redeem(hub, url).stripe_user_id == account.id
    refused = emulator.oauth_deny(page(hub, state=None))
    assert refused.startswith(f"{CALLBACK}?error=access_denied")
    assert "state" not in answer(refused)


def test_without_an_address_the_first_is_meant(emulator, hub, account):
    """As the reference says."""
    url = emulator.oauth_approve(page(hub, redirect_uri=None), account.id)
    assert url.startswith(CALLBACK)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"client_id": "ca_made_up"}, "No application matches"),
        ({"redirect_uri": f"{CALLBACK}/"}, "exactly matches one of the uris"),
        ({"redirect_uri": "https://evil.example"}, "exactly matches one of the uris"),
    ],
)
def test_a_wish_that_leads_nowhere_is_answered_here(
    emulator, hub, account, changes, message
):
    """Nobody is redirected to a stranger."""
    shown = requests.get(page(hub, **changes), allow_redirects=False, timeout=5)
    assert shown.status_code == 400
    assert message in shown.json()["error"]["message"]
    with pytest.raises(ControlError, match=message):
        emulator.oauth_approve(page(hub, **changes), account.id)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "read_only"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_the_platforms_own_mistakes_go_back_to_it(
    emulator, hub, account, changes, error
):
    """Platforms ask for read_write; only extensions ask for less."""
    shown = requests.get(page(hub, **changes), allow_redirects=False, timeout=5)
    told = answer(shown.headers["Location"])
    assert (told["error"], told["state"]) == (error, "S1")
    url = emulator.oauth_approve(page(hub, **changes), account.id)
    assert answer(url)["error"] == error


def test_oauth_can_be_off(emulator, platform, hub, account):
    """It is off for new platforms at Stripe."""
    emulator.update_platform(platform.id, oauth=False)
    assert "not enabled" in requests.get(page(hub), timeout=5).text
    with pytest.raises(ControlError, match="not enabled"):
        emulator.oauth_deny(page(hub))


def test_an_account_of_another_platform_cannot_be_connected(emulator, hub):
    """Since June 2021."""
    other = platform_client(emulator, emulator.create_platform(accounts_api="v1"))
    theirs = other.v1.accounts.create(account_params())
    shown = press(page(hub), account=theirs.id, answer="connect")
    assert shown.status_code == 200
    assert "already controlled by another platform" in shown.text
    with pytest.raises(ControlError, match="already controlled"):
        emulator.oauth_approve(page(hub), theirs.id)


def test_platforms_and_strangers_are_not_offered(emulator, platform, hub):
    """There is nobody to log in as."""
    shown = requests.get(page(hub), timeout=5).text
    assert "no account to connect" in shown
    assert platform.id not in shown
    with pytest.raises(ControlError, match="There is no account"):
        emulator.oauth_approve(page(hub), platform.id)
    with pytest.raises(ControlError, match="Not the address"):
        emulator.oauth_deny("https://example.com/oauth")


def test_a_code_works_once(emulator, hub, account):
    """The second time, what the first gave is revoked."""
    url = emulator.oauth_approve(page(hub), account.id)
    token = redeem(hub, url)
    with pytest.raises(stripe.oauth_error.InvalidGrantError, match="already been used"):
        redeem(hub, url)
    with pytest.raises(stripe.AuthenticationError):
        client_for(emulator, token.access_token).v1.balance.retrieve()


def test_a_lost_answer_is_given_again(emulator, hub, account):
    """The SDK's own retry must not cost the connection."""
    code = answer(emulator.oauth_approve(page(hub), account.id))["code"]
    params = {"grant_type": "authorization_code", "code": code}
    options = {"idempotency_key": "one"}
    first, again = (hub.oauth.token(dict(params), options) for _ in "12")
    assert first.access_token == again.access_token


def test_a_code_lasts_five_minutes(emulator, hub, account):
    """Slow callbacks fail."""
    url = emulator.oauth_approve(page(hub), account.id)
    emulator.clock.advance(minutes=5)
    with pytest.raises(stripe.oauth_error.InvalidGrantError, match="expired"):
        redeem(hub, url)


def test_a_code_belongs_to_a_platform_and_a_mode(emulator, platform, hub, account):
    """Neither another platform nor the other key can use it."""
    url = emulator.oauth_approve(page(hub), account.id)
    other = platform_client(emulator, emulator.create_platform())
    with pytest.raises(stripe.oauth_error.InvalidGrantError, match="belong to you"):
        redeem(other, url)
    live = platform_client(emulator, platform, live=True)
    with pytest.raises(stripe.oauth_error.InvalidGrantError, match="test mode"):
        redeem(live, url)
    assert redeem(hub, url).stripe_user_id == account.id


def test_a_live_connection_works_in_test_mode_too(emulator, platform, hub, account):
    """The other way round it does not."""
    live = platform_client(emulator, platform, live=True)
    token = redeem(live, emulator.oauth_approve(page(live), account.id))
    assert token.livemode
    for client in (hub, live):
        assert client.v1.accounts.retrieve(account.id).id == account.id
    other = emulator.create_account()
    redeem(hub, emulator.oauth_approve(page(hub), other.id))
    with pytest.raises(stripe.PermissionError):
        live.v1.accounts.retrieve(other.id)


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"grant_type": "authorization_code", "code": "ac_x"}, "InvalidGrantError"),
        ({"grant_type": "authorization_code"}, "InvalidRequestError"),
        ({"code": "ac_x"}, "InvalidRequestError"),
        ({"grant_type": "password", "code": "ac_x"}, "UnsupportedGrantTypeError"),
        (
            {"grant_type": "authorization_code", "code": "ac_x", "made_up": "1"},
            "InvalidRequestError",
        ),
    ],
)
def test_a_bad_exchange_is_an_oauth_error(hub, params, error):
    """The SDK has classes of its own for them."""
    with pytest.raises(getattr(stripe.oauth_error, error)):
        hub.oauth.token(params)


def test_trouble_is_no_oauth_error(emulator, platform, hub):
    """Bad keys, lost servers and what is not emulated look as everywhere."""
    params = {"grant_type": "authorization_code", "code": "ac_x"}
    with pytest.raises(stripe.AuthenticationError):
        client_for(emulator, "sk_test_wrong").oauth.token(params)
    narrow = client_for(emulator, platform.restricted_key([]))
    with pytest.raises(stripe.PermissionError, match="rak_oauth_write"):
        narrow.oauth.token(params)
    emulator.fail_next("POST", "/oauth/token", status=503)
    with pytest.raises(stripe.APIError):
        hub.oauth.token(params)
    with pytest.raises(stripe.APIError) as caught:
        hub.oauth.token({"grant_type": "refresh_token", "refresh_token": "rt_x"})
    assert caught.value.http_status == 501


@pytest.fixture
def connected(emulator, hub, account):
    """Connect the shop, and listen."""
    params = {"url": "http://127.0.0.1:9/c", "enabled_events": ["*"], "connect": True}
    hub.v1.webhook_endpoints.create(params)
    other = platform_client(emulator, emulator.create_platform(redirect_uris=[OTHER]))
    other.v1.webhook_endpoints.create(params)
    redeem(other, emulator.oauth_approve(page(other, redirect_uri=OTHER), account.id))
    emulator.outbox.take()
    return redeem(hub, emulator.oauth_approve(page(hub), account.id))


def bodies(emulator):
    """Take the outbox; return what it says."""
    return [json.loads(delivery.body) for delivery in emulator.outbox.take()]


def test_only_the_platform_concerned_is_told(emulator, platform, connected, account):
    """The object is the application, not the account."""
    emulator.deauthorize(platform.id, account.id)
    authorized, deauthorized = bodies(emulator)
    assert authorized["type"] == "account.application.authorized"
    assert deauthorized["type"] == "account.application.deauthorized"
    assert deauthorized["account"] == account.id
    assert deauthorized["data"]["object"] == {
        "id": platform.client_id,
        "object": "application",
        "name": "Kash",
    }


def test_a_revoked_account_is_out_of_reach(emulator, platform, hub, connected, account):
    """Its owner pressed Disconnect."""
    emulator.deauthorize(platform.id, account.id)
    acting = platform_client(emulator, platform, stripe_account=account.id)
    with pytest.raises(stripe.PermissionError) as caught:
        acting.v1.balance.retrieve()
    assert caught.value.error.code == "account_invalid"
    with pytest.raises(stripe.AuthenticationError):
        client_for(emulator, connected.access_token).v1.balance.retrieve()
    emulator.outbox.take()
    emulator.account_state(account.id, "listed")
    assert bodies(emulator)[0]["type"] == "account.updated"  # to the other platform
    with pytest.raises(ControlError, match="not connected"):
        emulator.deauthorize(platform.id, account.id)


def test_a_platform_lets_go_by_itself(hub, connected, account):
    """Twice is an error, as is somebody else's application."""
    answer = hub.oauth.deauthorize({"stripe_user_id": account.id})
    assert answer.stripe_user_id == account.id
    for params in (
        {"stripe_user_id": account.id},
        {"stripe_user_id": "acct_gone"},
        {"stripe_user_id": account.id, "client_id": "ca_other"},
    ):
        with pytest.raises(stripe.oauth_error.InvalidClientError):
            hub.oauth.deauthorize(params)


def test_a_connection_can_be_made_again(emulator, platform, hub, connected, account):
    """Reconnecting continues with the same account."""
    emulator.deauthorize(platform.id, account.id)
    token = redeem(hub, emulator.oauth_approve(page(hub), account.id))
    assert token.stripe_user_id == account.id
    assert hub.v1.accounts.retrieve(account.id).id == account.id


def test_only_platforms_are_deauthorized(emulator, account):
    """For two plain accounts there is `disconnect`."""
    plain = emulator.create_account()
    emulator.connect(plain.id, account.id)
    with pytest.raises(ControlError, match="no platform"):
        emulator.deauthorize(plain.id, account.id)


def test_oauth_is_driven_over_http(emulator, hub, account):
    """As the journeys do."""

    def order(name, **values):
        url = f"{emulator.url}/_control/{name}"
        return requests.post(url, json=values, timeout=5).json()

    url = page(hub)
    back = order("oauth/approve", authorize_url=url, account_id=account.id)["url"]
    assert redeem(hub, back).stripe_user_id == account.id
    assert "access_denied" in order("oauth/deny", authorize_url=url)["url"]
