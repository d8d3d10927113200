"""Trouble on order: what the addon must survive."""

import time

import pytest
import stripe
from emulator_sdk import client_for, new_session

PATH = "/v1/checkout/sessions"


def test_one_request_fails_and_the_next_does_not(emulator, client):
    """A test says exactly when Stripe is down."""
    emulator.fail_next(method="POST", path=PATH, status=503)
    with pytest.raises(stripe.APIError) as caught:
        new_session(client)
    assert caught.value.http_status == 503
    assert emulator.objects("checkout.session") == []
    assert new_session(client).id


def test_only_the_matching_request_fails(emulator, client):
    """Other calls go through meanwhile."""
    emulator.fail_next(method="POST", path="/v1/checkout/*", status=500)
    assert client.v1.balance.retrieve()
    with pytest.raises(stripe.APIError):
        new_session(client)


def test_the_sdk_retries_an_unavailable_stripe(emulator, account):
    """Same key, one session."""
    client = client_for(emulator, account.secret_key, max_network_retries=2)
    emulator.fail_next(method="POST", path=PATH, status=503, times=2)
    new_session(client)
    assert [record.status for record in emulator.requests] == [503, 503, 200]
    assert len({record.idempotency_key for record in emulator.requests}) == 1
    assert len(emulator.objects("checkout.session")) == 1


def test_an_answered_500_is_replayed_under_its_key(emulator, client):
    """Stripe keeps it: only a new key, after looking, may try again."""
    emulator.fail_next(method="POST", path=PATH, status=500)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            new_session(client, idempotency_key="K1")
    assert emulator.requests[-1].replayed
    assert new_session(client, idempotency_key="K2").id


def test_a_500_may_come_after_the_deed(emulator, client):
    """The worst case: created, but not told."""
    emulator.fail_next(method="POST", path=PATH, status=500, after=True)
    with pytest.raises(stripe.APIError):
        new_session(client)
    assert len(emulator.objects("checkout.session")) == 1


def test_too_many_requests(emulator, client):
    """429 has its own class, and the SDK does not retry it by itself."""
    emulator.fail_next(status=429)
    with pytest.raises(stripe.RateLimitError):
        client.v1.balance.retrieve()


@pytest.mark.parametrize(("advice", "asked"), [(True, 2), (False, 1)])
def test_stripe_says_whether_to_retry(emulator, account, advice, asked):
    """The header overrules the status."""
    client = client_for(emulator, account.secret_key, max_network_retries=1)
    status = 429 if advice else 503
    emulator.fail_next(path="/v1/balance", status=status, should_retry=advice)
    if advice:
        client.v1.balance.retrieve()
    else:
        with pytest.raises(stripe.APIError):
            client.v1.balance.retrieve()
    assert len(emulator.requests) == asked


def test_a_lost_answer_takes_effect_all_the_same(emulator, account):
    """Time-out at the client, session at Stripe: the retry gets that very session."""
    impatient = client_for(
        emulator,
        account.secret_key,
        http_client=stripe.RequestsClient(timeout=0.3),
    )
    emulator.fail_next(method="POST", path=PATH, timeout=0.6)
    with pytest.raises(stripe.APIConnectionError):
        new_session(impatient, idempotency_key="K1")
    time.sleep(0.5)
    found = new_session(impatient, idempotency_key="K1")
    assert [s["id"] for s in emulator.objects("checkout.session")] == [found.id]


def test_the_body_of_a_fault_can_be_given(emulator, client):
    """Proxies answer HTML."""
    emulator.fail_next(status=502, body="<html>Bad gateway</html>")
    with pytest.raises(stripe.APIError, match="Bad gateway"):
        client.v1.balance.retrieve()


def test_a_fault_that_cannot_be_is_refused(emulator):
    """A typo in a test must not look like a healthy Stripe."""
    with pytest.raises(ValueError, match="400 to 599"):
        emulator.fail_next(status=200)


def test_some_requests_may_go_through_before(emulator, client):
    """A list is read as far as its first page; what comes after is not told."""
    emulator.fail_next(method="GET", path="/v1/balance", status=503, skip=1)
    assert client.v1.balance.retrieve()
    with pytest.raises(stripe.APIError):
        client.v1.balance.retrieve()
    assert client.v1.balance.retrieve()


def test_faults_that_nobody_met_can_be_forgotten(emulator, client):
    """A test that planned more than came must not fail the next one."""
    emulator.fail_next(status=503, times=3)
    emulator.fail_no_more()
    assert client.v1.balance.retrieve()
