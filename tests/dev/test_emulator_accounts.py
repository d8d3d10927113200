"""Connected accounts: made by API, v1 and v2, in every state Stripe knows."""

import json

import pytest
import stripe
from emulator_sdk import (
    account_params,
    account_v2_params,
    client_for,
    link_params,
    new_session,
    platform_client,
    session_params,
)

from dev.stripe_emulator import ControlError, StripeEmulator, shapes, state
from dev.stripe_emulator.connect.account_states import REJECTIONS

REVENUE = {"amount": 1, "currency": "usd", "fiscal_year_end": "2025-12-31"}
HOOK = "http://127.0.0.1:9/connect"
ALL = [
    *("configuration.merchant", "defaults", "future_requirements", "identity"),
    "requirements",
]


@pytest.fixture
def v1(emulator):
    """Sign a platform up that is on Accounts v1."""
    return emulator.create_platform(accounts_api="v1")


@pytest.fixture
def v2(emulator):
    """Sign a platform up that is on Accounts v2."""
    return emulator.create_platform()


@pytest.fixture
def hub(emulator, v1) -> stripe.StripeClient:
    """Return the v1 platform's client."""
    return platform_client(emulator, v1)


@pytest.fixture
def hub2(emulator, v2) -> stripe.StripeClient:
    """Return the v2 platform's client."""
    return platform_client(emulator, v2)


@pytest.fixture
def made(hub):
    """Open an account by API."""
    return hub.v1.accounts.create(account_params())


@pytest.fixture
def endpoint(hub):
    """Listen to connected accounts."""
    return hub.v1.webhook_endpoints.create(
        {"url": HOOK, "enabled_events": ["*"], "connect": True}
    )


def told(emulator):
    """Take the outbox; return each event's type and account."""
    bodies = [json.loads(delivery.body) for delivery in emulator.outbox.take()]
    return [(body["type"], body.get("account")) for body in bodies]


def test_a_new_account_owes_everything_and_can_do_nothing(made):
    """Onboarding has not begun."""
    assert not made.details_submitted
    assert (made.charges_enabled, made.payouts_enabled) == (False, False)
    assert made.requirements.disabled_reason == "requirements.past_due"
    assert made.requirements.past_due == made.requirements.currently_due
    due = set(made.requirements.currently_due)
    assert {"business_profile.url", "external_account", "tos_acceptance.date"} <= due
    assert {"company.tax_id", "representative.dob.day"} <= due
    assert made.capabilities.to_dict() == {
        "card_payments": "inactive",
        "transfers": "inactive",
    }
    assert made.metadata.to_dict() == {"company": "1"}
    assert made.controller.to_dict() == {
        "fees": {"payer": "account"},
        "is_controller": True,
        "losses": {"payments": "stripe"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "full"},
        "type": "application",
    }


def test_what_is_given_is_not_asked_for(hub):
    """Prefilling makes onboarding shorter."""
    profile = {"name": "Foo", "url": "https://foo.example"}
    params = account_params(business_profile=profile, business_type="company")
    due = hub.v1.accounts.create(params).requirements.currently_due
    assert not {"business_profile.url", "business_type"} & set(due)


@pytest.mark.parametrize(
    ("kind", "dashboard", "fees"),
    [
        ("standard", "full", "account"),
        ("express", "express", "application_express"),
        ("custom", "none", "application_custom"),
    ],
)
def test_the_old_types_are_controllers_with_a_name(hub, kind, dashboard, fees):
    """Existing platforms still say `type`."""
    made = hub.v1.accounts.create({"type": kind})
    assert made.type == kind
    assert made.controller.stripe_dashboard.type == dashboard
    assert made.controller.fees.payer == fees
    assert made.country == "US"


def test_shapes_are_complete(emulator, hub, hub2, made):
    """Code that reads a field must find it here as at Stripe."""
    emulator.finish_onboarding(made.id)
    paths = [f"/v1/accounts/{made.id}{end}" for end in ("", "/capabilities")]
    for path in [*paths, f"/v1/accounts/{made.id}/external_accounts", "/v1/accounts"]:
        assert shapes.missing(hub.raw_request("get", path).data) == []
    answer = hub2.raw_request(
        "post", "/v2/core/accounts", **account_v2_params(include=ALL)
    )
    assert shapes.missing(answer.data) == []
    del answer.data["dashboard"]
    assert shapes.missing(answer.data) == ["dashboard"]


@pytest.mark.parametrize(
    ("changes", "message", "param"),
    [
        ({"country": "TR"}, "TR is not currently supported by Stripe", "country"),
        ({"email": "nobody"}, "Invalid email address: nobody", "email"),
        ({"default_currency": "xxx"}, "Invalid currency", "default_currency"),
        (
            {"business_profile": {"url": "foo"}},
            "Not a valid URL",
            "business_profile[url]",
        ),
        (
            {"type": "standard", "controller": {"fees": {"payer": "account"}}},
            "only specify one",
            "type",
        ),
        (
            {"controller": {"losses": {"payments": "application"}}},
            "can only be `application`",
            "controller[losses][payments]",
        ),
        (
            {"controller": {"requirement_collection": "application"}},
            "can only be `application`",
            "controller[requirement_collection]",
        ),
        (
            {"capabilities": {"transfers": {"requested": True}}},
            "without the `card_payments` capability",
            "capabilities",
        ),
        (
            {"capabilities": {"bacs_debit_payments": {"requested": True}}},
            "cannot request the `bacs_debit_payments` capability for accounts in US",
            "capabilities[bacs_debit_payments]",
        ),
    ],
)
def test_a_bad_account_is_refused(hub, changes, message, param):
    """In Stripe's words, where they are known."""
    with pytest.raises(stripe.InvalidRequestError, match=message) as caught:
        hub.v1.accounts.create(account_params(**changes))
    assert caught.value.param == param


@pytest.mark.parametrize(
    "changes",
    [
        {"tos_acceptance": {"date": 1}},
        {"company": {"name": "Foo"}},
        {"business_profile": {"annual_revenue": REVENUE}},
    ],
)
def test_what_the_emulator_lacks_is_refused_loudly(hub, changes):
    """Nothing is ignored."""
    with pytest.raises(stripe.APIError) as caught:
        hub.v1.accounts.create(account_params(**changes))
    assert caught.value.http_status == 501


ACH = "us_bank_account_ach_payments"
BACS, SEPA = "bacs_debit_payments", "sepa_debit_payments"


@pytest.mark.parametrize(
    ("country", "names", "refused"),
    [
        ("US", [ACH, SEPA], BACS),
        ("GB", [BACS, SEPA], ACH),
        ("DE", [SEPA], ACH),
        ("BR", ["card_payments"], SEPA),
    ],
)
def test_capabilities_depend_on_the_country(hub, country, names, refused):
    """Bank debits are local."""
    made, wanted = hub.v1.accounts.create({"country": country}), {"requested": True}
    for name in names:
        capability = hub.v1.accounts.capabilities.update(made.id, name, wanted)
        assert (capability.requested, capability.status) == (True, "inactive")
    with pytest.raises(stripe.InvalidRequestError, match=f"for accounts in {country}"):
        hub.v1.accounts.capabilities.update(made.id, refused, wanted)


def test_who_is_no_platform_opens_no_accounts(client):
    """Connect must be signed up for."""
    with pytest.raises(stripe.InvalidRequestError, match="signed up for Connect"):
        client.v1.accounts.create(account_params())


def test_a_platform_uses_the_api_that_it_signed_up_for(emulator, hub, hub2, v2):
    """New platforms are on v2, old ones stay on v1."""
    with pytest.raises(
        stripe.InvalidRequestError, match="accounts-v2/account-creation"
    ):
        hub2.v1.accounts.create(account_params())
    with pytest.raises(stripe.InvalidRequestError, match="v2 is not enabled") as caught:
        hub.v2.core.accounts.create(account_v2_params())
    assert caught.value.code == "accounts_v2_access_blocked"
    emulator.update_platform(v2.id, accounts_api="v1")
    assert hub2.v1.accounts.create(account_params()).id


def test_live_accounts_need_a_complete_profile(emulator, v1):
    """Test mode does not ask."""
    emulator.update_platform(v1.id, profile_complete=False)
    assert platform_client(emulator, v1).v1.accounts.create(account_params()).id
    live = platform_client(emulator, v1, live=True)
    with pytest.raises(stripe.InvalidRequestError, match="complete your platform pro"):
        live.v1.accounts.create(account_params())


def test_a_platform_may_be_narrower_than_stripe(emulator, v1, hub):
    """The countries of a platform are a setting."""
    emulator.update_platform(v1.id, countries=["GB"])
    with pytest.raises(stripe.InvalidRequestError, match="US is not currently"):
        hub.v1.accounts.create(account_params())
    assert hub.v1.accounts.create(account_params(country="GB")).country == "GB"


def test_no_account_is_opened_for_another(emulator, v1, made):
    """`Stripe-Account` must not be sent along."""
    astray = platform_client(emulator, v1, stripe_account=made.id)
    with pytest.raises(stripe.PermissionError, match="on behalf of their connected"):
        astray.v1.accounts.create(account_params())


def test_creating_twice_with_one_key_makes_one_account(hub, hub2):
    """The answer that got lost is given again, by v2 as well."""
    options = {"idempotency_key": "company-1"}
    first, again = (hub.v1.accounts.create(account_params(), options) for _ in "12")
    assert first.id == again.id
    first, again = (
        hub2.v2.core.accounts.create(account_v2_params(), options) for _ in "12"
    )
    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        other = account_v2_params(display_name="Other")
        hub2.v2.core.accounts.create(other, options)


def test_v2_tries_again_what_it_refused(emulator, v2, hub2):
    """An error does not use up the key."""
    emulator.update_platform(v2.id, countries=["GB"])
    options = {"idempotency_key": "company-2"}
    with pytest.raises(stripe.InvalidRequestError):
        hub2.v2.core.accounts.create(account_v2_params(), options)
    emulator.update_platform(v2.id, countries=[])
    assert hub2.v2.core.accounts.create(account_v2_params(), options).id


def test_a_platform_lists_what_it_connected(emulator, v1, hub, made, account):
    """Not what others have."""
    hub.v1.accounts.create(account_params(metadata={"company": "2"}))
    emulator.connect(v1.id, account.id)
    page = hub.v1.accounts.list({"limit": 2})
    assert page.has_more
    ids = [one.id for one in page.auto_paging_iter()]
    assert len(ids) == 3
    assert {made.id, account.id} < set(ids)
    live = platform_client(emulator, v1, live=True)
    assert [one.id for one in live.v1.accounts.list()] == [account.id]


def test_a_test_account_does_not_exist_in_live_mode(emulator, v1, made):
    """Test and live are two worlds."""
    live = platform_client(emulator, v1, live=True)
    with pytest.raises(stripe.PermissionError) as caught:
        live.v1.accounts.retrieve(made.id)
    assert caught.value.error.code == "account_invalid"


def test_a_live_account_has_a_test_mode_too(emulator, v1):
    """One id, two worlds."""
    live = platform_client(emulator, v1, live=True)
    made = live.v1.accounts.create(account_params())
    test = platform_client(emulator, v1)
    assert test.v1.accounts.retrieve(made.id).id == made.id


def test_an_account_is_changed_and_that_is_told(emulator, hub, made, endpoint):
    """What the platform answers is no longer due."""
    profile = {"url": "https://foo.example"}
    params = {"business_profile": profile, "metadata": {"b": "2"}, "email": "b@x.com"}
    changed = hub.v1.accounts.update(made.id, params)
    assert changed.metadata.to_dict() == {"company": "1", "b": "2"}
    assert "business_profile.url" not in changed.requirements.past_due
    body = json.loads(emulator.outbox.pending[0].body)
    assert body["account"] == made.id
    assert body["data"]["previous_attributes"]["business_profile"] == {"url": None}
    assert told(emulator) == [("account.updated", made.id)]
    hub.v1.accounts.update(made.id, {"email": "b@x.com"})
    assert told(emulator) == []


def test_others_accounts_are_not_edited(emulator, v1, hub, account, client):
    """A platform that did not make an account may only annotate it."""
    emulator.connect(v1.id, account.id)
    assert (
        hub.v1.accounts.update(account.id, {"metadata": {"a": "b"}}).metadata.a == "b"
    )
    with pytest.raises(stripe.PermissionError, match="not authorized to edit"):
        hub.v1.accounts.update(account.id, {"email": "b@example.com"})
    with pytest.raises(stripe.PermissionError, match="not authorized to edit"):
        hub.v1.accounts.capabilities.update(
            account.id, "transfers", {"requested": True}
        )
    with pytest.raises(stripe.PermissionError, match="your own account"):
        client.v1.accounts.update(account.id, {"metadata": {}})


def test_only_its_platform_sees_who_controls_an_account(emulator, hub, made):
    """The account itself sees less."""
    emulator.finish_onboarding(made.id)
    assert len(hub.v1.accounts.retrieve(made.id).external_accounts.data) == 1
    own = client_for(emulator, emulator.account(made.id).secret_key)
    seen = own.v1.accounts.retrieve_current()
    assert seen.external_accounts is None
    assert "is_controller" not in seen.controller


def test_a_deleted_account_is_gone(emulator, hub, made, endpoint):
    """Keys and access end, and the platform is told."""
    key = emulator.account(made.id).secret_key
    assert hub.v1.accounts.delete(made.id).deleted
    assert told(emulator) == [("account.application.deauthorized", made.id)]
    with pytest.raises(stripe.PermissionError):
        hub.v1.accounts.retrieve(made.id)
    with pytest.raises(stripe.AuthenticationError):
        client_for(emulator, key).v1.balance.retrieve()
    assert made.id not in [one.id for one in emulator.accounts()]


def test_most_live_accounts_cannot_be_deleted(emulator, v1):
    """Stripe answers for their debts."""
    live = platform_client(emulator, v1, live=True)
    made = live.v1.accounts.create(account_params())
    with pytest.raises(stripe.InvalidRequestError, match="cannot be deleted"):
        live.v1.accounts.delete(made.id)


def test_capabilities_are_requested_and_given_up(emulator, hub, made, endpoint):
    """An account in good standing gets them at once."""
    emulator.finish_onboarding(made.id)
    emulator.outbox.take()
    name = "us_bank_account_ach_payments"
    capabilities = hub.v1.accounts.capabilities
    assert capabilities.retrieve(made.id, name).status == "unrequested"
    assert capabilities.update(made.id, name, {"requested": True}).status == "active"
    assert told(emulator) == [
        ("account.updated", made.id),
        ("capability.updated", made.id),
    ]
    assert len(capabilities.list(made.id).data) == 3
    gone = capabilities.update(made.id, name, {"requested": False})
    assert (gone.requested, gone.status) == (False, "unrequested")
    with pytest.raises(stripe.InvalidRequestError, match="No such capability"):
        capabilities.retrieve(made.id, "telepathy")


def test_a_due_requirement_shows_in_the_capability(emulator, hub, made):
    """In the capability's own words."""
    capability = hub.v1.accounts.capabilities.retrieve(made.id, "card_payments")
    assert capability.requirements.disabled_reason == "requirements.fields_needed"
    emulator.account_state(made.id, "rejected", reason="fraud")
    capability = hub.v1.accounts.capabilities.retrieve(made.id, "card_payments")
    assert capability.requirements.disabled_reason == "rejected.other"


def test_login_links_are_for_the_express_dashboard(emulator, hub, made):
    """Others have dashboards of their own, or none."""
    with pytest.raises(stripe.InvalidRequestError, match="not have access to the Expr"):
        hub.v1.accounts.login_links.create(made.id)
    express = hub.v1.accounts.create({"type": "express"})
    with pytest.raises(stripe.InvalidRequestError, match="not completed onboarding"):
        hub.v1.accounts.login_links.create(express.id)
    emulator.finish_onboarding(express.id)
    link = hub.v1.accounts.login_links.create(express.id)
    assert f"/express/{express.id}/" in link.url


def test_v2_shows_what_is_asked_for(hub2):
    """What `include` does not name is null."""
    made = hub2.v2.core.accounts.create(account_v2_params(include=ALL))
    assert made.created == "2025-11-22T08:26:40.000Z"
    assert made.identity.country == "us"
    assert made.defaults.responsibilities.requirements_collector == "stripe"
    ach = made.configuration.merchant.capabilities.ach_debit_payments
    assert ach.status == "restricted"
    assert ach.status_details[0].code == "requirements_past_due"
    entries = {entry.description for entry in made.requirements.entries}
    assert {"external_account", "tos_acceptance.date"} <= entries
    assert made.requirements.summary.minimum_deadline.status == "past_due"
    plain = hub2.v2.core.accounts.retrieve(made.id)
    assert (plain.configuration, plain.requirements) == (None, None)


def test_a_v2_account_is_a_v1_account(hub2):
    """Read with v1, it has v1's shape and names."""
    made = hub2.v2.core.accounts.create(account_v2_params())
    same = hub2.v1.accounts.retrieve(made.id)
    assert same.object == "account"
    assert same.capabilities.to_dict() == {
        "card_payments": "inactive",
        "us_bank_account_ach_payments": "inactive",
    }
    assert (same.email, same.business_profile.name) == (
        "ada@example.com",
        "Hill Street Books",
    )
    assert (same.country, same.default_currency) == ("US", "usd")


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        ("active", "active", None),
        ("under_review", "pending", "determining_status"),
        ("rejected", "rejected", "rejected_other"),
        ("listed", "restricted", "restricted_other"),
    ],
)
def test_v2_has_words_of_its_own_for_capabilities(emulator, hub2, state, status, code):
    """v1 knows only active, pending and inactive."""
    made = hub2.v2.core.accounts.create(account_v2_params())
    emulator.account_state(made.id, state)
    include = {"include": ["configuration.merchant"]}
    seen = hub2.v2.core.accounts.retrieve(made.id, include)
    card = seen.configuration.merchant.capabilities.card_payments
    assert card.status == status
    assert [detail.code for detail in card.status_details] == ([code] if code else [])


def test_a_v2_account_is_changed(hub2):
    """Metadata are unset by null; capabilities are requested by v2's names."""
    made = hub2.v2.core.accounts.create(account_v2_params(configuration={}))
    assert made.applied_configurations == []
    changed = hub2.v2.core.accounts.update(
        made.id,
        {
            "metadata": {"company": None, "b": "2"},
            "display_name": "Foo",
            "defaults": {"profile": {"business_url": "https://foo.example"}},
            "configuration": {
                "merchant": {"capabilities": {"card_payments": {"requested": True}}}
            },
            "include": ["defaults", "configuration.merchant"],
        },
    )
    assert changed.metadata.to_dict() == {"b": "2"}
    assert changed.display_name == "Foo"
    assert changed.defaults.profile.business_url == "https://foo.example"
    assert changed.applied_configurations == ["merchant"]
    assert changed.configuration.merchant.capabilities.card_payments.status


def without(name):
    """Return v2 parameters that lack one."""
    return {k: v for k, v in account_v2_params().items() if k != name}


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        (without("identity"), "identity_country_required", "identity.country"),
        (without("dashboard"), "parameter_missing", "dashboard"),
        (without("defaults"), "parameter_missing", "defaults.responsibilities"),
        (
            account_v2_params(identity={"country": "TR"}),
            "country_unsupported",
            "identity.country",
        ),
        (
            account_v2_params(
                configuration={"merchant": {"capabilities": {"telepathy": {}}}}
            ),
            "parameter_unknown",
            "configuration.merchant.capabilities.telepathy",
        ),
        (
            account_v2_params(
                configuration={
                    "merchant": {"capabilities": {"card_payments": {"requested": "1"}}}
                }
            ),
            None,
            "configuration.merchant.capabilities.card_payments.requested",
        ),
        (account_v2_params(dashboard="huge"), None, "dashboard"),
        (account_v2_params(include="defaults"), None, "include"),
        (account_v2_params(display_name=None), None, "display_name"),
        (account_v2_params(metadata=["a"]), None, "metadata"),
        (account_v2_params(contact_email="nobody"), "email_invalid", "email"),
    ],
)
def test_a_bad_v2_account_is_refused(hub2, params, code, param):
    """JSON has types; nothing is guessed."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        hub2.raw_request("post", "/v2/core/accounts", **params)
    assert (caught.value.code, caught.value.param) == (code, param)
    assert caught.value.error.type == "invalid_request_error"


def test_v2_takes_json_alone(emulator, v2):
    """A form, or half an object, is refused as JSON."""
    headers = {"Authorization": f"Bearer {v2.secret_key}"}
    for body in (b"display_name=Foo", b"[]", b"{"):
        answer = stripe.RequestsClient().request(
            "post", f"{emulator.url}/v2/core/accounts", headers, body
        )
        assert answer[1] == 400
        assert "JSON object" in json.loads(answer[0])["error"]["message"]


def test_v2_learns_of_a_v1_account_within_ten_minutes(emulator, v1, hub, made):
    """A platform that moves to v2 must wait a moment."""
    emulator.update_platform(v1.id, accounts_api="v2")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        hub.v2.core.accounts.retrieve(made.id)
    assert caught.value.code == "account_not_yet_compatible_with_v2"
    emulator.clock.advance(minutes=11)
    assert hub.v2.core.accounts.retrieve(made.id).display_name == "Hill Street Books"


# state: submitted, charges, payouts, disabled_reason, the list that says why
STATES = {
    "incomplete": (False, False, False, "requirements.past_due", "past_due"),
    "unfinished": (False, True, False, None, "currently_due"),
    "under_review": (True, False, False, "under_review", None),
    "pending_verification": (
        *(True, False, False, "requirements.pending_verification"),
        "pending_verification",
    ),
    "past_due": (True, True, False, "requirements.past_due", "past_due"),
    "past_due_disabled": (True, False, False, "requirements.past_due", "past_due"),
    "currently_due_disabled": (
        *(True, False, False, "requirements.past_due"),
        "currently_due",
    ),
    "restricted_soon": (True, True, True, None, "currently_due"),
    "future_due": (True, True, True, None, None),
    "rejected": (True, False, False, "rejected.other", None),
    "listed": (True, False, False, "listed", None),
    "platform_paused": (True, False, False, "platform_paused", None),
    "other": (True, False, False, "other", None),
    "action_required": (
        *(True, False, False, "action_required.requested_capabilities"),
        None,
    ),
    "active": (True, True, True, None, None),
    "payouts_paused": (True, True, False, None, None),
}


@pytest.mark.parametrize("name", STATES)
def test_an_account_can_be_put_in_every_state(emulator, hub, made, name):
    """Each word of the addon needs its account."""
    emulator.account_state(made.id, name)
    seen = hub.v1.accounts.retrieve(made.id)
    *flags, reason, full = STATES[name]
    assert [seen.details_submitted, seen.charges_enabled, seen.payouts_enabled] == flags
    assert seen.requirements.disabled_reason == reason
    if full:
        assert seen.requirements[full]


def test_a_state_has_details(emulator, account):
    """Deadlines, reasons, and what is due."""
    soon = emulator.account_state(
        account.id,
        "restricted_soon",
        deadline=1764000000,
        requirements=["company.name"],
    )
    assert soon["requirements"]["current_deadline"] == 1764000000
    assert soon["requirements"]["currently_due"] == ["company.name"]
    future = emulator.account_state(account.id, "future_due", deadline=1765000000)
    assert future["future_requirements"]["current_deadline"] == 1765000000
    assert future["future_requirements"]["currently_due"]
    for reason in REJECTIONS:
        row = emulator.account_state(account.id, "rejected", reason=reason)
        assert row["requirements"]["disabled_reason"] == f"rejected.{reason}"
    overdue = emulator.account_state(account.id, "past_due")["requirements"]
    assert overdue["errors"][0]["requirement"] in overdue["past_due"]
    assert overdue["errors"][0]["code"] == "verification_document_expired"


def test_a_state_that_does_not_exist_is_refused(emulator, account):
    """A sentence names those that do."""
    with pytest.raises(ControlError, match="under_review"):
        emulator.account_state(account.id, "sleepy")
    with pytest.raises(ControlError, match="platform_fraud"):
        emulator.account_state(account.id, "rejected", reason="bad mood")
    with pytest.raises(ControlError, match="leave"):
        emulator.finish_onboarding(account.id, "sulk")


def test_requesting_capabilities_is_the_action_required(emulator, hub, made):
    """Our own bug, mended by our own request."""
    emulator.account_state(made.id, "action_required")
    wanted = {"card_payments": {"requested": True}}
    mended = hub.v1.accounts.update(made.id, {"capabilities": wanted})
    assert mended.charges_enabled
    assert mended.capabilities.to_dict() == {"card_payments": "active"}


def test_a_state_is_told(emulator, hub, made, endpoint):
    """`capability.updated` comes with what changed."""
    emulator.account_state(made.id, "active")
    body = json.loads(emulator.outbox.pending[1].body)
    assert body["data"]["previous_attributes"] == {"status": "inactive"}
    assert body["data"]["object"]["id"] == "card_payments"
    assert told(emulator) == [
        ("account.updated", made.id),
        ("capability.updated", made.id),
        ("capability.updated", made.id),
    ]


def test_live_endpoints_hear_of_test_mode_too(emulator, v1):
    """Test endpoints hear of test mode only."""
    test, live = (platform_client(emulator, v1, live=live) for live in (False, True))
    params = {"url": HOOK, "enabled_events": ["*"], "connect": True}
    endpoints = [one.v1.webhook_endpoints.create(params) for one in (test, live)]
    assert [e.application for e in endpoints] == [v1.client_id, v1.live_client_id]
    made = live.v1.accounts.create(account_params())
    for mode, expected in ((False, {0, 1}), (True, {1})):
        charge = {"amount": 500, "livemode": mode}
        emulator.charge_elsewhere(made.id, **charge)
        told = emulator.outbox.take()
        assert {d.endpoint_id for d in told} == {endpoints[n].id for n in expected}
        assert {json.loads(d.body)["livemode"] for d in told} == {mode}


def test_the_accounts_own_endpoint_hears_no_account_id(emulator, hub, made, endpoint):
    """`account` is for platforms."""
    own = client_for(emulator, emulator.account(made.id).secret_key)
    mine = own.v1.webhook_endpoints.create({"url": HOOK, "enabled_events": ["*"]})
    emulator.account_state(made.id, "listed")
    bodies = {d.endpoint_id: json.loads(d.body) for d in emulator.outbox.take()}
    assert "account" not in bodies[mine.id]
    assert bodies[endpoint.id]["account"] == made.id


def test_a_disabled_endpoint_hears_nothing_until_it_is_enabled(
    emulator, hub, made, endpoint
):
    """Stripe disables who fails for days."""
    emulator.disable_endpoint(endpoint.id)
    assert hub.v1.webhook_endpoints.retrieve(endpoint.id).status == "disabled"
    emulator.account_state(made.id, "listed")
    assert told(emulator) == []
    hub.v1.webhook_endpoints.update(endpoint.id, {"disabled": False})
    emulator.account_state(made.id, "other")
    assert told(emulator) == [("account.updated", made.id)]


def test_a_thin_notification_is_the_sdks_own(emulator, v2, hub2):
    """v2 events carry ids only."""
    made = hub2.v2.core.accounts.create(account_v2_params())
    sent = emulator.emit_thin(v2.id, made.id, url=HOOK, secret="whsec_thin")
    again = emulator.emit_thin(v2.id, made.id, url=HOOK, secret="whsec_thin")
    assert emulator.outbox.pending == [sent, again]
    assert sent.endpoint_id == again.endpoint_id
    seen = hub2.parse_event_notification(
        sent.body, sent.headers["Stripe-Signature"], "whsec_thin"
    )
    assert seen.type == "v2.core.account[requirements].updated"
    assert seen.related_object.id == made.id
    assert seen.fetch_related_object().id == made.id


def test_a_platforms_restricted_key_needs_its_permissions(emulator, v1, made):
    """The names that nobody publishes are guessed."""
    powers = ["rak_connected_account_write", "rak_checkout_session_write"]
    hub = client_for(emulator, v1.restricted_key(powers))
    assert hub.v1.accounts.create(account_params()).id
    options = {"stripe_account": made.id}
    assert hub.v1.checkout.sessions.create(session_params(), options).id
    with pytest.raises(stripe.PermissionError, match="rak_account_link_write"):
        hub.v1.account_links.create(link_params(made.id))


def test_a_connected_account_is_paid_through_its_platform(emulator, v1, made):
    """The point of it all."""
    emulator.finish_onboarding(made.id)
    hub = platform_client(emulator, v1, stripe_account=made.id)
    emulator.pay(new_session(hub).id)
    emulator.settle()
    assert hub.v1.balance.retrieve().pending[0].amount == 9680


def test_platforms_survive_a_restart(emulator, v1, made):
    """The demo's accounts are still there tomorrow."""
    emulator.finish_onboarding(made.id)
    saved = json.loads(json.dumps(state.dump(emulator.world)))
    with StripeEmulator() as another:
        state.load(another.world, saved)
        again = another.account(v1.id)
        assert again.client_id == v1.client_id
        seen = platform_client(another, again).v1.accounts.retrieve(made.id)
        assert seen.charges_enabled


@pytest.mark.parametrize(
    "settings", [{"made_up": 1}, {"oauth": "yes"}, {"accounts_api": "v3"}]
)
def test_a_platform_has_the_settings_it_has(emulator, v1, settings):
    """Nothing is stored that means nothing."""
    with pytest.raises(ControlError):
        emulator.update_platform(v1.id, **settings)


def test_only_platforms_have_settings(emulator, account):
    """An account does not become a platform by the way."""
    with pytest.raises(ControlError, match="no platform"):
        emulator.update_platform(account.id, oauth=True)
