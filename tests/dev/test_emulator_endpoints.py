"""Every endpoint: a good call, an unknown parameter, a missing one, a foreign id."""

from dataclasses import dataclass, field

import pytest
import stripe
from emulator_sdk import (
    account_params,
    account_v2_params,
    client_for,
    link_params,
    link_v2_params,
    new_session,
    session_params,
)

from dev.stripe_emulator.catalogue import RESOURCES
from dev.stripe_emulator.params import fields_of

LINK_V2 = ("account", "use_case")
PAYOUT = {"amount": 1, "currency": "usd"}
HOOK = {"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]}


@dataclass
class Case:
    """How to call an endpoint well; `{…}` stands for ids of the `world` fixture."""

    method: str
    path: str
    params: dict = field(default_factory=dict)
    required: tuple[str, ...] = ()
    by: str = ""
    """The platform that calls, if the shop does not."""


CASES = [
    Case("GET", "/v1/account"),
    Case("POST", "/v1/account_links", link_params(), ("account", "type"), "v1"),
    Case("GET", "/v1/accounts", {"limit": 3}, by="v1"),
    Case("POST", "/v1/accounts", account_params(), by="v1"),
    Case("GET", "/v1/accounts/{account}"),
    Case("POST", "/v1/accounts/{v1_account}", {"metadata": {"a": "b"}}, by="v1"),
    Case("DELETE", "/v1/accounts/{v1_account}", by="v1"),
    Case("GET", "/v1/accounts/{v1_account}/capabilities", by="v1"),
    Case("GET", "/v1/accounts/{v1_account}/capabilities/transfers", by="v1"),
    Case(
        "POST",
        "/v1/accounts/{v1_account}/capabilities/us_bank_account_ach_payments",
        {"requested": True},
        by="v1",
    ),
    Case("GET", "/v1/accounts/{v1_account}/external_accounts", {"limit": 1}, by="v1"),
    Case("POST", "/v1/accounts/{express_account}/login_links", by="v1"),
    Case("POST", "/v2/core/account_links", link_v2_params(), LINK_V2, "v2"),
    Case("POST", "/v2/core/accounts", account_v2_params(), by="v2"),
    Case("GET", "/v2/core/accounts/{v2_account}", {"include": ["identity"]}, by="v2"),
    Case(
        "POST",
        "/v2/core/accounts/{v2_account}",
        {"metadata": {"a": "b"}, "include": ["requirements"]},
        by="v2",
    ),
    Case("GET", "/v1/balance"),
    Case("GET", "/v1/balance_settings"),
    Case("POST", "/v1/balance_settings", {"payments": {"payouts": {}}}),
    Case("GET", "/v1/balance_transactions", {"limit": 3, "type": "charge"}),
    Case("GET", "/v1/balance_transactions/{row}"),
    Case("GET", "/v1/charges", {"limit": 3}),
    Case("GET", "/v1/charges/{charge}"),
    Case("GET", "/v1/charges/{charge}/refunds", {"limit": 1}),
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
    Case("GET", "/v1/disputes", {"limit": 3}),
    Case("GET", "/v1/disputes/{dispute}"),
    Case("POST", "/v1/disputes/{dispute}", {"submit": False}),
    Case("POST", "/v1/disputes/{dispute}/close"),
    Case("GET", "/v1/events", {"type": "charge.*"}),
    Case("GET", "/v1/events/{event}"),
    Case("GET", "/v1/payment_intents", {"limit": 3}),
    Case("GET", "/v1/payment_intents/{intent}"),
    Case("POST", "/v1/payment_intents/{elsewhere}/cancel"),
    Case(
        "POST",
        "/v1/payment_method_domains",
        {"domain_name": "new.example.com"},
        ("domain_name",),
    ),
    Case("GET", "/v1/payment_method_configurations"),
    Case("GET", "/v1/payment_method_configurations/{settings}"),
    Case(
        "POST",
        "/v1/payment_method_configurations/{settings}",
        {"klarna": {"display_preference": {"preference": "off"}}},
    ),
    Case("GET", "/v1/payment_method_domains", {"domain_name": "shop.example.com"}),
    Case("GET", "/v1/payment_method_domains/{domain}"),
    Case("POST", "/v1/payment_method_domains/{domain}", {"enabled": False}),
    Case("POST", "/v1/payment_method_domains/{domain}/validate"),
    Case("GET", "/v1/payment_methods/{method}"),
    Case("POST", "/v1/payouts", PAYOUT, ("amount", "currency")),
    Case("GET", "/v1/payouts", {"status": "paid"}),
    Case("GET", "/v1/payouts/{payout}"),
    Case("POST", "/v1/payouts/{payout}", {"metadata": {"a": "b"}}),
    Case("POST", "/v1/payouts/{payout}/cancel"),
    Case("GET", "/v1/radar/early_fraud_warnings", {"limit": 3}),
    Case("GET", "/v1/radar/early_fraud_warnings/{warning}"),
    Case("POST", "/v1/refunds", {"charge": "ch_…", "amount": 1}),
    Case("GET", "/v1/refunds", {"limit": 3}),
    Case("GET", "/v1/refunds/{refund}"),
    Case("POST", "/v1/refunds/{refund}", {"metadata": {"a": "b"}}),
    Case("POST", "/v1/refunds/{refund}/cancel"),
    Case("POST", "/v1/test_helpers/refunds/{refund}/expire"),
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
    [settings] = client.v1.payment_method_configurations.list().data
    domain = client.v1.payment_method_domains.create(
        {"domain_name": "shop.example.com"}
    )
    charge = emulator.pay(new_session(client).id)
    emulator.settle()
    declined = emulator.charge_elsewhere(account, amount=100, card="4000000000000002")
    return {
        "account": account.id,
        "charge": charge["id"],
        "domain": domain.id,
        "elsewhere": declined["payment_intent"],
        "endpoint": endpoint.id,
        "event": emulator.objects("event")[0]["id"],
        "intent": charge["payment_intent"],
        "method": charge["payment_method"],
        "open": new_session(client).id,
        "row": emulator.objects("balance_transaction")[0]["id"],
        "settings": settings.id,
        **moved(emulator, account),
        **platforms(emulator),
    }


def moved(emulator, account):
    """Let money move in every way; return the ids."""
    emulator.add_bank_account(account)
    cash = emulator.charge_elsewhere(account, amount=9000, card="4000000000000077")
    disputed = emulator.charge_elsewhere(account, amount=5000)["id"]
    emulator.settle()
    return {
        "dispute": emulator.dispute(disputed)["id"],
        "payout": emulator.payout(account, 100)["id"],
        "refund": emulator.refund(cash["id"], 100, email="ada@example.com")["id"],
        "warning": emulator.early_fraud_warning(disputed)["id"],
    }


def platforms(emulator):
    """Let two platforms open accounts; return their clients and the accounts' ids."""
    one = client_for(emulator, emulator.create_platform(accounts_api="v1").secret_key)
    two = client_for(emulator, emulator.create_platform(accounts_api="v2").secret_key)
    express = one.v1.accounts.create({"type": "express", "country": "US"}).id
    emulator.finish_onboarding(express)
    return {
        "v1": one,
        "v2": two,
        "express_account": express,
        "v1_account": one.v1.accounts.create(account_params()).id,
        "v2_account": two.v2.core.accounts.create(account_v2_params()).id,
    }


def caller(client, case, world):
    """Return the client that calls this endpoint well."""
    return world[case.by] if case.by else client


def send(client, case, world, **changes):
    """Call the endpoint through the SDK."""
    given = {**case.params, **changes}
    if given.get("account"):
        given["account"] = world[f"{case.by}_account"]
    if given.get("charge"):
        given["charge"] = world["charge"]
    params = {k: v for k, v in given.items() if v is not None}
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
    assert send(caller(client, case, world), case, world).code == 200


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_an_unknown_parameter_is_refused(client, world, case):
    """Nothing misspelt is ignored."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        send(caller(client, case, world), case, world, made_up="1")
    assert caught.value.code == "parameter_unknown"
    assert caught.value.param == "made_up"


@pytest.mark.parametrize(("case", "name"), REQUIRED)
def test_a_missing_parameter_is_named(client, world, case, name):
    """What Stripe needs, the emulator needs."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        send(caller(client, case, world), case, world, **{name: None})
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
