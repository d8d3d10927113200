"""Account links, and the page that they open."""

import json
import re

import pytest
import requests
import stripe
from emulator_sdk import (
    account_params,
    account_v2_params,
    link_params,
    link_v2_params,
    platform_client,
)

REFRESH, RETURN = "https://example.com/refresh", "https://example.com/return"


@pytest.fixture
def platform(emulator):
    """Sign a platform up that is on Accounts v1."""
    return emulator.create_platform(accounts_api="v1")


@pytest.fixture
def hub(emulator, platform) -> stripe.StripeClient:
    """Return the platform's client."""
    return platform_client(emulator, platform)


@pytest.fixture
def made(hub):
    """Open an account by API."""
    return hub.v1.accounts.create(account_params())


def new_link(hub, account_id, **changes):
    """Make a link; return its address."""
    return hub.v1.account_links.create(link_params(account_id, **changes)).url


def visit(url):
    """Open an address as a browser does, without following where it leads."""
    return requests.get(url, allow_redirects=False, timeout=5)


def press(url, page, outcome, **typed):
    """Press a button of the page."""
    word = re.search(r'name="visit" value="(\w+)"', page.text)[1]
    form = {"visit": word, "outcome": outcome, **typed}
    return requests.post(url, data=form, allow_redirects=False, timeout=5)


def test_a_link_is_short_lived(emulator, hub, made):
    """Five minutes; ten with v2."""
    link = hub.v1.account_links.create(link_params(made.id))
    assert link.expires_at - link.created == 300
    assert f"/setup/s/{made.id}/" in link.url
    two = platform_client(emulator, emulator.create_platform())
    other = two.v2.core.accounts.create(account_v2_params())
    link = two.v2.core.account_links.create(link_v2_params(other.id))
    assert (link.created, link.expires_at) == (
        "2025-11-22T08:26:40.000Z",
        "2025-11-22T08:36:40.000Z",
    )
    assert visit(link.url).status_code == 200


def test_the_page_knows_the_business(hub, made):
    """What the platform said is filled in; what Stripe wants is listed."""
    page = visit(new_link(hub, made.id))
    assert page.status_code == 200
    assert "Stripe emulator" in page.text
    assert "Kash partners with Stripe" in page.text
    assert 'value="Hill Street Books"' in page.text
    assert 'value="ada@example.com"' in page.text
    assert "external_account" in page.text
    for button in ("submit", "review", "leave", "reject"):
        assert f'id="onboarding-{button}"' in page.text


def test_a_business_name_is_no_html(hub):
    """Names come from outside."""
    profile = {"name": "<script>alert(1)</script>"}
    made = hub.v1.accounts.create(account_params(business_profile=profile))
    assert "<script>alert" not in visit(new_link(hub, made.id)).text


# button: submitted, charges, disabled_reason, capability
OUTCOMES = {
    "submit": (True, True, None, "active"),
    "review": (True, False, "requirements.pending_verification", "pending"),
    "leave": (False, False, "requirements.past_due", "inactive"),
    "reject": (True, False, "rejected.other", "inactive"),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_button_leads_back(hub, made, outcome):
    """Leaving looks like finishing: only the account tells."""
    url = new_link(hub, made.id)
    answer = press(url, visit(url), outcome)
    assert (answer.status_code, answer.headers["Location"]) == (303, RETURN)
    seen = hub.v1.accounts.retrieve(made.id)
    assert (
        seen.details_submitted,
        seen.charges_enabled,
        seen.requirements.disabled_reason,
        seen.capabilities.card_payments,
    ) == OUTCOMES[outcome]


def test_leaving_answers_some_questions(hub, made):
    """The next visit asks for less."""
    url = new_link(hub, made.id)
    press(url, visit(url), "leave", businessName="Foo", website="https://foo.example")
    seen = hub.v1.accounts.retrieve(made.id)
    left = set(seen.requirements.currently_due)
    assert {"external_account", "representative.first_name"} <= left
    assert not {"business_profile.url", "company.tax_id", "business_type"} & left
    assert (seen.business_profile.name, seen.business_profile.url) == (
        "Foo",
        "https://foo.example",
    )
    page = visit(new_link(hub, made.id))
    assert "company.tax_id" not in page.text
    assert 'value="https://foo.example"' in page.text


def test_submitting_is_told(emulator, hub, made):
    """The platform hears of it by its Connect endpoint."""
    hub.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/c", "enabled_events": ["*"], "connect": True}
    )
    url = new_link(hub, made.id)
    press(url, visit(url), "submit", email="bob@example.com")
    bodies = [json.loads(delivery.body) for delivery in emulator.outbox.take()]
    assert [body["type"] for body in bodies] == [
        "account.external_account.created",
        "account.updated",
        "capability.updated",
        "capability.updated",
    ]
    assert {body["account"] for body in bodies} == {made.id}
    assert bodies[1]["data"]["previous_attributes"]["email"] == "ada@example.com"
    assert bodies[1]["data"]["object"]["external_accounts"]["total_count"] == 1
    held = hub.v1.accounts.external_accounts.list(made.id)
    assert [one.id for one in held] == [bodies[0]["data"]["object"]["id"]]


def test_a_link_opens_once(hub, made):
    """A prefetch uses it up."""
    url = new_link(hub, made.id)
    page = visit(url)
    again = visit(url)
    assert (again.status_code, again.headers["Location"]) == (302, REFRESH)
    assert press(url, page, "submit").headers["Location"] == RETURN
    assert press(url, page, "reject").headers["Location"] == REFRESH
    assert hub.v1.accounts.retrieve(made.id).charges_enabled


def test_a_forged_press_does_nothing(hub, made):
    """Only the page that was opened can be pressed."""
    url = new_link(hub, made.id)
    visit(url)
    form = {"visit": "guess", "outcome": "submit"}
    answer = requests.post(url, data=form, allow_redirects=False, timeout=5)
    assert answer.headers["Location"] == REFRESH
    assert not hub.v1.accounts.retrieve(made.id).details_submitted


def test_an_expired_link_asks_for_a_new_one(emulator, hub, made):
    """By time, or by order."""
    url = new_link(hub, made.id)
    emulator.clock.advance(minutes=5)
    assert visit(url).headers["Location"] == REFRESH
    url = new_link(hub, made.id)
    open_page = new_link(hub, made.id)
    page = visit(open_page)
    emulator.expire_account_links(made.id)
    assert visit(url).headers["Location"] == REFRESH
    assert press(open_page, page, "submit").headers["Location"] == REFRESH


def test_a_disconnected_account_is_not_onboarded(emulator, platform, hub, made):
    """The link dies with the access."""
    url = new_link(hub, made.id)
    emulator.deauthorize(platform.id, made.id)
    assert visit(url).headers["Location"] == REFRESH


def test_a_made_up_link_is_not_found(emulator, made):
    """Nothing to redirect to."""
    url = f"{emulator.url}/setup/s/{made.id}/guess"
    assert visit(url).status_code == 404


def test_who_owes_nothing_is_sent_back(emulator, hub, made):
    """Stripe does not show an empty page."""
    emulator.finish_onboarding(made.id)
    assert visit(new_link(hub, made.id)).headers["Location"] == RETURN


def test_later_requirements_are_collected_too(emulator, hub, made):
    """Submit clears what is due."""
    emulator.finish_onboarding(made.id)
    emulator.account_state(made.id, "restricted_soon")
    url = new_link(hub, made.id)
    page = visit(url)
    assert "representative.verification.document" in page.text
    press(url, page, "submit")
    assert hub.v1.accounts.retrieve(made.id).requirements.currently_due == []


def test_the_future_is_asked_for_if_the_link_says_so(emulator, hub, made):
    """`collection_options` decides what the page lists."""
    emulator.finish_onboarding(made.id)
    emulator.account_state(made.id, "future_due")
    assert visit(new_link(hub, made.id)).headers["Location"] == RETURN
    options = {"fields": "eventually_due", "future_requirements": "include"}
    page = visit(new_link(hub, made.id, collection_options=options))
    assert "company.ownership_declaration.date" in page.text


def test_without_capabilities_onboarding_ends_in_an_action(emulator, hub):
    """Only the full dashboard gets them by itself."""
    express = hub.v1.accounts.create({"type": "express"})
    done = emulator.finish_onboarding(express.id)
    reason = "action_required.requested_capabilities"
    assert done["requirements"]["disabled_reason"] == reason
    full = hub.v1.accounts.create({"type": "standard"})
    done = emulator.finish_onboarding(full.id)
    assert done["capabilities"] == {"card_payments": "active", "transfers": "active"}


def test_links_are_for_accounts_of_ones_own(emulator, platform, hub, account):
    """Neither for strangers nor for accounts connected by OAuth."""
    emulator.connect(platform.id, account.id)
    for account_id in (account.id, "acct_gone"):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            new_link(hub, account_id)
        assert caught.value.code == "account_invalid"
        assert "not connected to your platform" in caught.value.user_message


def test_updates_are_made_in_the_dashboard(hub, made):
    """`account_update` is for accounts without one, and not emulated."""
    with pytest.raises(stripe.InvalidRequestError, match="cannot create `account_upd"):
        new_link(hub, made.id, type="account_update")
    custom = hub.v1.accounts.create({"type": "custom"})
    with pytest.raises(stripe.APIError) as caught:
        new_link(hub, custom.id, type="account_update")
    assert caught.value.http_status == 501


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"refresh_url": "foo"}, "url_invalid", "refresh_url"),
        ({"return_url": None}, "parameter_missing", "return_url"),
        ({"type": "made_up"}, None, "type"),
    ],
)
def test_a_bad_link_is_refused(hub, made, changes, code, param):
    """It must lead back."""
    given = link_params(made.id, **changes)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        hub.v1.account_links.create({k: v for k, v in given.items() if v is not None})
    assert (caught.value.code, caught.value.param) == (code, param)


def test_live_links_lead_back_by_https(emulator, platform):
    """Except to this machine, while the switch is on."""
    live = platform_client(emulator, platform, live=True)
    made = live.v1.accounts.create(account_params())
    with pytest.raises(stripe.InvalidRequestError, match="redirected via HTTPS"):
        new_link(live, made.id, return_url="http://example.com/")
    here = {"return_url": "http://127.0.0.1/", "refresh_url": "http://localhost/"}
    assert new_link(live, made.id, **here)
    emulator.settings.allow_loopback_webhooks = False
    with pytest.raises(stripe.InvalidRequestError, match="redirected via HTTPS"):
        new_link(live, made.id, **here)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"type": "account_update"}, None, None),
        ({"account_onboarding": None}, None, "use_case.account_onboarding"),
        ({"made_up": 1}, "parameter_unknown", "use_case.made_up"),
        (
            {"account_onboarding": {"refresh_url": "foo", "return_url": RETURN}},
            "url_invalid",
            "use_case.account_onboarding.refresh_url",
        ),
        (
            {"account_onboarding": {"return_url": RETURN}},
            "parameter_missing",
            "use_case.account_onboarding.refresh_url",
        ),
    ],
)
def test_a_bad_v2_link_is_refused(emulator, changes, code, param):
    """In the same words, with dots in the names."""
    two = platform_client(emulator, emulator.create_platform())
    made = two.v2.core.accounts.create(account_v2_params())
    params = link_v2_params(made.id)
    params["use_case"].update(changes)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        two.v2.core.account_links.create(params)
    if param:
        assert (caught.value.code, caught.value.param) == (code, param)


def test_a_login_link_opens_once(emulator, hub):
    """A stub of the Express Dashboard."""
    express = hub.v1.accounts.create({"type": "express"})
    emulator.finish_onboarding(express.id)
    url = hub.v1.accounts.login_links.create(express.id).url
    assert "Express Dashboard" in visit(url).text
    assert visit(url).status_code == 404


def test_onboarding_can_be_ordered_over_http(emulator, platform, hub, made):
    """The journeys do it from outside."""

    def order(name, **values):
        url = f"{emulator.url}/_control/{name}"
        return requests.post(url, json=values, timeout=5).json()

    done = order("accounts/finish_onboarding", account_id=made.id, outcome="review")
    assert done["details_submitted"]
    row = order("accounts/state", account_id=made.id, state="rejected", reason="fraud")
    assert row["requirements"]["disabled_reason"] == "rejected.fraud"
    assert order("accounts/expire_links", account_id=made.id) == {"ok": True}
    assert order("platforms/update", platform_id=platform.id, oauth=False)["oauth"] is (
        False
    )
    new = order("platforms", business_name="Other", redirect_uris=["https://x.test"])
    assert new["client_id"].startswith("ca_")
    url = "http://127.0.0.1:9/thin"
    ids = {"platform_id": platform.id, "account_id": made.id}
    assert order("emit_thin", **ids, url=url, secret="whsec_x")["url"] == url
    endpoint = hub.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    assert order("disable_endpoint", endpoint_id=endpoint.id) == {"ok": True}
    assert order("deauthorize", **ids) == {"ok": True}
    assert "not connected" in order("deauthorize", **ids)["error"]["message"]
