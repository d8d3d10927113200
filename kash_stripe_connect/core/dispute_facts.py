# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said of a dispute, and of a payment its bank suspects.

Amounts are integers in minor units; times are epoch seconds (UTC).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from .disputes import ANSWERABLE
from .facts import BalanceTransactionFacts, Json, need, object_id


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
    raw: str

    @property
    def can_respond(self) -> bool:
        """An answer is asked for and can still be given; without a day it cannot."""
        return (
            self.status in ANSWERABLE and self.due_by is not None and not self.past_due
        )

    @classmethod
    def from_stripe(cls, data: Json) -> "DisputeFacts":
        """Read a dispute; ``due_by`` 0 means that nobody can answer it."""
        evidence = data.get("evidence_details") or {}
        card = (data.get("payment_method_details") or {}).get("card") or {}
        return cls(
            id=need(data, "id"),
            status=need(data, "status"),
            reason=need(data, "reason"),
            amount=need(data, "amount"),
            currency=need(data, "currency"),
            created=need(data, "created"),
            charge_id=object_id(data.get("charge")),
            due_by=evidence.get("due_by") or None,
            past_due=bool(evidence.get("past_due")),
            has_evidence=bool(evidence.get("has_evidence")),
            submissions=evidence.get("submission_count") or 0,
            refundable=bool(data.get("is_charge_refundable")),
            network_code=card.get("network_reason_code"),
            rows=tuple(
                BalanceTransactionFacts.from_stripe(row)
                for row in data.get("balance_transactions") or ()
            ),
            raw=json.dumps(data, indent=2, sort_keys=True),
        )


def disputes_of(rows: Iterable[BalanceTransactionFacts]) -> list[DisputeFacts]:
    """Return the disputes that balance transactions brought with them, expanded."""
    return [
        DisputeFacts.from_stripe(row.source)
        for row in rows
        if row.source is not None and row.source.get("object") == "dispute"
    ]


@dataclass(frozen=True)
class FraudWarningFacts:
    """https://docs.stripe.com/api/radar/early_fraud_warnings/object."""

    id: str
    charge_id: str | None
    actionable: bool
    fraud_type: str | None

    @classmethod
    def from_stripe(cls, data: Json) -> "FraudWarningFacts":
        """Read a warning: a hint only, no money moves."""
        return cls(
            id=need(data, "id"),
            charge_id=object_id(data.get("charge")),
            actionable=bool(need(data, "actionable")),
            fraud_type=data.get("fraud_type"),
        )
