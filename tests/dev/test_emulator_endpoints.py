"""Every endpoint: a good call, an unknown parameter, a missing one, a foreign id."""

from dataclasses import dataclass, field

import pytest
import stripe
from emulator_sdk import client_for, new_session, session_params

from dev.stripe_emulator.params import fields_of
from dev.stripe_emulator.resources import RESOURCES

HOOK = {"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]}


@dataclass
class Case:
    """How to call an endpoint well; `{…}` stands for ids of the `world` fixture."""

    method: str
    path: str
    params: dict = field(default_factory=dict)
    required: tuple[str, ...] = ()


CASES = [
    Case("GET", "/v1/account"),
    Case("GET", "/v1/accounts/{account}"),
    Case("GET", "/v1/balance"),
    Case("GET", "/v1/balance_transactions", {"limit": 3, "type": "charge"}),
    Case("GET", "/v1/balance_transactions/{row}"),
    Case("GET", "/v1/charges", {"limit": 3}),
    Case("GET", "/v1/charges/{charge}"),
    Case(
        "POST",
        "/v1/checkout/sessions",
        session_params(),
        ("mode", "line_items", "success_url"),
    ),
    Case("GET", "/v1/checkout/sessions", {"status": "open"}),
    Case("GET", "/v1/checkout/sessions/{open}"),
    Case("POST", "/v1/checkout/sessions/{open}/expire"),
    Case("GET", "/v1/checkout/sessions/{open}/line_items", {"limit": 1}),
    Case("GET", "/v1/events", {"type": "charge.*"}),
    Case("GET", "/v1/events/{event}"),
    Case("GET", "/v1/payment_intents", {"limit": 3}),
    Case("GET", "/v1/payment_intents/{intent}"),
    Case("POST", "/v1/payment_intents/{elsewhere}/cancel"),
    Case("GET", "/v1/payment_methods/{method}"),
    Case("POST", "/v1/webhook_endpoints", HOOK, ("url", "enabled_events")),
    Case("GET", "/v1/webhook_endpoints"),
    Case("GET", "/v1/webhook_endpoints/{endpoint}"),
    Case("POST", "/v1/webhook_endpoints/{endpoint}", {"disabled": True}),
    Case("DELETE", "/v1/webhook_endpoints/{endpoint}"),
]
IDS = [f"{case.method} {case.path}" for case in CASES]
WITH_ID = [case for case in CASES if "{" in case.path]
REQUIRED = [(case, name) for case in CASES for name in case.required]


@pytest.fixture
def world(emulator, account, client):
    """Make one object of each kind; return their ids."""
    endpoint = client.v1.webhook_endpoints.create(HOOK)
    charge = emulator.pay(new_session(client).id)
    emulator.settle()
    declined = emulator.charge_elsewhere(account, amount=100, card="4000000000000002")
    return {
        "account": account.id,
        "charge": charge["id"],
        "elsewhere": declined["payment_intent"],
        "endpoint": endpoint.id,
        "event": emulator.objects("event")[0]["id"],
        "intent": charge["payment_intent"],
        "method": charge["payment_method"],
        "open": new_session(client).id,
        "row": emulator.objects("balance_transaction")[0]["id"],
    }


def send(client, case, world, **changes):
    """Call the endpoint through the SDK."""
    params = {k: v for k, v in {**case.params, **changes}.items() if v is not None}
    return client.raw_request(case.method.lower(), case.path.format(**world), **params)


def test_the_table_names_every_endpoint(world):
    """A new endpoint without its four tests is not finished."""
    routes = {(route.method, route) for r in RESOURCES for route in r.routes}
    for method, route in routes:
        assert any(
            case.method == method and route.pattern.fullmatch(case.path.format(**world))
            for case in CASES
        ), f"{method} {route.path} is missing in CASES"


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_good_call_succeeds(client, world, case):
    """The table itself is right."""
    assert send(client, case, world).code == 200


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_an_unknown_parameter_is_refused(client, world, case):
    """Nothing misspelt is ignored."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        send(client, case, world, made_up="1")
    assert caught.value.code == "parameter_unknown"
    assert caught.value.param == "made_up"


@pytest.mark.parametrize(("case", "name"), REQUIRED)
def test_a_missing_parameter_is_named(client, world, case, name):
    """What Stripe needs, the emulator needs."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        send(client, case, world, **{name: None})
    assert (caught.value.code, caught.value.param) == ("parameter_missing", name)


@pytest.mark.parametrize("case", WITH_ID, ids=[f"{c.method} {c.path}" for c in WITH_ID])
def test_a_foreign_id_does_not_exist(emulator, world, case):
    """No account sees what another has."""
    stranger = client_for(emulator, emulator.create_account().secret_key)
    with pytest.raises((stripe.InvalidRequestError, stripe.PermissionError)) as caught:
        send(stranger, case, world)
    expected = "account_invalid" if "account}" in case.path else "resource_missing"
    assert caught.value.error.code == expected


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_restricted_key_without_the_permission_is_refused(
    emulator, account, world, case
):
    """Every endpoint names the permission it needs."""
    narrow = client_for(emulator, account.restricted_key([]))
    with pytest.raises(stripe.PermissionError, match="rak_"):
        send(narrow, case, world)


def test_the_parameters_come_from_the_sdk():
    """No list by hand: each route names its class of `stripe.params`."""
    for resource in RESOURCES:
        for route in resource.routes:
            assert route.params.__module__.startswith("stripe.params"), route.path
            assert isinstance(fields_of(route.params), dict)
