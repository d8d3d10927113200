# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a dispute goes on: statuses, their order, and what each means for the money.

https://docs.stripe.com/api/disputes/object#dispute_object-status
"""

from typing import Literal

Phase = Literal["inquiry", "open", "won", "lost", "closed"]

# An inquiry asks only: no money moves until it becomes a dispute.
_PHASES: dict[str, Phase] = {
    "warning_needs_response": "inquiry",
    "warning_under_review": "inquiry",
    "warning_closed": "closed",
    "prevented": "closed",
    "needs_response": "open",
    "under_review": "open",
    "appeal_needs_response": "open",
    "appeal_under_review": "open",
    "lost": "lost",
    "won": "won",
}
# A dispute moves up only. An inquiry that was closed may still become a dispute, a
# lost one be appealed, a won one by the customer's bank.
_RANKS = {
    "warning_needs_response": 0,
    "warning_under_review": 1,
    "warning_closed": 2,
    "prevented": 3,
    "needs_response": 4,
    "under_review": 5,
    "lost": 6,
    "appeal_needs_response": 7,
    "appeal_under_review": 8,
    "won": 9,
}
STATUSES = tuple(_RANKS)
# Statuses in which Stripe waits for an answer.
ANSWERABLE = frozenset(
    {"warning_needs_response", "needs_response", "appeal_needs_response"}
)
# Reasons by which a bank returns a debit that had succeeded: nobody disputes anything.
# https://docs.stripe.com/payments/ach-direct-debit#disputed-payments
_RETURNS = frozenset(
    """
    insufficient_funds bank_cannot_process debit_not_authorized
    incorrect_account_details check_returned
    """.split()
)


def phase(status: str) -> Phase:
    """Return what a status means; one nobody has heard of is open: it is looked at."""
    return _PHASES.get(status, "open")


def moves_on(before: str, after: str) -> bool:
    """Tell whether ``after`` may follow ``before``; the same again may, it is no news.

    Stripe is asked each time, so older news come only when two jobs ask at once.
    """
    if before == after or before not in _RANKS or after not in _RANKS:
        return True
    if after == "lost" and before.startswith("appeal_"):
        return True
    if before == "won" and after.startswith("appeal_"):
        return True
    return _RANKS[after] > _RANKS[before]


def is_return(reason: str, *, due_by: int | None) -> bool:
    """Tell whether a dispute is a bank's return of a debit, which nobody can answer."""
    return reason in _RETURNS and not due_by
