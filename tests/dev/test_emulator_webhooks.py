"""Events, endpoints, and the outbox a test delivers from."""

import json
import time

import pytest
import stripe
from emulator_sdk import client_for, new_session

HOOK = "http://127.0.0.1:9/hook"


@pytest.fixture
def endpoint(client):
    """Open an endpoint for everything."""
    return client.v1.webhook_endpoints.create({"url": HOOK, "enabled_events": ["*"]})


def types(deliveries):
    return [delivery.type for delivery in deliveries]


def test_a_payment_is_told_in_stripes_order(emulator, client, endpoint):
    """The order is the usual one; nobody may rely on it."""
    session = new_session(client)
    emulator.pay(session.id)
    emulator.settle()
    assert types(emulator.outbox.pending) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]


def test_a_decline_is_told(emulator, client, endpoint):
    """The business gets its e-mail from these."""
    emulator.decline(new_session(client).id)
    assert types(emulator.outbox.pending) == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]


def test_the_signature_is_the_sdks_own(emulator, client, endpoint):
    """The addon verifies with the SDK, so the emulator must sign as Stripe does."""
    emulator.pay(new_session(client).id)
    delivery = emulator.outbox.pending[-1]
    event = stripe.Webhook.construct_event(
        delivery.body, delivery.headers["Stripe-Signature"], endpoint.secret
    )
    assert event.id == delivery.event_id
    assert event.data.object.payment_status == "paid"


def test_a_tampered_body_fails_the_signature(emulator, client, endpoint):
    """A forger knows everything but the secret."""
    emulator.pay(new_session(client).id)
    delivery = emulator.outbox.pending[-1]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            delivery.body.replace(b"10000", b"1"),
            delivery.headers["Stripe-Signature"],
            endpoint.secret,
        )


def test_a_delivery_can_be_signed_at_another_time_or_with_another_secret(
    emulator, client, endpoint
):
    """Stale and forged webhooks are made to order."""
    emulator.pay(new_session(client).id)
    delivery = emulator.outbox.pending[-1]
    for headers in (
        emulator.outbox.sign(delivery, at=int(time.time()) - 3600),
        emulator.outbox.sign(delivery, secret="whsec_other"),
    ):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(
                delivery.body, headers["Stripe-Signature"], endpoint.secret
            )


def test_taking_empties_the_outbox_and_the_test_decides(emulator, client, endpoint):
    """In any order, twice, or never."""
    emulator.pay(new_session(client).id)
    taken = emulator.outbox.take()
    assert len(taken) == 4
    assert emulator.outbox.pending == []
    assert list(emulator.outbox) == taken


def test_an_event_is_a_snapshot(emulator, client, endpoint):
    """What happened later does not change it."""
    emulator.pay(new_session(client).id)
    emulator.settle()
    succeeded = client.v1.events.list({"type": "charge.succeeded"}).data[0]
    assert succeeded.data.object.balance_transaction is None


def test_an_event_names_the_request_that_caused_it(client):
    """Support matches events with request logs."""
    session = new_session(client)
    client.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "K1"})
    event = client.v1.events.list().data[0]
    assert event.type == "checkout.session.expired"
    assert event.request.idempotency_key == "K1"
    assert event.request.id.startswith("req_")


def test_what_the_customer_does_has_no_request(emulator, client):
    """Only API calls have one."""
    emulator.pay(new_session(client).id)
    assert client.v1.events.list().data[0].request.id is None


def test_an_endpoint_gets_only_what_it_enabled(emulator, client):
    """The addon subscribes by name."""
    client.v1.webhook_endpoints.create(
        {"url": HOOK, "enabled_events": ["checkout.session.completed"]}
    )
    emulator.pay(new_session(client).id)
    assert types(emulator.outbox.pending) == ["checkout.session.completed"]


def test_a_disabled_endpoint_hears_nothing(emulator, client, endpoint):
    """Stripe disables endpoints that fail for days."""
    updated = client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
    emulator.pay(new_session(client).id)
    assert (updated.status, emulator.outbox.pending) == ("disabled", [])


def test_the_secret_is_given_once(client, endpoint):
    """Losing it means making a new endpoint."""
    assert endpoint.secret.startswith("whsec_")
    again = client.v1.webhook_endpoints.retrieve(endpoint.id)
    listed = client.v1.webhook_endpoints.list().data[0]
    assert "secret" not in again
    assert "secret" not in listed


def test_an_endpoint_can_be_changed_and_deleted(emulator, client, endpoint):
    """Disconnecting cleans up."""
    url = "https://example.com/new"
    changed = client.v1.webhook_endpoints.update(
        endpoint.id, {"url": url, "metadata": {"a": "b"}, "description": "Odoo"}
    )
    assert (changed.url, changed.description) == (url, "Odoo")
    assert client.v1.webhook_endpoints.delete(endpoint.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such webhook endpoint"):
        client.v1.webhook_endpoints.retrieve(endpoint.id)
    assert client.v1.webhook_endpoints.list().data == []


def test_sixteen_endpoints_are_the_most(client):
    """A database copied again and again would fill the account."""
    params = {"url": HOOK, "enabled_events": ["*"]}
    for _ in range(16):
        client.v1.webhook_endpoints.create(params)
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 16"):
        client.v1.webhook_endpoints.create(params)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8069", "localhost", "192.168.1.5", "[::1]", "odoo", "odoo.local"],
)
def test_addresses_stripe_cannot_call_are_refused_without_the_switch(
    emulator, client, host
):
    """The addon then polls."""
    url = f"https://{host}/kash"
    emulator.settings.allow_loopback_webhooks = False
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    assert caught.value.code == "url_invalid"


def test_live_endpoints_must_be_https(emulator, account, client):
    """Test mode may use plain http."""
    params = {"url": "http://shop.example.com/kash", "enabled_events": ["*"]}
    client.v1.webhook_endpoints.create(params)
    live = client_for(emulator, account.live_secret_key)
    with pytest.raises(stripe.InvalidRequestError, match="HTTPS"):
        live.v1.webhook_endpoints.create(params)


@pytest.mark.parametrize("url", ["shop.example.com", "ftp://example.com", "https://"])
def test_an_address_needs_a_scheme_and_a_host(client, url):
    """What people paste."""
    with pytest.raises(stripe.InvalidRequestError, match="explicit scheme"):
        client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})


def test_only_a_connect_endpoint_is_told_of_connected_accounts(
    emulator, account, client, endpoint
):
    """`account` in the payload tells the platform whose event it is."""
    platform = emulator.create_account(business_name="Platform")
    emulator.connect(platform.id, account.id)
    hub = client_for(emulator, platform.secret_key)
    params = {"url": HOOK, "enabled_events": ["checkout.session.completed"]}
    hub.v1.webhook_endpoints.create(params)
    connect = hub.v1.webhook_endpoints.create({**params, "connect": True})
    emulator.pay(new_session(client).id)
    told = {d.endpoint_id: json.loads(d.body) for d in emulator.outbox.take()}
    assert told.keys() == {endpoint.id, connect.id}
    assert told[connect.id]["account"] == account.id
    assert "account" not in told[endpoint.id]


def test_events_are_kept_for_thirty_days(emulator, client):
    """Back-filling later than that must go by the objects."""
    emulator.pay(new_session(client).id)
    event = client.v1.events.list().data[0]
    emulator.clock.advance(days=31)
    recent = client.v1.events.list({"limit": 100}).data
    assert event.id not in [e.id for e in recent]
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        client.v1.events.retrieve(event.id)


def test_events_are_filtered_by_type_and_wildcard(emulator, client):
    """The back-fill asks for up to twenty types."""
    emulator.pay(new_session(client).id)

    def listed(**filters):
        return [e.type for e in client.v1.events.list(filters).data]

    assert listed(types=["charge.succeeded"]) == ["charge.succeeded"]
    assert listed(type="payment_intent.*") == [
        "payment_intent.succeeded",
        "payment_intent.created",
    ]
    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        listed(type="charge.*", types=["charge.failed"])
    with pytest.raises(stripe.InvalidRequestError, match="up to 20"):
        listed(types=["charge.failed"] * 21)


def test_undelivered_events_can_be_listed(emulator, client, endpoint):
    """`delivery_success=false` finds what the webhook lost."""
    emulator.pay(new_session(client).id)
    assert len(client.v1.events.list({"delivery_success": False}).data) == 4
    assert client.v1.events.list({"delivery_success": True}).data == []
    assert client.v1.events.list().data[0].pending_webhooks == 1


def test_an_event_of_an_unknown_type_reaches_every_endpoint(emulator, account, client):
    """Stripe adds types; the addon answers 200."""
    client.v1.webhook_endpoints.create(
        {"url": HOOK, "enabled_events": ["charge.succeeded"]}
    )
    emulator.emit_raw(account=account.id, type="made.up", data={"object": "thing"})
    assert types(emulator.outbox.pending) == ["made.up"]


def test_an_event_can_be_emitted_again(emulator, account, client, endpoint):
    """Two Event objects may describe one change."""
    charge = emulator.pay(new_session(client).id)
    emulator.outbox.take()
    emulator.emit("charge.succeeded", charge["id"], account=account.id)
    body = json.loads(emulator.outbox.pending[0].body)
    assert body["data"]["object"]["id"] == charge["id"]


def test_a_changed_account_is_told(emulator, account, client, endpoint):
    """Restrictions arrive by `account.updated`."""
    emulator.update_account(account.id, payouts_enabled=False)
    body = json.loads(emulator.outbox.pending[0].body)
    assert body["type"] == "account.updated"
    assert body["data"]["previous_attributes"] == {"payouts_enabled": True}
    assert not client.v1.accounts.retrieve_current().payouts_enabled
