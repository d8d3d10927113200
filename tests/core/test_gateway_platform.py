"""The operator's platform, against the emulator over HTTP."""

from urllib.parse import parse_qs, urlsplit

import pytest

from odoo.addons.kash_stripe_connect.core import onboarding
from odoo.addons.kash_stripe_connect.gateway import errors
from odoo.addons.kash_stripe_connect.gateway.client import Bases
from odoo.addons.kash_stripe_connect.gateway.platform import Platform

from dev.stripe_emulator import StripeEmulator

BACK = "https://books.example.com/kash/connect/oauth"
NEW = onboarding.NewAccount(
    country="US",
    currency="USD",
    name="Hill Street Books",
    email="owner@example.com",
    website="https://hillstreetbooks.example",
    metadata={"kash_company": "1"},
)


@pytest.fixture
def stripe():
    """Run a Stripe of our own."""
    with StripeEmulator(seed=1) as emulator:
        yield emulator


@pytest.fixture
def operator(stripe):
    """Open the operator's platform."""
    return stripe.create_platform(redirect_uris=[BACK])


@pytest.fixture
def platform(stripe, operator):
    """See it as the addon does, without retries that wait."""
    return Platform(
        operator.secret_key,
        bases=Bases(api=stripe.url, connect=stripe.url),
        client_id=operator.client_id,
        retries=0,
    )


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_an_account_is_opened_by_the_api_the_platform_is_on(
    stripe, operator, platform, api
):
    """Accounts v2 first; one adapter, one shape to read."""
    stripe.update_platform(operator.id, accounts_api=api)
    stripe_id, used = platform.create_account(new=NEW, idempotency_key="one")
    facts = platform.linked_account(stripe_id=stripe_id)
    assert used == api
    assert (facts.country, facts.email, facts.details_submitted, facts.dashboard) == (
        "US",
        "owner@example.com",
        False,
        "full",
    )


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_the_same_key_opens_the_same_account(stripe, operator, platform, api):
    """Whichever API answers."""
    stripe.update_platform(operator.id, accounts_api=api)
    first = platform.create_account(new=NEW, idempotency_key="one")
    assert platform.create_account(new=NEW, idempotency_key="one") == first


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_set_up_page_is_made_by_the_same_api(stripe, operator, platform, api):
    """And is another one each time: it works once."""
    stripe.update_platform(operator.id, accounts_api=api)
    stripe_id, used = platform.create_account(new=NEW, idempotency_key="one")
    urls = {
        platform.onboarding_url(
            stripe_id=stripe_id, api=used, return_url=BACK, refresh_url=BACK
        )
        for _time in range(2)
    }
    assert len(urls) == 2


def test_capabilities_say_what_each_still_needs(stripe, platform):
    """Requested ones only; the reason comes with them."""
    stripe_id, _api = platform.create_account(new=NEW, idempotency_key="one")
    found = {c.id: c for c in platform.capabilities(stripe_id=stripe_id).items}
    assert found["card_payments"].status == "inactive"
    assert found["us_bank_account_ach_payments"].requirements.currently_due


def test_another_error_of_v2_is_not_answered_by_asking_v1(stripe, operator, platform):
    """Only a platform that is not on v2 falls back: else accounts would double."""
    stripe.update_platform(operator.id, countries=["DE"])
    with pytest.raises(errors.StripeRefused):
        platform.create_account(new=NEW, idempotency_key="one")
    assert not [r for r in stripe.requests if r.path == "/v1/accounts"]


def test_oauth_lets_in_once(stripe, platform):
    """The code is good for one redemption, and of the answer only the id is kept."""
    account = stripe.create_account()
    url = platform.authorise_url(state="s", redirect_uri=BACK)
    back = stripe.oauth_approve(url, account.id)
    code = parse_qs(urlsplit(back).query)["code"][0]
    granted = platform.authorise(code=code)
    assert (granted.stripe_id, granted.livemode) == (account.id, False)
    with pytest.raises(errors.StripeRefused) as refused:
        platform.authorise(code=code)
    assert refused.value.code == "invalid_grant"


def test_giving_up_access_twice_says_it_was_gone(stripe, operator, platform):
    """The owner may have been faster."""
    account = stripe.create_account()
    stripe.connect(operator.id, account.id)
    platform.deauthorise(stripe_id=account.id)
    with pytest.raises(errors.StripeGone):
        platform.deauthorise(stripe_id=account.id)


def test_access_that_was_revoked_is_told_from_a_bad_key(stripe, operator, platform):
    """The first ends a connection, the second is the operator's to mend."""
    account = stripe.create_account()
    with pytest.raises(errors.StripeUnauthorised) as revoked:
        platform.linked_account(stripe_id=account.id)
    stripe.revoke_key(operator.secret_key)
    with pytest.raises(errors.StripeUnauthorised) as bad:
        platform.linked_account(stripe_id=account.id)
    assert (revoked.value.revoked, bad.value.revoked) == (True, False)
    assert revoked.value.access_lost and bad.value.access_lost


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("US", {"card_payments", "us_bank_account_ach_payments"}),
        ("GB", {"card_payments", "bacs_debit_payments"}),
        ("DE", {"card_payments", "sepa_debit_payments"}),
        ("fr", {"card_payments", "sepa_debit_payments"}),
        ("CA", {"card_payments"}),
    ],
)
def test_ways_to_be_paid_go_by_country(country, expected):
    """What Stripe offers there, and nothing it would refuse."""
    assert set(onboarding.wanted_methods(country)) == expected


def test_what_is_not_known_is_not_sent():
    """Stripe refuses empty values."""
    new = onboarding.NewAccount(country="US", currency="USD", name="Books")
    assert "email" not in new.params_v1()
    assert "url" not in new.params_v1()["business_profile"]
    assert "contact_email" not in new.params_v2()
    assert "profile" not in new.params_v2()["defaults"]
