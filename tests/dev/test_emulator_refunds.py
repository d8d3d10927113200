"""Refunds: whole, in parts, refused, waiting, and coming back."""

import pytest
import stripe
from emulator_sdk import event_types, give_debits, held, last_row, new_session


@pytest.fixture
def charge(emulator, account):
    """Take 100.00 by card."""
    paid = emulator.charge_elsewhere(account, amount=10000, description="Books")
    emulator.settle()
    return paid


def refused(client, **params):
    """Return how Stripe refuses a refund: its code, its parameter, its words."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create(params)
    return caught.value.code, caught.value.param, caught.value.user_message


def test_without_an_amount_all_is_given_back(emulator, client, charge):
    """The charge keeps count."""
    made = client.v1.refunds.create({"charge": charge["id"], "reason": "duplicate"})
    assert (made.id[:3], made.status, made.amount) == ("re_", "succeeded", 10000)
    assert (made.reason, made.payment_intent) == ("duplicate", charge["payment_intent"])
    assert made.destination_details.card.type == "refund"
    after = client.v1.charges.retrieve(charge["id"], {"expand": ["refunds"]})
    assert (after.amount_refunded, after.refunded) == (10000, True)
    assert [r.id for r in after.refunds.data] == [made.id]


def test_what_stripe_leaves_out_is_left_out(client, charge):
    """Fields of other cases are not there at all: reading them must not be easy."""
    made = client.v1.refunds.create({"charge": charge["id"]})
    for name in ("failure_reason", "pending_reason", "next_action", "description"):
        assert name not in made


def test_an_intent_can_be_refunded_in_parts(emulator, account, client, charge):
    """Several refunds, one charge."""
    intent = {"payment_intent": charge["payment_intent"]}
    for amount in (2500, 2500):
        client.v1.refunds.create({**intent, "amount": amount})
    after = emulator.object(charge["id"])
    assert (after["amount_refunded"], after["refunded"]) == (5000, False)
    listed = client.v1.refunds.list(intent).data
    assert [r.amount for r in listed] == [2500, 2500]
    of_charge = client.raw_request("get", f"/v1/charges/{charge['id']}/refunds")
    assert len(of_charge.data["data"]) == 2
    assert held(emulator, account) == 9680 - 5000


def test_the_row_of_a_refund(emulator, client, charge):
    """It leaves together with the charge's own money, without a fee."""
    made = client.v1.refunds.create(
        {"charge": charge["id"], "expand": ["balance_transaction"]}
    )
    row = made.balance_transaction
    assert (row.source, row.description) == (made.id, "REFUND FOR CHARGE (Books)")
    taken = emulator.objects("balance_transaction")[0]
    assert (row.status, row.available_on) == ("pending", taken["available_on"])


def test_the_events_of_a_refund(emulator, client, charge):
    """The refund first, then the charge with what it was before."""
    before = len(emulator.objects("event"))
    client.v1.refunds.create({"charge": charge["id"], "amount": 1})
    assert event_types(emulator, since=before) == ["refund.created", "charge.refunded"]
    event = emulator.objects("event")[-1]
    assert event["data"]["previous_attributes"] == {"amount_refunded": 0}
    assert event["request"]["id"].startswith("req_")


def test_a_charge_is_refunded_before_it_has_its_row(emulator, account, client):
    """The row of the charge comes first, then."""
    paid = emulator.charge_elsewhere(account, amount=5000)
    client.v1.refunds.create({"charge": paid["id"]})
    kinds = [row["type"] for row in emulator.objects("balance_transaction")]
    assert kinds == ["charge", "refund"]


def test_more_than_was_paid_is_refused(emulator, client, charge):
    """In Stripe's words."""
    emulator.refund(charge["id"], 7000)
    assert refused(client, charge=charge["id"], amount=4000) == (
        None,
        "amount",
        "Refund amount ($40.00) is greater than unrefunded amount on charge ($30.00)",
    )
    assert refused(client, charge=charge["id"], amount=0)[0] == (
        "parameter_invalid_integer"
    )
    emulator.refund(charge["id"], 3000)
    code, _, words = refused(client, charge=charge["id"])
    assert code == "charge_already_refunded"
    assert words == f"Charge {charge['id']} has already been refunded."


def test_a_disputed_charge_is_not_refunded(emulator, client, charge):
    """Unless the dispute is won."""
    dispute = emulator.dispute(charge["id"])
    assert refused(client, charge=charge["id"]) == (
        "charge_disputed",
        None,
        f"Charge {charge['id']} has been charged back; cannot issue a refund.",
    )
    emulator.win_dispute(dispute["id"])
    assert client.v1.refunds.create({"charge": charge["id"]}).status == "succeeded"


def test_an_inquiry_does_not_hinder_a_refund(emulator, client, charge):
    """The money is still there."""
    emulator.dispute(charge["id"], status="warning_needs_response")
    assert client.v1.refunds.create({"charge": charge["id"]}).status == "succeeded"


def test_nothing_to_refund(emulator, account, client):
    """A charge that failed, one that is unknown, none at all, and two."""
    failed = emulator.charge_elsewhere(account, amount=100, card="4000000000000002")
    assert (
        "does not have a successful charge" in refused(client, charge=failed["id"])[2]
    )
    assert refused(client, charge="ch_x")[:2] == ("resource_missing", "id")
    assert refused(client, payment_intent="pi_x")[0] == "resource_missing"
    assert refused(client)[2].startswith("One of the following params")
    both = {"charge": failed["id"], "payment_intent": failed["payment_intent"]}
    assert "only specify one" in refused(client, **both)[2]


@pytest.mark.parametrize(
    "params",
    [
        {"refund_application_fee": True},
        {"reverse_transfer": True},
        {"instructions_email": "ada@example.com"},
        {"origin": "customer_balance"},
    ],
)
def test_what_is_not_emulated_is_said(client, charge, params):
    """Never ignored."""
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.refunds.create({"charge": charge["id"], **params})
    assert caught.value.error.code == "emulator_not_implemented"


def test_other_reasons_are_refused(client, charge):
    """The SDK would let them through."""
    words = refused(client, charge=charge["id"], reason="expired_uncaptured_charge")[2]
    assert words.startswith("Invalid reason: must be one of duplicate, fraudulent")


def test_three_decimals_end_in_zero(emulator, account, client):
    """As for charges."""
    paid = emulator.charge_elsewhere(account, amount=5120, currency="kwd")
    code = refused(client, charge=paid["id"], amount=5)[0]
    assert code == "invalid_charge_amount"


def test_an_empty_balance_becomes_negative(emulator, account, client, charge):
    """Stripe advances it, and fetches it from the bank later."""
    emulator.book(account, type="payout", amount=-9680)
    client.v1.refunds.create({"charge": charge["id"]})
    assert held(emulator, account) == -10000


def test_an_empty_balance_may_refuse(emulator, account, client, charge):
    """As accounts with a low limit meet it."""
    emulator.settings.refund_shortfall = "refuse"
    emulator.book(account, type="payout", amount=-9680)
    assert refused(client, charge=charge["id"]) == (
        None,
        None,
        "Insufficient funds in your Stripe balance to refund this amount.",
    )


def test_a_refund_waits_for_money(emulator, account, client, charge):
    """No row until the balance covers it; then it leaves by itself."""
    emulator.settings.refund_shortfall = "pending"
    emulator.book(account, type="payout", amount=-9680)
    made = client.v1.refunds.create({"charge": charge["id"]})
    assert (made.status, made.pending_reason) == ("pending", "insufficient_funds")
    assert made.balance_transaction is None
    emulator.clock.advance(days=1)
    assert emulator.object(made.id)["status"] == "pending"
    emulator.book(account, type="topup", amount=20000)
    emulator.clock.advance(days=1)
    after = emulator.object(made.id)
    assert after["status"] == "succeeded"
    assert "pending_reason" not in after
    assert after["balance_transaction"]
    assert held(emulator, account) == 10000


def test_the_card_whose_refund_waits(emulator, account, client):
    """Pending first, then there."""
    paid = emulator.charge_elsewhere(account, amount=5000, card="4000000000007726")
    made = client.v1.refunds.create({"charge": paid["id"]})
    assert (made.status, made.pending_reason) == ("pending", "processing")
    before = len(emulator.objects("event"))
    emulator.clock.advance(hours=1)
    assert emulator.object(made.id)["status"] == "succeeded"
    told = event_types(emulator, since=before)
    assert {"refund.updated", "charge.refund.updated"} <= set(told)


def test_the_card_whose_refund_fails(emulator, account, client):
    """Succeeded first; then the money is back, and the charge is paid again."""
    paid = emulator.charge_elsewhere(account, amount=5000, card="4000000000005126")
    made = client.v1.refunds.create({"charge": paid["id"]})
    assert made.status == "succeeded"
    emulator.clock.advance(hours=1)
    after = client.v1.refunds.retrieve(
        made.id, {"expand": ["failure_balance_transaction"]}
    )
    assert (after.status, after.failure_reason) == (
        "failed",
        "expired_or_canceled_card",
    )
    row = after.failure_balance_transaction
    assert (row.type, row.net, row.source) == ("refund_failure", 5000, made.id)
    again = emulator.object(paid["id"])
    assert (again["amount_refunded"], again["refunded"]) == (0, False)
    assert "refund.failed" in event_types(emulator)
    assert held(emulator, account) == 5000 - 175


def test_a_refund_of_the_dashboard_fails_later(emulator, account, charge):
    """Nobody's request made it; the bank may send it back days after."""
    made = emulator.refund(charge["id"], 4000, reason="requested_by_customer")
    assert emulator.objects("event")[-1]["request"]["id"] is None
    emulator.clock.advance(days=10)
    emulator.fail_refund(made["id"], "lost_or_stolen_card")
    assert last_row(emulator) == ("refund_failure", "refund_failure", 4000, 0, 4000)
    assert held(emulator, account) == 9680


def test_only_a_refund_that_asks_the_customer_is_canceled(emulator, client, charge):
    """Others are on their way."""
    quick = client.v1.refunds.create({"charge": charge["id"], "amount": 100})
    with pytest.raises(stripe.InvalidRequestError, match="unsupported"):
        client.v1.refunds.cancel(quick.id)
    asks = emulator.refund(charge["id"], 200, email="ada@example.com")
    assert asks["status"] == "requires_action"
    assert asks["next_action"]["type"] == "display_details"
    after = client.v1.refunds.cancel(asks["id"])
    assert after.status == "canceled"
    assert last_row(emulator)[2] == 200
    assert emulator.object(charge["id"])["amount_refunded"] == 100


def test_the_customer_may_not_answer(emulator, client, charge):
    """The test helper lets the time pass."""
    asks = emulator.refund(charge["id"], 200, email="ada@example.com")
    after = client.v1.test_helpers.refunds.expire(asks["id"])
    assert (after.status, after.failure_reason) == ("failed", "unknown")


def test_a_refund_to_a_bank_account(emulator, account, client):
    """Another prefix, another type of row, and it takes its time."""
    give_debits(emulator, account)
    session = new_session(client)
    paid = emulator.pay(session.id, method="us_bank_account")
    emulator.succeed_debit(paid["id"])
    made = client.v1.refunds.create({"charge": paid["id"]})
    assert (made.id[:4], made.status) == ("pyr_", "pending")
    assert made.destination_details.type == "us_bank_transfer"
    assert last_row(emulator)[:3] == ("payment_refund", "refund", -10000)
    emulator.clock.advance(hours=1)
    assert emulator.object(made.id)["status"] == "succeeded"


@pytest.mark.parametrize(
    ("end", "status"), [("succeed", "pending"), ("fail", "canceled")]
)
def test_a_refund_waits_for_its_debit(emulator, account, client, end, status):
    """What is not there yet is not given back yet."""
    give_debits(emulator, account)
    paid = emulator.pay(new_session(client).id, method="us_bank_account")
    made = client.v1.refunds.create({"charge": paid["id"]})
    assert made.pending_reason == "charge_pending"
    getattr(emulator, f"{end}_debit")(paid["id"])
    after = emulator.object(made.id)
    assert after["status"] == status
    assert bool(after["balance_transaction"]) is (end == "succeed")
    emulator.check_invariant()


def test_metadata_is_changed_and_told(emulator, client, charge):
    """Nothing else of a refund can be changed."""
    made = client.v1.refunds.create({"charge": charge["id"]})
    after = client.v1.refunds.update(made.id, {"metadata": {"a": "b"}})
    assert after.metadata.to_dict() == {"a": "b"}
    assert "refund.updated" in event_types(emulator)


def test_refunds_are_paged_and_windowed(emulator, client, charge):
    """As every list."""
    for _ in range(3):
        emulator.refund(charge["id"], 100)
        emulator.clock.advance(seconds=10)
    page = client.v1.refunds.list({"limit": 2})
    assert (len(page.data), page.has_more) == (2, True)
    rest = client.v1.refunds.list({"starting_after": page.data[-1].id})
    assert len(rest.data) == 1
    window = {"created": {"gte": page.data[0].created}}
    assert len(client.v1.refunds.list(window).data) == 1


def test_a_control_says_why_not(emulator, charge):
    """In the same words."""
    with pytest.raises(ValueError, match="greater than unrefunded"):
        emulator.refund(charge["id"], 20000)
    made = emulator.refund(charge["id"])
    emulator.fail_refund(made["id"])
    with pytest.raises(ValueError, match="failed already"):
        emulator.fail_refund(made["id"])
    with pytest.raises(ValueError, match="failed already"):
        emulator.succeed_refund(made["id"])
