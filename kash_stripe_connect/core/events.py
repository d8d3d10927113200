# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which doorbell rings for which object: an event names what to fetch, no more.

https://docs.stripe.com/api/events/types
"""

from typing import Literal, get_args

Subject = Literal[
    "account",
    "checkout.session",
    "payment_intent",
    "charge",
    "refund",
    "payout",
    "dispute",
    "warning",
    "row",
    "rows",
]

LISTED = "listed."
DEAUTHORISED = "account.application.deauthorized"

_SUBJECTS: dict[str, Subject] = {
    "account.updated": "account",
    "capability.updated": "account",
    "account.external_account.created": "account",
    "account.external_account.updated": "account",
    "account.external_account.deleted": "account",
    # Its object is the application that lost access; whose account it was stands
    # beside it, and asking for that account tells whether it is still so.
    DEAUTHORISED: "account",
    # Accounts v2 rings without an object: only whose account it is about.
    "v2.core.account[requirements].updated": "account",
    "v2.core.account.closed": "account",
    "v2.core.account[configuration.merchant].capability_status_updated": "account",
    "checkout.session.completed": "checkout.session",
    "checkout.session.async_payment_succeeded": "checkout.session",
    "checkout.session.async_payment_failed": "checkout.session",
    "checkout.session.expired": "checkout.session",
    "payment_intent.processing": "payment_intent",
    "payment_intent.succeeded": "payment_intent",
    "payment_intent.payment_failed": "payment_intent",
    "payment_intent.canceled": "payment_intent",
    "charge.succeeded": "charge",
    "charge.updated": "charge",
    "charge.pending": "charge",
    "charge.failed": "charge",
    # Money moved: the balance transactions say which and how much.
    "refund.created": "refund",
    "refund.updated": "refund",
    "refund.failed": "refund",
    "payout.created": "payout",
    "payout.updated": "payout",
    "payout.paid": "payout",
    "payout.failed": "payout",
    "payout.canceled": "payout",
    "payout.reconciliation_completed": "payout",
    "charge.dispute.created": "dispute",
    "charge.dispute.updated": "dispute",
    "charge.dispute.closed": "dispute",
    "charge.dispute.funds_withdrawn": "dispute",
    "charge.dispute.funds_reinstated": "dispute",
    # No money moves, but it may soon.
    "radar.early_fraud_warning.created": "warning",
    "radar.early_fraud_warning.updated": "warning",
    "topup.succeeded": "rows",
    "topup.reversed": "rows",
}

# A platform's endpoint for connected accounts, set up by its operator.
SUBSCRIBED_CONNECT = tuple(
    sorted(name for name in _SUBJECTS if not name.startswith("v2."))
)
# An account's own endpoint: nobody can take its access to itself away.
SUBSCRIBED = tuple(name for name in SUBSCRIBED_CONNECT if name != DEAUTHORISED)


def listed_type(kind: str) -> str:
    """Return the type of what a list of such objects set aside."""
    return f"{LISTED}{kind}"


# What no event told of: a list of Stripe's has it, and it could not be read there.
_LISTED: dict[str, Subject] = {
    listed_type(kind): kind
    for kind in get_args(Subject)
    if kind not in {"rows", "warning"}
}


def subject_of(event_type: str) -> Subject | None:
    """Return the kind of object to fetch; None for an event we do not act on."""
    return _SUBJECTS.get(event_type) or _LISTED.get(event_type)


def backoff(attempts: int) -> int:
    """Return the seconds to wait before try number ``attempts`` + 1: 15 s … 1 h."""
    return int(min(15 * 2 ** max(attempts - 1, 0), 3600))


MAX_ATTEMPTS = 48
