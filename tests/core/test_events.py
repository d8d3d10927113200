"""Which doorbells are asked for, and what each of them makes us fetch."""

from pathlib import Path

import pytest

from odoo.addons.kash_stripe_connect.core import event_facts, events, reading

DOCS = Path(__file__).resolve().parents[2] / "docs" / "operate-a-platform.md"


def test_the_docs_list_the_events_an_operator_subscribes_to():
    """No more and no fewer: the list is copied into Stripe's form."""
    block = DOCS.read_text().split("```")[1]
    assert tuple(block.split()) == events.SUBSCRIBED_CONNECT


def test_an_account_never_subscribes_to_losing_access_to_itself():
    """Stripe knows that event for platforms only."""
    assert events.DEAUTHORISED in events.SUBSCRIBED_CONNECT
    assert events.DEAUTHORISED not in events.SUBSCRIBED


@pytest.mark.parametrize(
    ("event_type", "subject"),
    [
        ("capability.updated", "account"),
        ("account.external_account.deleted", "account"),
        ("account.application.deauthorized", "account"),
        ("v2.core.account[requirements].updated", "account"),
        ("v2.core.account.closed", "account"),
        ("refund.failed", "refund"),
        ("payout.failed", "payout"),
        ("payout.reconciliation_completed", "payout"),
        ("charge.dispute.funds_withdrawn", "dispute"),
        ("charge.dispute.closed", "dispute"),
        ("radar.early_fraud_warning.created", "warning"),
        ("customer.created", None),
    ],
)
def test_an_event_says_what_to_fetch(event_type, subject):
    """Never what to believe."""
    assert events.subject_of(event_type) == subject


def test_a_thin_notification_is_read_as_an_event_of_its_account():
    """Accounts v2 rings with an id and no more."""
    event = event_facts.EventFacts.from_thin(
        {
            "id": "evt_1",
            "type": "v2.core.account[requirements].updated",
            "created": "2025-11-22T17:00:00.000Z",
            "livemode": False,
            "related_object": {"id": "acct_1", "type": "v2.core.account"},
        }
    )
    assert (event.account_id, event.created, event.livemode) == (
        "acct_1",
        1763830800,
        False,
    )


def test_a_thin_notification_without_its_account_is_refused():
    """It would be about nobody."""
    with pytest.raises(reading.BadFact):
        event_facts.EventFacts.from_thin({"id": "evt_1"})
