"""Stripe's words as frozen records."""

import dataclasses
import json

import pytest
from facts_samples import CHARGE, DISPUTE, INTENT, REFUND

from odoo.addons.kash_stripe_connect.core import (
    days,
    dispute_facts,
    event_facts,
    events,
    facts,
    session_facts,
)

ROW = {
    "object": "balance_transaction",
    "id": "txn_1",
    "type": "charge",
    "amount": 100,
    "fee": 3,
    "net": 97,
    "currency": "usd",
    "status": "pending",
    "created": 1763830800,
    "source": {"object": "charge", "id": "ch_1"},
    "fee_details": [],
    "description": "Books for ada@example.com",
    "something_new": {"of": "Stripe's"},
}


def test_a_missing_field_is_named():
    """The row stops with a reason a person can act on."""
    with pytest.raises(facts.BadFact, match="balance_transaction has no field 'net'"):
        facts.BalanceTransactionFacts.from_stripe(
            {name: value for name, value in ROW.items() if name != "net"}
        )


def test_what_is_kept_of_a_row_names_nobody():
    """Who paid may stand in its description and in what nobody has heard of."""
    row = facts.BalanceTransactionFacts.from_stripe(ROW)
    assert "something_new" not in row.raw
    assert "ada@example.com" not in row.raw
    assert '"source": "ch_1"' in row.raw
    assert row.source == {"object": "charge", "id": "ch_1"}


def test_a_row_read_again_from_what_is_kept_is_the_same():
    """Booking reads rows back from the mirror, which has the description beside it."""
    row = facts.BalanceTransactionFacts.from_stripe(ROW)
    again = {**json.loads(row.raw), "description": row.description}
    assert facts.BalanceTransactionFacts.from_stripe(again) == row


def test_a_dispute_read_again_from_what_is_kept_is_the_same_and_names_nobody():
    """What answers it, and whose card it was, stays at Stripe."""
    told = {
        **DISPUTE,
        "evidence": {"customer_email_address": "ada@example.com"},
        "metadata": {"who": "ada@example.com"},
    }
    dispute = dispute_facts.DisputeFacts.from_stripe(told)
    assert "ada@example.com" not in dispute.raw
    [row, *others] = dispute.rows
    nameless = [dataclasses.replace(r, description=None) for r in (row, *others)]
    again = dispute_facts.DisputeFacts.from_stripe(json.loads(dispute.raw))
    assert again == dataclasses.replace(dispute, rows=tuple(nameless))


DEBITED = {"type": "sepa_debit", "sepa_debit": {}}
REFUSED = {**CHARGE, "status": "failed", "payment_method_details": DEBITED}
DECLINED = {**CHARGE, "status": "failed"}


@pytest.mark.parametrize(
    ("status", "payment_status", "intent", "said"),
    [
        ("open", "unpaid", None, None),
        ("complete", "paid", {"status": "succeeded"}, "is_paid"),
        ("complete", "unpaid", {"status": "processing"}, "is_processing"),
        ("complete", "unpaid", {"status": "requires_action"}, "awaits_payer"),
        ("complete", "unpaid", {"status": "requires_payment_method"}, "has_lapsed"),
        ("complete", "unpaid", {"status": "canceled"}, "has_lapsed"),
        (
            *("complete", "unpaid"),
            {"status": "requires_payment_method", "latest_charge": REFUSED},
            "is_processing",
        ),
        # The customer had tried a card before taking a voucher, in the same session.
        (
            *("complete", "unpaid"),
            {"status": "requires_payment_method", "latest_charge": DECLINED},
            "has_lapsed",
        ),
        # Lists name the intent only: whoever wants to know asks for the session.
        ("complete", "unpaid", None, None),
        ("expired", "unpaid", None, None),
    ],
)
def test_a_completed_session_is_not_always_paid(status, payment_status, intent, said):
    """Of a debit, a voucher and what came to nothing the intent tells which it is."""
    plain = {**INTENT, "latest_charge": None}
    session = session_facts.SessionFacts.from_stripe(
        {
            "id": "cs_1",
            "status": status,
            "payment_status": payment_status,
            "payment_intent": {**plain, **intent} if intent else "pi_1",
        }
    )
    words = ("is_paid", "is_processing", "awaits_payer", "has_lapsed")
    assert [word for word in words if getattr(session, word)] == (
        [said] if said else []
    )


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (
            {
                "type": "oxxo_display_details",
                "oxxo_display_details": {
                    "expires_after": 1764000000,
                    "hosted_voucher_url": "https://payments.stripe.com/oxxo/1",
                },
            },
            ("voucher", "OXXO", "https://payments.stripe.com/oxxo/1", None, 1764000000),
        ),
        (
            {
                "type": "boleto_display_details",
                "boleto_display_details": {
                    "expires_at": 1764000000,
                    "hosted_voucher_url": "javascript:alert(1)",
                },
            },
            ("voucher", "Boleto", None, None, 1764000000),
        ),
        (
            {
                "type": "verify_with_microdeposits",
                "verify_with_microdeposits": {
                    "arrival_date": 1763900000,
                    "hosted_verification_url": "https://payments.stripe.com/v/1",
                    "microdeposit_type": "amounts",
                },
            },
            (
                *("verify", "amounts", "https://payments.stripe.com/v/1", 1763900000),
                1763830800 + 10 * 86400,
            ),
        ),
        ({"type": "something_new"}, ("voucher", "", None, None, None)),
        (None, ("voucher", "", None, None, None)),
    ],
)
def test_what_is_left_to_the_payer_is_read(action, expected):
    """Where it is done, from when and until when."""
    told = {**INTENT, "created": 1763830800, "next_action": action}
    step = facts.IntentFacts.from_stripe(told).step
    assert (step.kind, step.how, step.url, step.begins, step.ends) == expected


def test_a_refund_says_until_when_it_waits_for_bank_details():
    """The address that was written to is nobody's business here."""
    sent = {"email_sent_at": 1763830900, "email_sent_to": "ada@example.com"}
    details = {"email_sent": sent, "expires_at": 1767718800}
    action = {"type": "display_details", "display_details": details}
    told = {**REFUND, "status": "requires_action", "next_action": action}
    step = facts.RefundFacts.from_stripe(told).step
    assert (step.kind, step.begins, step.ends) == ("details", 1763830900, 1767718800)
    assert "ada@example.com" not in repr(step)
    done = {**REFUND, "status": "succeeded"}
    assert facts.RefundFacts.from_stripe(done).step is None


def test_a_voucher_that_is_pending_is_no_debit():
    """Whatever Stripe keeps of it: nobody has paid."""
    for kind, processing in (("oxxo", False), ("sepa_debit", True)):
        details = {"type": kind, kind: {}}
        told = {**CHARGE, "status": "pending", "payment_method_details": details}
        charge = facts.ChargeFacts.from_stripe(told)
        assert charge.is_processing == processing


def test_an_event_tells_what_to_fetch_and_no_amounts():
    """A doorbell: which object, of which account, in which mode."""
    event = event_facts.EventFacts.from_stripe(
        {
            "id": "evt_1",
            "type": "charge.updated",
            "created": 1,
            "livemode": False,
            "data": {"object": {"object": "charge", "id": "ch_1", "amount": 5}},
        }
    )
    assert (event.subject, event.subject_id) == ("charge", "ch_1")
    assert not hasattr(event, "amount")


def test_a_balance_is_available_and_pending():
    """Instant available is a part of available: it is never added."""
    balance = facts.BalanceFacts.from_stripe(
        {
            "available": [{"currency": "usd", "amount": 100}],
            "pending": [{"currency": "usd", "amount": 7}],
            "instant_available": [{"currency": "usd", "amount": 90}],
        }
    )
    assert (balance.total("usd"), balance.total("eur")) == (107, 0)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", "2025-11-23"), ("America/New_York", "2025-11-22")],
)
def test_a_moment_is_a_day_in_a_zone(zone, day):
    """03:00 UTC is the evening before in New York."""
    assert days.day_of(1763866800, zone).isoformat() == day


def test_every_event_we_subscribe_to_has_a_subject():
    """What rings must be fetched; what we do not fetch must not ring."""
    assert all(events.subject_of(kind) for kind in events.SUBSCRIBED)
    assert events.subject_of("made.up") is None


def test_waiting_grows_to_an_hour_and_no_further():
    """Stripe's trouble lasts minutes; a customer's payment must not wait days."""
    waits = [events.backoff(attempt) for attempt in range(1, 20)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (15, 3600)
