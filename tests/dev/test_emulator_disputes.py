"""Disputes: every status, the money with each, evidence, and the cards for them."""

import pytest
import stripe
from emulator_sdk import event_types, held, last_row, new_session

from dev.stripe_emulator.chargebacks import NEXT
from dev.stripe_emulator.controls.disputes import BEGINNINGS, WAYS


@pytest.fixture
def charge(emulator, account):
    """Take 100.00 by card."""
    paid = emulator.charge_elsewhere(account, amount=10000, description="Books")
    emulator.settle()
    return paid["id"]


def refused(call, *arguments):
    """Return how Stripe refuses a call: its code and its words."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.user_message


def test_a_dispute_as_the_api_shows_it(emulator, client, charge):
    """The charge, the reason, the deadline, the row that took the money."""
    made = client.v1.disputes.retrieve(emulator.dispute(charge)["id"])
    assert (made.id[:3], made.charge, made.amount) == ("du_", charge, 10000)
    assert (made.status, made.reason) == ("needs_response", "fraudulent")
    assert made.payment_method_details.card.case_type == "chargeback"
    assert made.payment_method_details.card.network_reason_code == "10.4"
    # The end of the day, eight days later: seen at Stripe.
    assert made.evidence_details.due_by == made.created // 86400 * 86400 + 777599
    (row,) = made.balance_transactions
    assert (row.source, row.status) == (made.id, "available")
    assert row.description == f"Chargeback withdrawal for {charge}"
    assert row.fee_details[0].description == "Dispute fee"
    assert not made.is_charge_refundable
    assert client.v1.charges.retrieve(charge).disputed


def test_its_rows_are_not_found_by_source(emulator, client, charge):
    """As seen at Stripe: only the dispute itself names them."""
    made = emulator.dispute(charge)
    rows = client.v1.balance_transactions.list({"source": made["id"]})
    assert rows.data == []
    listed = client.v1.balance_transactions.list({"type": "adjustment"}).data[0]
    assert listed.source == made["id"]


@pytest.mark.parametrize("status", sorted({*BEGINNINGS, *WAYS}))
def test_every_status_of_the_sdk_can_be_reached(emulator, account, client, status):
    """And the rows prove themselves in each."""
    paid = emulator.charge_elsewhere(account, amount=10000)
    made = emulator.dispute(paid["id"], status=status)
    assert client.v1.disputes.retrieve(made["id"]).status == status
    inquiry = status.startswith("warning") or status == "prevented"
    count = 0 if inquiry else 2 if status == "won" else 1
    assert len(made["balance_transactions"]) == count
    assert made["is_charge_refundable"] is (inquiry or status == "won")
    emulator.check_invariant()


def test_the_table_of_statuses_is_the_sdks():
    """A new status of the SDK must not be forgotten."""
    known = {*NEXT, *(status for after in NEXT.values() for status in after)}
    hint = str(stripe.Dispute.__annotations__["status"])
    assert all(f"'{status}'" in hint for status in known)
    assert len(known) == hint.count("'") / 2


def test_the_events_of_a_dispute(emulator, charge):
    """Told one by one, the money apart from the status."""
    before = len(emulator.objects("event"))
    made = emulator.dispute(charge)
    emulator.move_dispute(made["id"], "under_review")
    emulator.win_dispute(made["id"])
    assert event_types(emulator, since=before) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]


def test_an_inquiry_moves_no_money_until_it_is_a_dispute(emulator, account, charge):
    """It may be nothing."""
    made = emulator.dispute(charge, status="warning_needs_response")
    assert held(emulator, account) == 9680
    emulator.move_dispute(made["id"], "needs_response")
    assert held(emulator, account) == -1820
    assert "charge.dispute.funds_withdrawn" in event_types(emulator)


def test_an_inquiry_is_closed_after_120_days(emulator, account, charge):
    """Without a word, without money."""
    made = emulator.dispute(charge, status="warning_needs_response")
    emulator.clock.advance(days=120)
    after = emulator.object(made["id"])
    assert after["status"] == "warning_closed"
    assert after["evidence_details"]["past_due"]
    assert held(emulator, account) == 9680


def test_a_part_can_be_disputed(emulator, account, charge):
    """The fee is the same."""
    emulator.dispute(charge, amount=2500, reason="product_unacceptable")
    assert last_row(emulator)[2:] == (-2500, 1500, -4000)
    assert held(emulator, account) == 5680


def test_the_money_may_go_later(emulator, account, charge):
    """Created first, withdrawn then."""
    made = emulator.dispute(charge, withdraw=False)
    assert held(emulator, account) == 9680
    emulator.withdraw_dispute(made["id"])
    assert held(emulator, account) == -1820
    with pytest.raises(ValueError, match="gone already"):
        emulator.withdraw_dispute(made["id"])


def test_winning_evidence_wins(emulator, account, client, charge):
    """The bank takes its time; the money comes back as pending."""
    made = emulator.dispute(charge)
    evidence = {"uncategorized_text": "winning_evidence"}
    sent = client.v1.disputes.update(made["id"], {"evidence": evidence})
    assert sent.status == "under_review"
    details = sent.evidence_details
    assert (details.has_evidence, details.submission_count) == (True, 1)
    assert details.submission_method == "manual"
    emulator.clock.advance(seconds=5)
    after = client.v1.disputes.retrieve(made["id"])
    assert (after.status, after.is_charge_refundable) == ("won", True)
    assert [r.status for r in after.balance_transactions] == ["available", "pending"]
    emulator.clock.advance(days=3)
    again = client.v1.disputes.list().data[0]
    assert [r.status for r in again.balance_transactions] == ["available"] * 2
    assert held(emulator, account) == 8180


def test_losing_evidence_loses(emulator, client, charge):
    """As in test mode."""
    made = emulator.dispute(charge)
    evidence = {"uncategorized_text": "losing_evidence"}
    client.v1.disputes.update(made["id"], {"evidence": evidence})
    emulator.clock.advance(seconds=5)
    assert emulator.object(made["id"])["status"] == "lost"


def test_evidence_can_escalate_an_inquiry(emulator, account, client, charge):
    """The third magic word."""
    made = emulator.dispute(charge, status="warning_needs_response")
    evidence = {"uncategorized_text": "escalate_inquiry_evidence"}
    sent = client.v1.disputes.update(made["id"], {"evidence": evidence})
    assert sent.status == "warning_under_review"
    emulator.clock.advance(seconds=5)
    assert emulator.object(made["id"])["status"] == "needs_response"
    assert held(emulator, account) == -1820


def test_evidence_can_be_collected_first(emulator, client, charge):
    """It is kept, and not sent."""
    made = emulator.dispute(charge)
    staged = client.v1.disputes.update(
        made["id"],
        {"evidence": {"customer_name": "Ada"}, "submit": False, "metadata": {"a": "b"}},
    )
    assert (staged.status, staged.evidence.customer_name) == ("needs_response", "Ada")
    assert staged.metadata.to_dict() == {"a": "b"}
    sent = client.v1.disputes.update(made["id"], {"submit": True})
    assert sent.status == "under_review"


def test_files_must_exist(emulator, client, charge):
    """There are none in the emulator."""
    made = emulator.dispute(charge)
    params = {"evidence": {"receipt": "file_1"}}
    code, words = refused(client.v1.disputes.update, made["id"], params)
    assert (code, words) == ("resource_missing", "No such file upload: 'file_1'")


def test_who_does_not_answer_loses(emulator, client, charge):
    """At the end of the eighth day."""
    made = emulator.dispute(charge)
    emulator.clock.advance(days=9)
    after = client.v1.disputes.retrieve(made["id"])
    assert (after.status, after.evidence_details.past_due) == ("lost", True)


def test_closing_is_losing(emulator, account, client, charge):
    """The seller accepts the dispute; afterwards nothing can be done."""
    made = emulator.dispute(charge)
    assert client.v1.disputes.close(made["id"]).status == "lost"
    assert event_types(emulator)[-2:] == ["charge.dispute.closed", "charge.updated"]
    assert refused(client.v1.disputes.close, made["id"])[1] == (
        "This dispute is already closed"
    )
    assert held(emulator, account) == -1820


def test_an_answer_may_cost_a_fee_of_its_own(emulator, account, client, charge):
    """It is returned to who wins."""
    emulator.settings.dispute_countered_fee = 1500
    made = emulator.dispute(charge)
    client.v1.disputes.update(made["id"], {"evidence": {"customer_name": "Ada"}})
    assert last_row(emulator) == ("stripe_fee", "fee", -1500, 0, -1500)
    assert held(emulator, account) == -3320
    emulator.win_dispute(made["id"])
    assert held(emulator, account) == 8180


@pytest.mark.parametrize(
    ("card", "status", "reason", "code"),
    [
        ("4000000000000259", "needs_response", "fraudulent", "10.4"),
        ("4000000000002685", "needs_response", "product_not_received", "13.1"),
        ("4000000000001976", "warning_needs_response", "fraudulent", "10"),
    ],
)
def test_the_cards_that_dispute(emulator, client, card, status, reason, code):
    """At once, before the intent has succeeded, as seen at Stripe."""
    paid = emulator.pay(new_session(client).id, card=card)
    (made,) = client.v1.disputes.list({"charge": paid["id"]}).data
    assert (made.status, made.reason) == (status, reason)
    assert made.payment_method_details.card.network_reason_code == code
    types = event_types(emulator)
    created = types.index("charge.dispute.created")
    assert types.index("charge.succeeded") < created
    assert created < types.index("payment_intent.succeeded")
    emulator.check_invariant()


def test_the_card_that_warns_early(emulator, client):
    """No money moves; there is still time to refund."""
    paid = emulator.pay(new_session(client).id, card="4000000000005423")
    (made,) = client.v1.radar.early_fraud_warnings.list({"charge": paid["id"]}).data
    assert (made.actionable, made.payment_intent) == (True, paid["payment_intent"])
    assert "radar.early_fraud_warning.created" in event_types(emulator)
    client.v1.refunds.create({"charge": paid["id"]})
    assert not client.v1.radar.early_fraud_warnings.retrieve(made.id).actionable
    assert "radar.early_fraud_warning.updated" in event_types(emulator)


def test_a_control_refuses_what_cannot_come_next(emulator, account, charge):
    """A dispute that is over stays over."""
    made = emulator.dispute(charge, status="won")
    with pytest.raises(ValueError, match="does not become lost"):
        emulator.lose_dispute(made["id"])
    with pytest.raises(ValueError, match="status is one of"):
        emulator.dispute(charge, status="forgotten")
    failed = emulator.charge_elsewhere(account, amount=100, card="4000000000000002")
    with pytest.raises(ValueError, match="The charge is failed"):
        emulator.dispute(failed["id"])
