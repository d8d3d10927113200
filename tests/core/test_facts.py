"""Stripe's words as frozen records."""

import dataclasses
import json

import pytest
from facts_samples import DISPUTE

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


@pytest.mark.parametrize(
    ("status", "payment_status", "paid", "processing"),
    [
        ("open", "unpaid", False, False),
        ("complete", "paid", True, False),
        ("complete", "unpaid", False, True),
        ("expired", "unpaid", False, False),
    ],
)
def test_a_completed_session_is_not_always_paid(
    status, payment_status, paid, processing
):
    """A bank debit completes the session days before it succeeds."""
    session = session_facts.SessionFacts.from_stripe(
        {"id": "cs_1", "status": status, "payment_status": payment_status}
    )
    assert (session.is_paid, session.is_processing) == (paid, processing)


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
