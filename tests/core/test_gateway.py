"""The wire, against the emulator over HTTP: facts out, four errors, no secrets."""

import logging
import time

import pytest
import stripe as sdk

from odoo.addons.kash_stripe_connect.gateway import errors, redact, webhook
from odoo.addons.kash_stripe_connect.gateway.client import Bases, Gateway

from dev.stripe_emulator import StripeEmulator

PARAMS = {
    "mode": "payment",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 10000,
                "product_data": {"name": "Invoice"},
            },
        }
    ],
    "success_url": "https://books.example.com/done",
}


@pytest.fixture
def stripe():
    """Run a Stripe of our own."""
    with StripeEmulator(seed=1) as emulator:
        yield emulator


@pytest.fixture
def account(stripe):
    """Open an account at it."""
    return stripe.create_account(country="US", currency="usd", business_name="Books")


@pytest.fixture
def gateway(stripe, account):
    """See the account through its secret key, without retries that wait."""
    return Gateway(account.secret_key, bases=bases(stripe), retries=0)


def bases(stripe):
    """Return the emulator's addresses."""
    return Bases(api=stripe.url, connect=stripe.url)


def test_the_account_of_a_key_is_told(gateway, account):
    """The first thing asked when a company connects."""
    facts = gateway.account()
    assert (facts.id, facts.business_name) == (account.id, "Books")


def test_a_paid_session_comes_with_charge_and_row(stripe, gateway):
    """Everything a payment is made of, in one request."""
    made = gateway.create_session(params=PARAMS, idempotency_key="one")
    stripe.pay(made.id)
    stripe.settle()
    charge = gateway.session(session_id=made.id).intent.latest_charge
    assert (charge.amount, charge.balance_transaction.net) == (10000, 9680)


def test_the_same_key_gives_the_same_session(gateway):
    """A request Odoo runs twice must not make two."""
    first = gateway.create_session(params=PARAMS, idempotency_key="one")
    assert gateway.create_session(params=PARAMS, idempotency_key="one").id == first.id


def test_rows_are_read_page_by_page_to_the_end(stripe, gateway, account):
    """More than a page: the cursor leads on, and no row comes twice."""
    for _charge in range(103):
        stripe.charge_elsewhere(account, amount=1000, currency="usd", description="x")
    stripe.settle()
    ids, cursor = [], None
    while True:
        page = gateway.balance_transactions_page(
            since=0, until=int(time.time()) * 2, cursor=cursor
        )
        ids += [item.id for item in page.items]
        cursor = page.cursor
        if not cursor:
            break
    assert len(ids) == len(set(ids)) == 103


def test_a_payout_comes_with_its_bank_and_what_it_is_made_of(stripe, gateway, account):
    """Automatic ones are listed, their own row among them."""
    stripe.charge_elsewhere(account, amount=10000)
    stripe.clock.advance(days=5)
    stripe.settle()
    stripe.add_bank_account(account.id)
    stripe.pay_out(account.id)
    stripe.clock.advance(days=3)
    now = stripe.clock.now
    [payout] = gateway.payouts_page(since=0, until=now).items
    assert payout == gateway.payout(payout_id=payout.id)
    assert (payout.amount, payout.status, payout.lists_rows) == (9680, "paid", True)
    assert (payout.destination_name, payout.destination_last4) == (
        "STRIPE TEST BANK",
        "6789",
    )
    assert payout.trace_id
    rows = gateway.rows_of_payout_page(payout_id=payout.id).items
    assert sorted((row.type, row.net) for row in rows) == [
        ("charge", 9680),
        ("payout", -9680),
    ]


def test_stripe_does_not_say_what_a_manual_payout_is_made_of(stripe, gateway, account):
    """It is drawn on the pool."""
    stripe.charge_elsewhere(account, amount=10000)
    stripe.add_bank_account(account.id)
    made = stripe.payout(account.id, 5000)
    assert not gateway.payout(payout_id=made["id"]).lists_rows


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, errors.StripeUnreachable),
        (500, errors.StripeUnreachable),
        (503, errors.StripeUnreachable),
        (409, errors.StripeUnreachable),
        (404, errors.StripeGone),
        (400, errors.StripeRefused),
    ],
)
def test_each_answer_is_one_of_four_errors(stripe, gateway, status, error):
    """Nothing of the stripe package's own leaves the gateway."""
    stripe.fail_next(method="GET", path="/v1/account", status=status)
    with pytest.raises(error):
        gateway.account()


def test_a_list_waits_as_long_as_stripe_asks(stripe, account):
    """The package does not: it gives up at a rate limit."""
    patient = Gateway(account.secret_key, bases=bases(stripe), retries=2)
    stripe.fail_next(path="/v1/payouts", status=429, times=2, retry_after=0)
    assert patient.payouts_page(since=0, until=1).items == ()


def test_a_long_pause_is_left_to_the_caller(stripe, account):
    """A worker does not sleep for minutes."""
    patient = Gateway(account.secret_key, bases=bases(stripe), retries=2)
    stripe.fail_next(path="/v1/payouts", status=429, retry_after=900)
    with pytest.raises(errors.StripeUnreachable) as raised:
        patient.payouts_page(since=0, until=1)
    assert (raised.value.busy, raised.value.retry_after) == (True, 900)


EVER = {"since": 0, "until": 2**40}
# By verb: a field that decides, and what is asked (None: of a charge given back).
LISTS = {
    "sessions_page": ("payment_status", {"since": 0}),
    "balance_transactions_page": ("created", EVER),
    "pending_debits_page": ("created", EVER),
    "payouts_page": ("arrival_date", EVER),
    "disputes_page": ("amount", {"since": 0}),
    "refunds_of": ("metadata", None),
}


@pytest.mark.parametrize("verb", LISTS)
def test_one_bad_item_keeps_no_other_of_its_list_away(stripe, gateway, account, verb):
    """It stands beside them, with its id and the field that is wrong."""
    field, asked = LISTS[verb]
    charge_id = fill(stripe, gateway, account)
    asked = asked or {"charge_id": charge_id}
    whole = getattr(gateway, verb)(**asked)
    first, *others = whole.items
    assert others
    stripe.tamper(first.id, **{field: ["x"]})
    page = getattr(gateway, verb)(**asked)
    assert [item.id for item in page.items] == [item.id for item in others]
    [unread] = page.unread
    assert unread.id == first.id
    assert f"has a list as '{field}'" in unread.reason


def fill(stripe, gateway, account):
    """Let there be two of everything that is listed; return a charge given back."""
    for key in ("one", "two"):
        gateway.create_session(params=PARAMS, idempotency_key=key)
        stripe.charge_elsewhere(account, amount=900, method="us_bank_account")
    charges = [stripe.charge_elsewhere(account, amount=50000) for _ in range(3)]
    stripe.clock.advance(days=6)
    stripe.settle()
    for charge in charges[:2]:
        stripe.dispute(charge["id"])
    for _time in range(2):
        stripe.refund(charges[2]["id"], 500)
    stripe.add_bank_account(account.id)
    for _time in range(2):
        stripe.payout(account.id, 1000)
    stripe.settle()
    return charges[2]["id"]


def test_debits_are_listed_without_the_cards(stripe, gateway, account):
    """With their charge, whose status tells whether the bank may still refuse."""
    stripe.charge_elsewhere(account, amount=1000)
    stripe.charge_elsewhere(account, amount=2000, method="us_bank_account")
    stripe.settle()
    page = gateway.pending_debits_page(since=0, until=int(time.time()) * 2)
    assert [(row.amount, row.source["status"]) for row in page.items] == [
        (2000, "pending")
    ]


def test_a_revoked_key_is_unauthorised(stripe, gateway, account):
    """The connection is broken; trying again does not help."""
    stripe.revoke_key(account.secret_key)
    with pytest.raises(errors.StripeUnauthorised) as raised:
        gateway.account()
    assert raised.value.access_lost


def test_a_missing_permission_is_unauthorised_and_named(stripe, account):
    """So that the person knows which box to tick."""
    key = account.restricted_key(["rak_connected_account_read"])
    gateway = Gateway(key, bases=bases(stripe), retries=0)
    with pytest.raises(errors.StripeUnauthorised, match="rak_") as raised:
        gateway.balance()
    assert not raised.value.access_lost


def test_nobody_at_home_is_unreachable(account):
    """A closed port, a broken line."""
    gateway = Gateway(
        account.secret_key, bases=Bases(api="http://127.0.0.1:9"), retries=0
    )
    with pytest.raises(errors.StripeUnreachable):
        gateway.account()


def test_an_unknown_session_is_gone(gateway):
    """Somebody else's, or nobody's."""
    with pytest.raises(errors.StripeGone):
        gateway.session(session_id="cs_test_nothing")


def test_an_answer_without_a_needed_field_is_refused(stripe, gateway):
    """Never a KeyError in a job."""
    stripe.fail_next(method="GET", path="/v1/balance", status=400, body={"what": 1})
    with pytest.raises(errors.GatewayError):
        gateway.balance()


@pytest.mark.parametrize(
    "text",
    [
        "Invalid API Key provided: sk_test_abcDEF123",
        "rk_live_51Kash",
        "the secret whsec_Abc+/=",
        "pi_123_secret_456",
    ],
)
def test_no_secret_survives_in_a_text(text):
    """Error texts reach logs, records and people."""
    cleaned = redact.redact(text)
    assert "[secret]" in cleaned
    assert not any(part in cleaned for part in ("abcDEF123", "51Kash", "Abc+", "456"))


def test_a_log_record_is_redacted_with_its_arguments():
    """The stripe package's logger passes through this filter."""
    record = logging.LogRecord(
        "stripe", logging.INFO, "", 0, "key %s", ("sk_test_abcdef",), None
    )
    redact.RedactingFilter().filter(record)
    assert record.getMessage() == "key [secret]"


def sign(body, secret, at=None):
    """Sign a body as Stripe does."""
    return sdk.WebhookSignature.generate_signature_header(body.decode(), secret, at)


EVENT = b'{"object":"event","id":"evt_1","type":"x","created":1,"livemode":false}'


def test_either_of_two_secrets_is_good_while_one_is_rotated():
    """No event is lost in a rotation."""
    header = sign(EVENT, "whsec_new")
    assert webhook.read_event(EVENT, header, ["whsec_old", "whsec_new"]).id == "evt_1"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'"text"', b"\xff\xfe", b'{"object":"charge","id":"ch_1"}', b"{"],
)
def test_a_signed_body_that_is_no_event_is_refused(body):
    """Signed garbage is garbage; never a traceback in the route."""
    try:
        header = sign(body, "whsec_1")
    except UnicodeDecodeError:
        header = "t=1,v1=abc"
    with pytest.raises(webhook.BadWebhook):
        webhook.read_event(body, header, ["whsec_1"])


@pytest.mark.parametrize("offset", [-301, 301])
def test_a_signature_of_another_time_is_refused(offset):
    """Neither a replay nor a clock from the future."""
    header = sign(EVENT, "whsec_1", int(time.time()) + offset)
    with pytest.raises(webhook.BadWebhook):
        webhook.read_event(EVENT, header, ["whsec_1"])
