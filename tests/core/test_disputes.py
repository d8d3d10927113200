"""Disputes: how they go on, what is answerable, and what Stripe says of one."""

import itertools

import pytest

from odoo.addons.kash_stripe_connect.core import disputes
from odoo.addons.kash_stripe_connect.core.dispute_facts import (
    DisputeFacts,
    disputes_of,
)
from odoo.addons.kash_stripe_connect.core.facts import (
    BadFact,
    BalanceTransactionFacts,
)

from dev.stripe_emulator import chargebacks

ROW = {
    "id": "txn_1",
    "type": "adjustment",
    "amount": -10000,
    "fee": 1500,
    "net": -11500,
    "currency": "usd",
    "status": "available",
    "created": 1,
}


def row(**changes):
    """Return facts of a row that a dispute made."""
    return BalanceTransactionFacts.from_stripe({**ROW, **changes})


def dispute(**changes):
    """Return a dispute as Stripe sends it."""
    data = {
        "id": "du_1",
        "object": "dispute",
        "status": "needs_response",
        "reason": "fraudulent",
        "amount": 10000,
        "currency": "usd",
        "created": 1,
        "charge": "ch_1",
        "evidence_details": {"due_by": 100, "past_due": False},
    }
    return {**data, **changes}


def read(**changes):
    """Return its facts."""
    return DisputeFacts.from_stripe(dispute(**changes))


def after(status):
    """Return every status that can come after one, by the emulator's table."""
    found, ways = set(), [status]
    while ways:
        fresh = set(chargebacks.NEXT.get(ways.pop(), ())) - found
        found |= fresh
        ways += fresh
    return found


@pytest.mark.parametrize("status", disputes.STATUSES)
def test_everything_that_can_come_next_is_taken_over(status):
    """By a table that was written without ours in view."""
    ahead = set(chargebacks.NEXT.get(status, ())) | {
        later for later in after(status) if status not in after(later)
    }
    assert all(disputes.moves_on(status, later) for later in ahead)


@pytest.mark.parametrize(
    ("before", "late"),
    [
        (before, late)
        for late, before in itertools.permutations(disputes.STATUSES, 2)
        if before in after(late) and late not in after(before)
    ],
)
def test_late_news_never_move_a_dispute_back(before, late):
    """What came before, told after."""
    assert not disputes.moves_on(before, late)


def test_the_same_again_and_a_word_of_the_future_are_taken_over():
    """Details may have changed; what nobody has heard of is shown, not hidden."""
    assert disputes.moves_on("needs_response", "needs_response")
    assert disputes.moves_on("won", "moon_dispute")
    assert disputes.phase("moon_dispute") == "open"


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("warning_needs_response", "inquiry"),
        ("warning_closed", "closed"),
        ("prevented", "closed"),
        ("under_review", "open"),
        ("appeal_under_review", "open"),
        ("lost", "lost"),
        ("won", "won"),
    ],
)
def test_a_status_says_what_it_means_for_the_money(status, phase):
    """An inquiry is no dispute yet."""
    assert disputes.phase(status) == phase


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, True),
        ({"status": "under_review"}, False),
        ({"status": "appeal_needs_response"}, True),
        ({"evidence_details": {"due_by": 0}}, False),
        ({"evidence_details": {"due_by": 100, "past_due": True}}, False),
        ({"evidence_details": None}, False),
    ],
)
def test_who_can_still_answer(changes, answer):
    """``due_by`` 0 is Stripe's way to say that nobody can."""
    assert read(**changes).can_respond is answer


@pytest.mark.parametrize(
    ("reason", "due_by", "answer"),
    [
        ("insufficient_funds", None, True),
        ("debit_not_authorized", None, True),
        ("insufficient_funds", 100, False),
        ("fraudulent", None, False),
    ],
)
def test_a_banks_return_is_told_from_a_dispute(reason, due_by, answer):
    """By its reason, and because nobody can answer it."""
    assert disputes.is_return(reason, due_by=due_by) is answer


def test_a_row_brings_its_dispute():
    """Expanded; other rows bring none."""
    rows = [
        row(source=source)
        for source in (dispute(balance_transactions=[ROW]), "du_1", None)
    ]
    [found], unread = disputes_of(rows)
    assert unread == ()
    assert (found.id, found.charge_id, found.rows[0].amount) == ("du_1", "ch_1", -10000)


def test_one_that_came_incomplete_keeps_no_other_back():
    """It is named, for a person to see; the next look may bring it whole."""
    whole, half = dispute(id="du_2"), dispute(id="du_1", status=None)
    found, unread = disputes_of([row(source=one) for one in (half, whole)])
    assert [one.id for one in found] == ["du_2"]
    assert [(one.kind, one.id) for one in unread] == [("dispute", "du_1")]
    assert "'status'" in unread[0].reason


def test_a_dispute_without_a_status_is_refused():
    """Nothing is guessed."""
    data = dispute()
    del data["status"]
    with pytest.raises(BadFact):
        DisputeFacts.from_stripe(data)
