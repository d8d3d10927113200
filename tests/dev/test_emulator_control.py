"""`/_control/*`: the same orders over HTTP, for the demo and the journeys."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
import stripe
from emulator_sdk import client_for, new_session


def order(emulator, name, verb="POST", /, **values):
    """Give an order; return its answer."""
    url = f"{emulator.url}/_control/{name}"
    if verb == "GET":
        return requests.get(url, params=values, timeout=5)
    return requests.post(url, json=values, timeout=5)


@pytest.fixture
def receiver():
    """Listen for webhooks; answer `status`, remember what came."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            """Take a webhook."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.received.append((self.headers["Stripe-Signature"], body))
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *args):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_health_says_that_it_runs(emulator):
    """The lab waits for this."""
    assert order(emulator, "health", "GET").json() == {"status": "ok", "accounts": 0}


def test_an_account_can_keep_the_keys_it_had(emulator):
    """A demo database made earlier still knows them."""
    given = {
        "id": "acct_1Demo",
        "secret_key": "sk_test_demoSecret",
        "publishable_key": "pk_test_demoPublic",
        "business_name": "Demo",
    }
    answer = order(emulator, "accounts", **given).json()
    assert {k: answer[k] for k in given if k in answer} == {
        k: v for k, v in given.items() if k != "business_name"
    }
    client = client_for(emulator, "sk_test_demoSecret")
    assert client.v1.accounts.retrieve_current().id == "acct_1Demo"
    assert order(emulator, "accounts", "GET").json() == [answer]
    assert order(emulator, "accounts", **given).status_code == 400


def test_a_payment_can_be_driven_from_outside(emulator, account, client):
    """Pay, settle, advance, look: what the demo's script does."""
    session = new_session(client)
    assert order(emulator, "decline", session_id=session.id).json()["paid"] is False
    charge = order(emulator, "pay", session_id=session.id).json()
    order(emulator, "settle")
    found = order(emulator, f"objects/{charge['id']}", "GET").json()
    assert found["balance_transaction"]
    balance = {"account_id": account.id, "currency": "usd"}
    assert order(emulator, "balance", "GET", **balance).json()["pending"] == 9680
    order(emulator, "clock/advance", days=2)
    assert order(emulator, "balance", "GET", **balance).json()["available"] == 9680
    assert order(emulator, "invariant", "GET").json() == {"ok": True}


def test_time_is_told_and_set(emulator):
    """Journeys jump to the day a payout arrives."""
    start = order(emulator, "clock", "GET").json()["now"]
    assert order(emulator, "clock/advance", hours=1).json()["now"] == start + 3600
    assert order(emulator, "clock/set", epoch=start).json()["now"] == start


def test_keys_are_restricted_and_revoked(emulator, account):
    """The connect journey tries all of these."""
    permissions = ["rak_balance_read"]
    answer = order(
        emulator, "restricted_key", account_id=account.id, permissions=permissions
    )
    client = client_for(emulator, answer.json()["key"])
    client.v1.balance.retrieve()
    order(emulator, "revoke_key", key=answer.json()["key"])
    with pytest.raises(stripe.AuthenticationError):
        client.v1.balance.retrieve()


def test_platforms_connect_and_lose_accounts(emulator, account):
    """Both ends of a Connect relation."""
    platform = emulator.create_account()
    pair = {"platform": platform.id, "account_id": account.id}
    client = client_for(emulator, platform.secret_key, stripe_account=account.id)
    order(emulator, "connect", **pair)
    client.v1.balance.retrieve()
    order(emulator, "disconnect", **pair)
    with pytest.raises(stripe.PermissionError):
        client.v1.balance.retrieve()


def test_the_outbox_is_shown_taken_and_delivered(emulator, client, receiver):
    """Deliveries carry a signature that the receiver can check."""
    port = receiver.server_address[1]
    endpoint = client.v1.webhook_endpoints.create(
        {"url": f"http://127.0.0.1:{port}/hook?a=1", "enabled_events": ["*"]}
    )
    session = new_session(client)
    order(emulator, "pay", session_id=session.id)
    shown = order(emulator, "outbox", "GET").json()
    assert [d["state"] for d in shown] == ["pending"] * 4
    delivered = order(emulator, "outbox/deliver").json()
    assert [d["last_status"] for d in delivered] == [200] * 4
    signature, body = receiver.received[-1]
    event = stripe.Webhook.construct_event(body, signature, endpoint.secret)
    assert event.type == "checkout.session.completed"
    assert client.v1.events.list({"delivery_success": True}).data[0].id == event.id
    emulator.settle()
    taken = order(emulator, "outbox/take", at=1763800000).json()
    assert [d["type"] for d in taken] == ["charge.updated"]
    assert taken[0]["headers"]["Stripe-Signature"].startswith("t=1763800000,v1=")
    assert order(emulator, "outbox/deliver").json() == []


def test_a_refused_delivery_waits_for_its_next_try(emulator, client, receiver):
    """500 from Odoo means: again later."""
    port = receiver.server_address[1]
    client.v1.webhook_endpoints.create(
        {"url": f"http://127.0.0.1:{port}", "enabled_events": ["charge.succeeded"]}
    )
    receiver.status = 500
    emulator.pay(new_session(client).id)
    assert order(emulator, "outbox/deliver").json()[0]["last_status"] == 500
    waiting = emulator.outbox.pending[0]
    assert (waiting.attempts, waiting.last_status) == (1, 500)
    assert client.v1.events.list({"delivery_success": True}).data[0].type != (
        "charge.succeeded"
    )


def test_deliveries_to_a_deleted_endpoint_are_dropped(emulator, client):
    """Nobody is called who said goodbye."""
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9", "enabled_events": ["charge.succeeded"]}
    )
    emulator.pay(new_session(client).id)
    client.v1.webhook_endpoints.delete(endpoint.id)
    assert order(emulator, "outbox/deliver").json()[0]["state"] == "dropped"


def test_trouble_can_be_ordered(emulator, client):
    """The journey of a slow Stripe needs it."""
    order(emulator, "fail_next", method="GET", path="/v1/balance", status=503)
    with pytest.raises(stripe.APIError):
        client.v1.balance.retrieve()
    log = order(emulator, "requests", "GET", last="1").json()
    assert [(r["path"], r["status"]) for r in log] == [("/v1/balance", 503)]


def test_objects_are_listed_and_falsified(emulator, account, client):
    """Wrong amounts are told to the addon this way."""
    session = new_session(client)
    order(emulator, "tamper", object_id=session.id, fields={"amount_total": 1})
    listed = order(
        emulator, "objects", "GET", kind="checkout.session", account=account.id
    )
    assert [s["amount_total"] for s in listed.json()] == [1]


def test_metadata_are_edited_in_the_dashboard(emulator, account, client):
    """What we wrote into them is nobody's proof."""
    charge = order(
        emulator, "charge_elsewhere", account_id=account.id, amount=500
    ).json()
    order(emulator, "edit_metadata", object_id=charge["id"], metadata={"a": "1"})
    edited = order(
        emulator, "edit_metadata", object_id=charge["id"], metadata={"b": "2", "a": ""}
    )
    assert edited.json()["metadata"] == {"b": "2"}
    assert [e.type for e in client.v1.events.list({"limit": 2}).data] == [
        "charge.updated",
        "charge.updated",
    ]
    order(emulator, "edit_metadata", object_id=charge["id"], metadata="")
    assert emulator.object(charge["id"])["metadata"] == {}


def test_events_are_made_to_order(emulator, account, client):
    """Unknown types and repeated news."""
    charge = order(
        emulator, "charge_elsewhere", account_id=account.id, amount=500
    ).json()
    order(emulator, "emit", type="charge.refunded", obj_id=charge["id"])
    data = {"account": account.id, "type": "made.up", "data": {"object": "thing"}}
    order(emulator, "emit_raw", **data)
    changed = order(
        emulator, "accounts/update", account_id=account.id, payouts_enabled=False
    )
    assert changed.json()["payouts_enabled"] is False
    assert [e.type for e in client.v1.events.list({"limit": 3}).data] == [
        "account.updated",
        "made.up",
        "charge.refunded",
    ]


def test_settings_are_changed(emulator, client):
    """The journey without webhooks turns the loopback switch off."""
    order(emulator, "settings", allow_loopback_webhooks=False, bt_delay=60)
    assert emulator.settings.bt_delay == 60
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.webhook_endpoints.create(
            {"url": "http://127.0.0.1/x", "enabled_events": ["*"]}
        )


def test_reset_forgets_everything(emulator, account, client):
    """A journey begins with an empty Stripe."""
    emulator.pay(new_session(client).id)
    order(emulator, "reset")
    assert emulator.accounts() == []
    assert emulator.objects("charge") == []
    assert emulator.clock.timers == []
    with pytest.raises(stripe.AuthenticationError):
        client.v1.balance.retrieve()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("made_up", {}),
        ("pay", {}),
        ("pay", {"session_id": "cs_test_gone"}),
        ("pay", {"session_id": 7}),
        ("pay", {"session_id": "cs_test_gone", "bogus": 1}),
        ("decline", {"session_id": "x", "card": "4242424242424242"}),
        ("clock/advance", {"seconds": -1}),
        ("clock/advance", {"seconds": "ten"}),
        ("clock/advance", {"weeks": 1}),
        ("revoke_key", {"key": "sk_test_unknown"}),
        ("fail_next", {"status": 200}),
        ("fail_next", {"times": 0}),
        ("fail_next", {"status": "500"}),
        ("tamper", {"object_id": "ch_x", "fields": {}}),
        ("tamper", {"object_id": "ch_x", "fields": []}),
        ("edit_metadata", {"object_id": "ch_x", "metadata": ""}),
        ("emit", {"type": "charge.succeeded", "obj_id": "ch_x"}),
        ("outbox/mode", {"mode": "perhaps"}),
        ("settings", {"bt_delay": "soon"}),
        ("settings", {"made_up": 1}),
        ("connect", {"platform": "acct_x", "account_id": "acct_y"}),
        ("accounts/update", {"account_id": "acct_x"}),
    ],
)
def test_a_bad_order_is_answered_in_json(emulator, name, values):
    """A sentence, not a traceback."""
    answer = order(emulator, name, **values)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("body", ["{", "[]", '"x"'])
def test_a_body_that_is_no_object_is_refused(emulator, body):
    """Even that is JSON in return."""
    answer = requests.post(f"{emulator.url}/_control/pay", data=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_an_unknown_object_is_a_json_error(emulator):
    """Looking for what is not there is no crash."""
    answer = order(emulator, "objects/ch_x", "GET")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "No such object: 'ch_x'"
