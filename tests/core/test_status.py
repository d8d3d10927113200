"""One word for an account: the first rule that fits wins."""

import dataclasses
import itertools
from collections import Counter
from typing import NamedTuple

import pytest

from odoo.addons.kash_stripe_connect.core import status
from odoo.addons.kash_stripe_connect.core.account_facts import (
    AccountFacts,
    RequirementFacts,
)

NOW = 1_800_000_000
DAY = 86_400
GOOD = AccountFacts(
    id="acct_1",
    country="US",
    default_currency="usd",
    email=None,
    business_name=None,
    timezone=None,
    charges_enabled=True,
    payouts_enabled=True,
    details_submitted=True,
)


def wants(**fields):
    """Return an account of which Stripe wants something now."""
    return {"requirements": RequirementFacts(**fields)}


def will_want(**fields):
    """Return an account of which Stripe will want something later."""
    return {"future_requirements": RequirementFacts(**fields)}


NO_CHARGES = {"charges_enabled": False}
CASES = [
    ("all is well", {}, "active"),
    ("eventually due alone is a hint", wants(eventually_due=("a",)), "active"),
    ("rejected", wants(disabled_reason="rejected.fraud"), "restricted"),
    ("listed", wants(disabled_reason="listed"), "restricted"),
    ("platform paused", wants(disabled_reason="platform_paused"), "restricted"),
    ("other", wants(disabled_reason="other"), "restricted"),
    (
        "rejected wins over not submitted",
        {"details_submitted": False, **wants(disabled_reason="rejected.other")},
        "restricted",
    ),
    ("not submitted", {"details_submitted": False, **NO_CHARGES}, "incomplete"),
    (
        "not submitted, but it takes payments",
        {"details_submitted": False, **wants(currently_due=("a",))},
        "active",
    ),
    (
        "not submitted, it takes payments until a day",
        {
            "details_submitted": False,
            **wants(currently_due=("a",), current_deadline=NOW + DAY),
        },
        "restricted_soon",
    ),
    (
        "past due before submission is incomplete",
        {
            "details_submitted": False,
            **NO_CHARGES,
            **wants(disabled_reason="requirements.past_due", past_due=("a",)),
        },
        "incomplete",
    ),
    (
        "under review",
        {**NO_CHARGES, **wants(disabled_reason="under_review")},
        "under_review",
    ),
    (
        "verification pending",
        {**NO_CHARGES, **wants(disabled_reason="requirements.pending_verification")},
        "under_review",
    ),
    (
        "no charges, something due",
        {**NO_CHARGES, **wants(currently_due=("a",))},
        "restricted",
    ),
    ("no charges, past due", {**NO_CHARGES, **wants(past_due=("a",))}, "restricted"),
    (
        "no charges, only waiting for Stripe",
        {**NO_CHARGES, **wants(pending_verification=("a",))},
        "under_review",
    ),
    ("no charges, no reason", NO_CHARGES, "restricted"),
    ("charges, but past due", wants(past_due=("a",)), "restricted"),
    (
        "due with a deadline",
        wants(currently_due=("a",), current_deadline=NOW + DAY),
        "restricted_soon",
    ),
    ("due without a deadline", wants(currently_due=("a",)), "active"),
    (
        "due in the future, within 30 days",
        will_want(currently_due=("a",), current_deadline=NOW + 30 * DAY),
        "restricted_soon",
    ),
    (
        "due in the far future",
        will_want(currently_due=("a",), current_deadline=NOW + 31 * DAY),
        "active",
    ),
]


@pytest.mark.parametrize(
    ("changes", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_the_status_follows_stripes_fields(changes, expected):
    """The rules in their order, each with a case that only it decides."""
    account = dataclasses.replace(GOOD, **changes)
    assert status.account_status(account, now=NOW) == expected


def test_no_account_is_not_connected():
    """Nothing connected, or access revoked."""
    assert status.account_status(None, now=NOW) == "not_connected"


@pytest.mark.parametrize(("enabled", "word"), [(True, "active"), (False, "paused")])
def test_payouts_have_a_status_of_their_own(enabled, word):
    """Charges may run while payouts are paused."""
    account = dataclasses.replace(GOOD, payouts_enabled=enabled)
    assert status.payout_status(account) == word


@pytest.mark.parametrize(
    ("current", "target", "news"),
    [
        (None, "pending", True),
        ("pending", "in_transit", True),
        ("in_transit", "pending", False),
        ("paid", "failed", True),
        ("failed", "paid", False),
        ("canceled", "failed", False),
    ],
)
def test_a_payout_may_fail_after_it_was_paid(current, target, news):
    """And nothing else is taken back."""
    assert status.moves_up(status.PAYOUT_RANKS, current, target) == news


@pytest.mark.parametrize(
    ("current", "target", "news"),
    [
        (None, "open", True),
        ("open", "complete", True),
        ("open", "expired", True),
        ("complete", "open", False),
        ("complete", "expired", False),
        ("complete", "complete", False),
        ("expired", "complete", True),
    ],
)
def test_a_session_only_moves_up(current, target, news):
    """Late and repeated news change nothing; paid wins over expired."""
    assert status.moves_up(status.SESSION_RANKS, current, target) is news


# The rules of Stripe's fields once more, as a table: the first row that fits wins.
# Written without the code under test, and compared with it on every combination.
RULES = [
    (lambda c: c.disabled.startswith("rejected."), "restricted"),
    (lambda c: c.disabled in {"listed", "platform_paused", "other"}, "restricted"),
    (lambda c: not c.submitted and not c.charges, "incomplete"),
    (
        lambda c: c.disabled in {"under_review", "requirements.pending_verification"},
        "under_review",
    ),
    (lambda c: not c.charges and (c.past or c.current), "restricted"),
    (lambda c: not c.charges and c.pending, "under_review"),
    (lambda c: not c.charges, "restricted"),
    (lambda c: c.past, "restricted"),
    (lambda c: c.current and c.deadline, "restricted_soon"),
    (lambda c: c.future == "near", "restricted_soon"),
    (lambda c: True, "active"),
]
DISABLED = [
    "",
    "action_required.requested_capabilities",
    "listed",
    "other",
    "platform_paused",
    *(
        f"rejected.{why}"
        for why in (
            "fraud",
            "incomplete_verification",
            "listed",
            "other",
            "platform_fraud",
            "platform_other",
            "platform_terms_of_service",
            "terms_of_service",
            "something_new",
        )
    ),
    "requirements.past_due",
    "requirements.pending_verification",
    "under_review",
    "something_new",
]
FUTURE = {
    "none": RequirementFacts(),
    "near": RequirementFacts(currently_due=("f",), current_deadline=NOW + 30 * DAY),
    "far": RequirementFacts(currently_due=("f",), current_deadline=NOW + 31 * DAY),
    "undated": RequirementFacts(currently_due=("f",)),
    "nothing due": RequirementFacts(current_deadline=NOW + DAY),
}


class Case(NamedTuple):
    """What the rules look at."""

    disabled: str
    submitted: bool
    charges: bool
    past: bool
    current: bool
    pending: bool
    deadline: bool
    future: str


def every_combination():
    """Yield each case there can be, of what the rules look at."""
    yes_no = (False, True)
    yield from itertools.starmap(
        Case,
        itertools.product(
            DISABLED, yes_no, yes_no, yes_no, yes_no, yes_no, yes_no, FUTURE
        ),
    )


def as_account(case):
    """Return what Stripe would say in a case."""
    return dataclasses.replace(
        GOOD,
        details_submitted=case.submitted,
        charges_enabled=case.charges,
        requirements=RequirementFacts(
            disabled_reason=case.disabled or None,
            past_due=("p",) if case.past else (),
            currently_due=("c",) if case.current else (),
            pending_verification=("v",) if case.pending else (),
            current_deadline=NOW + DAY if case.deadline else None,
        ),
        future_requirements=FUTURE[case.future],
    )


def test_the_status_is_right_in_every_combination():
    """All of Stripe's reasons, flags, lists and deadlines against each other."""
    wrong = [
        (case, found, expected)
        for case in every_combination()
        for expected in [next(word for fits, word in RULES if fits(case))]
        for found in [status.account_status(as_account(case), now=NOW)]
        if found != expected
    ]
    assert not wrong, wrong[:5]


def test_each_word_comes_up_and_each_rule_decides_something():
    """A table whose rows never fit would prove nothing."""
    deciding = Counter(
        next(index for index, (fits, _word) in enumerate(RULES) if fits(case))
        for case in every_combination()
    )
    assert set(deciding) == set(range(len(RULES)))
