"""The conventions of the API: keys, version, tenants, lists, expansion, errors."""

import gzip
import json
import urllib.request

import pytest
import requests
import stripe
from emulator_sdk import client_for, new_session, session_params


def post(emulator, account, path, data, **headers):
    """Post a form by hand, where the SDK would not let us."""
    return requests.post(
        emulator.url + path,
        data=data,
        headers={"Authorization": f"Bearer {account.secret_key}", **headers},
        timeout=5,
    )


def test_a_request_without_a_key_is_told_how_to_give_one(emulator):
    """Stripe's own words help whoever forgot the key."""
    answer = requests.get(f"{emulator.url}/v1/account", timeout=5)
    assert answer.status_code == 401
    assert "You did not provide an API key" in answer.json()["error"]["message"]


def test_an_unknown_key_is_quoted_with_only_its_ends(emulator):
    """Logs show which key was wrong, without the key."""
    with pytest.raises(stripe.AuthenticationError) as caught:
        client_for(emulator, "sk_test_thisIsNobodysKeyabcd").v1.balance.retrieve()
    message = str(caught.value.user_message)
    assert message.startswith("Invalid API Key provided: sk_test_*")
    assert message.endswith("abcd")
    assert "thisIsNobodys" not in message


def test_a_revoked_key_is_expired(emulator, account, client):
    """The addon marks the connection broken on this code."""
    emulator.revoke_key(account.secret_key)
    with pytest.raises(stripe.AuthenticationError) as caught:
        client.v1.balance.retrieve()
    assert caught.value.error.code == "api_key_expired"


def test_a_publishable_key_cannot_call_the_api(emulator, account):
    """The two keys are easily swapped in a form."""
    with pytest.raises(stripe.AuthenticationError) as caught:
        client_for(emulator, account.publishable_key).v1.balance.retrieve()
    assert caught.value.error.code == "secret_key_required"


def test_a_restricted_key_is_refused_with_the_permission_named(emulator, account):
    """The connect dialog shows this name as the box to tick."""
    client = client_for(emulator, account.restricted_key(["rak_balance_read"]))
    client.v1.balance.retrieve()
    with pytest.raises(stripe.PermissionError) as caught:
        client.v1.charges.list()
    assert "'rak_charge_read'" in str(caught.value)


def test_write_permission_implies_read(emulator, account):
    """Stripe's dashboard offers none, read or write."""
    client = client_for(
        emulator, account.restricted_key(["rak_checkout_session_write"])
    )
    session = new_session(client)
    assert client.v1.checkout.sessions.retrieve(session.id).id == session.id


def test_expanding_needs_permission_to_read_what_is_expanded(emulator, account, client):
    """A key for sessions must not leak charges."""
    session = new_session(client)
    emulator.pay(session.id)
    narrow = client_for(emulator, account.restricted_key(["rak_checkout_session_read"]))
    with pytest.raises(stripe.PermissionError) as caught:
        narrow.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert "rak_payment_intent_read" in str(caught.value)


def test_another_api_version_is_refused(emulator, account):
    """Shapes differ by version: silence would hide a forgotten pin."""
    client = client_for(emulator, account.secret_key, stripe_version="2020-08-27")
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        client.v1.balance.retrieve()


def test_test_and_live_are_two_worlds(emulator, account, client):
    """Test money must never be seen with a live key."""
    session = new_session(client)
    live = client_for(emulator, account.live_secret_key)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        live.v1.checkout.sessions.retrieve(session.id)
    assert caught.value.code == "resource_missing"
    assert "a similar object exists in test mode" in str(caught.value)
    assert live.v1.checkout.sessions.list().data == []


def test_the_id_of_another_account_does_not_exist(emulator, client):
    """Stripe does not say that somebody else has it."""
    session = new_session(client)
    stranger = client_for(emulator, emulator.create_account().secret_key)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stranger.v1.checkout.sessions.retrieve(session.id)
    assert caught.value.http_status == 404
    assert f"No such checkout.session: '{session.id}'" in str(caught.value)


def test_a_platform_acts_for_its_connected_account_only(emulator, account, client):
    """`Stripe-Account` is how the addon reaches a company's account."""
    platform = emulator.create_account(business_name="Platform")
    connected = client_for(emulator, platform.secret_key, stripe_account=account.id)
    with pytest.raises(stripe.PermissionError) as caught:
        connected.v1.balance.retrieve()
    assert caught.value.error.code == "account_invalid"
    emulator.connect(platform.id, account.id)
    session = new_session(connected)
    assert client.v1.checkout.sessions.retrieve(session.id).id == session.id


def test_a_revoked_access_is_account_invalid(emulator, account):
    """This is how the addon learns that it was disconnected."""
    platform = emulator.create_account(business_name="Platform")
    emulator.connect(platform.id, account.id)
    connected = client_for(emulator, platform.secret_key, stripe_account=account.id)
    connected.v1.balance.retrieve()
    emulator.disconnect(platform.id, account.id)
    with pytest.raises(stripe.PermissionError) as caught:
        connected.v1.balance.retrieve()
    assert "Application access may have been revoked" in str(caught.value)


def test_the_account_tells_its_name_zone_and_state(account, client):
    """Settings shows these after connecting."""
    mine = client.v1.accounts.retrieve_current()
    assert mine.id == account.id
    assert mine.business_profile.name == "Hill Street Books"
    assert mine.settings.dashboard.timezone == "America/New_York"
    assert (mine.charges_enabled, mine.payouts_enabled) == (True, True)
    assert client.v1.accounts.retrieve(account.id).country == "US"


def test_an_unknown_path_is_unrecognized(emulator, account):
    """A typo must not look like a missing object."""
    answer = post(emulator, account, "/v1/made_up", {})
    assert answer.status_code == 404
    assert "Unrecognized request URL (POST: /v1/made_up)" in answer.text


def test_a_json_body_is_refused(emulator, account):
    """Version 1 of the API takes forms."""
    answer = post(
        emulator,
        account,
        "/v1/checkout/sessions",
        "{}",
        **{"Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert "content type" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    ["a[b=1&]]=2", "a[b]=1&a=2", "mode=payment&mode[x]=1", "%ff%fe=%00", "[]=1", "=1"],
)
def test_a_malformed_body_gets_stripes_error_shape(emulator, account, body):
    """Never a traceback, whatever is sent."""
    answer = post(
        emulator,
        account,
        "/v1/checkout/sessions",
        body,
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_an_oversized_body_gets_stripes_error_shape(emulator, account):
    """Never a traceback, however much is sent."""
    answer = post(emulator, account, "/v1/checkout/sessions", {"mode": "x" * 10**6})
    assert answer.status_code == 400


def test_arrays_may_be_sent_with_or_without_an_index(emulator, account, client):
    """The SDK numbers its arrays; people with curl do not."""
    session = new_session(client)
    emulator.pay(session.id)
    answer = requests.get(
        f"{emulator.url}/v1/checkout/sessions/{session.id}",
        params={"expand[]": ["payment_intent", "line_items"]},
        auth=(account.secret_key, ""),
        timeout=5,
    ).json()
    assert answer["payment_intent"]["object"] == "payment_intent"
    assert answer["line_items"]["data"][0]["quantity"] == 1


@pytest.mark.parametrize(
    ("changes", "message", "param"),
    [
        (
            {"payment_method_types": ["card"]},
            "Received unknown parameter: payment_method_types",
            "payment_method_types",
        ),
        ({"ui_mode": "hosted"}, "must be one of elements, embedded_page", "ui_mode"),
        ({"ui_mode": "embedded"}, "must be one of elements", "ui_mode"),
        ({"ui_mode": "custom"}, "must be one of elements", "ui_mode"),
        ({"expires_at": "soon"}, "Invalid integer: soon", "expires_at"),
        (
            {"adaptive_pricing": {"enabled": "perhaps"}},
            "Invalid boolean: perhaps",
            "adaptive_pricing[enabled]",
        ),
        ({"adaptive_pricing": "off"}, "Invalid object", "adaptive_pricing"),
        ({"line_items": "one"}, "Invalid array", "line_items"),
        ({"success_url": ""}, "You passed an empty string", "success_url"),
        ({"success_url": {"a": "b"}}, "Invalid string", "success_url"),
        ({"metadata": {"a": {"b": "c"}}}, "Invalid string", "metadata[a]"),
        ({"mode": None}, "Missing required param: mode.", "mode"),
        ({"line_items": None}, "Missing required param: line_items.", "line_items"),
        ({"success_url": None}, "Missing required param: success_url", "success_url"),
    ],
)
def test_parameters_are_refused_as_stripe_refuses_them(client, changes, message, param):
    """What passes here must pass at Stripe."""
    params = {k: v for k, v in {**session_params(), **changes}.items() if v is not None}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(params)
    assert caught.value.http_status == 400
    assert message in str(caught.value)
    assert caught.value.param == param


def test_unknown_parameters_are_named_at_every_depth(client):
    """One misspelt key in a nested hash would otherwise be lost."""
    params = session_params(bogus="1")
    params["line_items"][0]["price_data"]["vat"] = "2"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(params)
    assert caught.value.code == "parameter_unknown"
    assert "line_items[0][price_data][vat], bogus" in str(caught.value)


def test_what_the_emulator_lacks_is_refused_loudly(client):
    """Ignoring a parameter would let a test pass for nothing."""
    with pytest.raises(stripe.APIError) as caught:
        new_session(client, phone_number_collection={"enabled": True})
    assert caught.value.http_status == 501
    assert "phone_number_collection[enabled]" in str(caught.value)


def test_lists_come_newest_first_in_pages(emulator, account, client):
    """The sync walks pages by cursor; a gap would lose money."""
    ids = []
    for index in range(7):
        emulator.clock.advance(seconds=1)
        ids.append(emulator.charge_elsewhere(account, amount=1000 + index)["id"])
    first = client.v1.charges.list({"limit": 3})
    assert [charge.id for charge in first.data] == ids[:3:-1]
    assert first.has_more
    assert [charge.id for charge in first.auto_paging_iter()] == ids[::-1]
    newer = client.v1.charges.list({"limit": 3, "ending_before": ids[2]})
    assert [charge.id for charge in newer.data] == [ids[5], ids[4], ids[3]]
    assert newer.has_more


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred_rows(client, limit):
    """Asking for more is an error at Stripe, not a cap."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.charges.list({"limit": limit})
    assert caught.value.param == "limit"


def test_a_cursor_that_does_not_exist_is_refused(client):
    """A sync with a stale cursor must notice."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.charges.list({"starting_after": "ch_gone"})
    assert (caught.value.http_status, caught.value.param) == (400, "starting_after")


def test_created_filters_by_each_bound(emulator, account, client):
    """Windows of the sync are half-open: [gte, lt)."""
    start = emulator.clock.now
    for _ in range(3):
        emulator.charge_elsewhere(account, amount=1000)
        emulator.clock.advance(seconds=10)

    def count(**created):
        return len(client.v1.charges.list({"created": created}).data)

    assert count(gte=start + 10) == 2
    assert count(gt=start + 10) == 1
    assert count(lt=start + 10) == 1
    assert count(lte=start + 10) == 2
    assert len(client.v1.charges.list({"created": start}).data) == 1


def test_four_levels_expand_and_a_fifth_does_not(emulator, client):
    """One call reads session, payment, charge and its row."""
    session = new_session(client)
    emulator.pay(session.id)
    emulator.settle()
    path = "data.payment_intent.latest_charge.balance_transaction"
    found = client.v1.checkout.sessions.list({"expand": [path]}).data[0]
    assert found.payment_intent.latest_charge.balance_transaction.net == 9680
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        client.v1.checkout.sessions.list({"expand": [f"{path}.source"]})


def test_what_cannot_be_expanded_is_refused(client):
    """Stripe answers 400, where leniency would hide a typo."""
    session = new_session(client)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.checkout.sessions.retrieve(session.id, {"expand": ["amount_total"]})
    with pytest.raises(stripe.InvalidRequestError, match=r"data\.payment_intent"):
        client.v1.checkout.sessions.list({"expand": ["payment_intent"]})


def test_answers_are_compressed_for_who_can_read_it(emulator, account):
    """Stripe does, and a proxy of ours must cope."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{emulator.url}/v1/balance",
        headers={
            "Authorization": f"Bearer {account.secret_key}",
            "Accept-Encoding": "gzip",
        },
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        body = json.loads(gzip.decompress(answer.read()))
    assert body["object"] == "balance"


def test_every_request_has_an_id_and_stands_in_the_log(emulator, account, client):
    """Support at Stripe asks for it, and so does a failing test."""
    answer = client.raw_request("get", "/v1/balance")
    record = emulator.requests[-1]
    assert answer.headers["Request-Id"] == record.request_id
    assert (record.method, record.path, record.status) == ("GET", "/v1/balance", 200)
    assert (record.account, record.livemode) == (account.id, False)
