# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""States and their ranks: one table each, read by the one writer of the state."""

from datetime import timedelta
from typing import Literal

from .account_facts import AccountFacts, RequirementFacts

AccountStatus = Literal[
    "not_connected",
    "incomplete",
    "under_review",
    "restricted_soon",
    "restricted",
    "active",
]
PayoutStatus = Literal["active", "paused"]

# disabled_reason, https://docs.stripe.com/api/accounts/object#account_object-requirements
_RESTRICTING = frozenset({"listed", "platform_paused", "other"})
_REVIEWING = frozenset({"under_review", "requirements.pending_verification"})
_FUTURE_HORIZON = timedelta(days=30)


def account_status(account: AccountFacts | None, *, now: int) -> AccountStatus:
    """Return the one word for an account; the first rule that fits wins.

    :param account: None when nothing is connected or access was revoked
    :param now: epoch seconds, for requirements that fall due soon
    """
    if account is None:
        return "not_connected"
    reason = account.requirements.disabled_reason or ""
    if reason.startswith("rejected.") or reason in _RESTRICTING:
        return "restricted"
    # Where Stripe asks step by step, payments are taken before the form is sent.
    # https://docs.stripe.com/api/accounts/object#account_object-details_submitted
    if not (account.details_submitted or account.charges_enabled):
        return "incomplete"
    if reason in _REVIEWING:
        return "under_review"
    if not account.charges_enabled:
        return _status_without_charges(account.requirements)
    return _status_with_charges(account, now=now)


def _status_without_charges(wanted: RequirementFacts) -> AccountStatus:
    if wanted.past_due or wanted.currently_due or not wanted.pending_verification:
        return "restricted"
    return "under_review"


def _status_with_charges(account: AccountFacts, *, now: int) -> AccountStatus:
    if account.requirements.past_due:
        return "restricted"
    return "active" if deadline(account, now=now) is None else "restricted_soon"


def _is_near(future: RequirementFacts, *, now: int) -> bool:
    horizon = now + int(_FUTURE_HORIZON.total_seconds())
    due = future.currently_due and future.current_deadline
    return bool(due and due <= horizon)


def deadline(account: AccountFacts, *, now: int) -> int | None:
    """Return until when Stripe wants something (epoch seconds); None for no hurry."""
    wanted, future = account.requirements, account.future_requirements
    if wanted.currently_due and wanted.current_deadline:
        return wanted.current_deadline
    return future.current_deadline if _is_near(future, now=now) else None


def is_final(account: AccountFacts) -> bool:
    """Tell whether Stripe said no for good: only its support can change that."""
    return (account.requirements.disabled_reason or "").startswith("rejected.")


def payout_status(account: AccountFacts) -> PayoutStatus:
    """Return whether Stripe pays out to the bank at present."""
    return "active" if account.payouts_enabled else "paused"


# A checkout session only ever moves up: late and repeated news change nothing.
SESSION_RANKS = {"open": 0, "expired": 1, "complete": 2}

# A payout that was paid may still come back from the bank; what came back is final.
# https://docs.stripe.com/api/payouts/object#payout_object-status
PAYOUT_RANKS = {"pending": 0, "in_transit": 1, "paid": 2, "failed": 3, "canceled": 3}
# What becomes of a payout at Stripe or at the bank may still be news.
PAYOUT_OPEN = ("pending", "in_transit")


def moves_up(ranks: dict[str, int], current: str | None, target: str) -> bool:
    """Tell whether going from ``current`` to ``target`` is news by ``ranks``."""
    return current is None or ranks[target] > ranks[current]
