"""Idempotency keys, in full."""

import threading
import time

import pytest
import stripe
from emulator_sdk import client_for, new_session


def test_the_same_request_is_answered_from_memory(emulator, client):
    """A retry after a lost answer must not open a second session."""
    first = new_session(client, idempotency_key="K1")
    again = new_session(client, idempotency_key="K1")
    assert first.id == again.id
    assert len(emulator.objects("checkout.session")) == 1
    headers = again.last_response.headers
    assert headers["Idempotent-Replayed"] == "true"
    assert headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert emulator.requests[-1].replayed


def test_other_parameters_under_a_key_are_an_error(client):
    """A key derived from too few facts shows here."""
    new_session(client, idempotency_key="K1")
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as caught:
        new_session(client, idempotency_key="K1", amount=20000)
    assert caught.value.http_status == 400


def test_another_endpoint_under_a_key_is_an_error(client):
    """Keys are for one act."""
    session = new_session(client, idempotency_key="K1")
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "K1"})


def test_keys_are_kept_per_account_and_mode(emulator, account, client):
    """Two companies may use the same key."""
    other = client_for(emulator, emulator.create_account().secret_key)
    live = client_for(emulator, account.live_secret_key)
    ids = {new_session(c, idempotency_key="K1").id for c in (client, other, live)}
    assert len(ids) == 3


def test_a_key_is_forgotten_after_a_day(emulator, client):
    """Keys made from old facts begin anew."""
    first = new_session(client, idempotency_key="K1")
    emulator.clock.advance(hours=25)
    assert new_session(client, idempotency_key="K1").id != first.id


def test_an_overlapping_request_is_a_conflict(emulator, client):
    """The first is still at work: 409, and the SDK may retry."""
    emulator.fail_next(method="POST", path="/v1/checkout/sessions", timeout=30)
    first = threading.Thread(
        target=new_session, args=(client,), kwargs={"idempotency_key": "K1"}
    )
    first.start()
    while not emulator.objects("checkout.session"):
        time.sleep(0.01)
    with pytest.raises(stripe.APIError) as caught:
        new_session(client, idempotency_key="K1")
    emulator.world.stopping.set()  # lets the first answer go
    first.join()
    assert caught.value.http_status == 409
    assert caught.value.error.code == "idempotency_key_in_use"


def test_many_at_once_make_one_session(emulator, client):
    """However the threads fall, no second session is opened."""
    answers = []

    def ask():
        try:
            answers.append(new_session(client, idempotency_key="K1").id)
        except stripe.APIError as error:
            answers.append(error.http_status)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session = emulator.objects("checkout.session")
    assert len(session) == 1
    assert set(answers) <= {session[0]["id"], 409}


def test_a_key_has_at_most_255_characters(client):
    """A key made of too many facts must fail here."""
    with pytest.raises(stripe.InvalidRequestError, match="255 characters"):
        new_session(client, idempotency_key="K" * 256)


def test_a_refusal_by_the_endpoint_is_replayed(emulator, client):
    """Stripe keeps what an endpoint said once it began."""
    session = new_session(client)
    emulator.pay(session.id)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.expire(
                session.id, {}, {"idempotency_key": "K1"}
            )
    assert emulator.requests[-1].replayed


def test_a_bad_parameter_does_not_use_up_the_key(client):
    """Nothing began, so the corrected request may use it."""
    with pytest.raises(stripe.InvalidRequestError):
        new_session(client, idempotency_key="K1", bogus="1")
    assert new_session(client, idempotency_key="K1").id
