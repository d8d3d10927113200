# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said of a dispute, and of a payment its bank suspects.

Amounts are integers in minor units; times are epoch seconds (UTC).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from .disputes import ANSWERABLE
from .facts import BalanceTransactionFacts
from .lists import Unread, read_each
from .reading import (
    Json,
    an_id,
    an_object,
    detail,
    flag,
    flag_or_no,
    moment,
    moment_or_none,
    only,
    part,
    parts,
    reference,
    said,
    text,
    whole,
    whole_or_none,
)

# What is kept of a dispute: enough to read it again. Its evidence names the customer,
# and stays at Stripe.
_KEPT = (
    *("id", "object", "status", "reason", "amount", "currency", "created", "livemode"),
    "is_charge_refundable",
)
_KEPT_OF_EVIDENCE = ("due_by", "has_evidence", "past_due", "submission_count")
_KEPT_OF_CARD = ("brand", "case_type", "network", "network_reason_code")


@dataclass(frozen=True)
class DisputeFacts:
    """https://docs.stripe.com/api/disputes/object; in the currency that was charged."""

    id: str
    status: str
    reason: str
    amount: int
    currency: str
    created: int
    charge_id: str | None
    due_by: int | None
    past_due: bool
    has_evidence: bool
    submissions: int
    refundable: bool
    network_code: str | None
    rows: tuple[BalanceTransactionFacts, ...]
    plain: Json = field(compare=False, repr=False)

    @property
    def raw(self) -> str:
        """What is kept of the dispute: enough to read it again, no name (JSON)."""
        return json.dumps(self.plain, indent=2, sort_keys=True)

    @property
    def can_respond(self) -> bool:
        """An answer is asked for and can still be given; without a day it cannot."""
        return (
            self.status in ANSWERABLE and self.due_by is not None and not self.past_due
        )

    @classmethod
    def from_stripe(cls, data: Json) -> "DisputeFacts":
        """Read a dispute; ``due_by`` 0 means that nobody can answer it.

        The card network's code is merely shown.
        """
        an_object(data, "dispute")
        evidence = part(data, "evidence_details")
        card = detail(detail(data, "payment_method_details"), "card")
        rows = tuple(
            BalanceTransactionFacts.from_list(row)
            for row in parts(data, "balance_transactions", "dispute's row")
        )
        return cls(
            id=an_id(data),
            status=text(data, "status"),
            reason=text(data, "reason"),
            amount=whole(data, "amount"),
            currency=text(data, "currency"),
            created=moment(data, "created"),
            charge_id=reference(data, "charge"),
            due_by=moment_or_none(evidence, "due_by") or None,
            past_due=flag_or_no(evidence, "past_due"),
            has_evidence=flag_or_no(evidence, "has_evidence"),
            submissions=whole_or_none(evidence, "submission_count") or 0,
            refundable=flag_or_no(data, "is_charge_refundable"),
            network_code=said(card, "network_reason_code"),
            rows=rows,
            plain=_kept(data, card, rows),
        )


def _kept(data: Json, card: Json, rows: Iterable[BalanceTransactionFacts]) -> Json:
    return {
        **only(data, _KEPT),
        "charge": reference(data, "charge"),
        "evidence_details": only(part(data, "evidence_details"), _KEPT_OF_EVIDENCE),
        "payment_method_details": {"card": only(card, _KEPT_OF_CARD)},
        "balance_transactions": [row.plain for row in rows],
    }


def disputes_of(
    rows: Iterable[BalanceTransactionFacts],
) -> tuple[tuple[DisputeFacts, ...], tuple[Unread, ...]]:
    """Return the disputes that balance transactions brought along, and the unread."""
    sources = (row.source for row in rows if row.source is not None)
    came = (source for source in sources if source.get("object") == "dispute")
    return read_each("dispute", DisputeFacts.from_stripe, came)


@dataclass(frozen=True)
class FraudWarningFacts:
    """https://docs.stripe.com/api/radar/early_fraud_warnings/object."""

    id: str
    charge_id: str | None
    actionable: bool
    fraud_type: str | None

    @classmethod
    def from_stripe(cls, data: Json) -> "FraudWarningFacts":
        """Read a warning: a hint only, no money moves; its kind is merely shown."""
        an_object(data, "warning")
        return cls(
            id=an_id(data),
            charge_id=reference(data, "charge"),
            actionable=flag(data, "actionable"),
            fraud_type=said(data, "fraud_type"),
        )
