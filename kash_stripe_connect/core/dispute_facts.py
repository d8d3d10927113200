# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said of a dispute, and of a payment its bank suspects.

Amounts are integers in minor units; times are epoch seconds (UTC).
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .disputes import ANSWERABLE
from .facts import BalanceTransactionFacts, Json, MissingFact, given, need, object_id

_logger = logging.getLogger(__name__)


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
            id=given(data, "id"),
            status=given(data, "status"),
            reason=given(data, "reason"),
            amount=given(data, "amount"),
            currency=given(data, "currency"),
            created=given(data, "created"),
            charge_id=object_id(data.get("charge")),
            due_by=evidence.get("due_by") or None,
            past_due=bool(evidence.get("past_due")),
            has_evidence=bool(evidence.get("has_evidence")),
            submissions=evidence.get("submission_count") or 0,
            refundable=bool(data.get("is_charge_refundable")),
            network_code=card.get("network_reason_code"),
            rows=tuple(
                BalanceTransactionFacts.from_list(row)
                for row in data.get("balance_transactions") or ()
            ),
            raw=json.dumps(data, indent=2, sort_keys=True),
        )


def readable(items: Iterable[Json]) -> Iterator[DisputeFacts]:
    """Yield disputes; one that Stripe sent incomplete does not keep the others back."""
    for data in items:
        try:
            yield DisputeFacts.from_stripe(data)
        except MissingFact as error:
            _logger.warning("Dispute %s: %s", data.get("id"), error)


def disputes_of(rows: Iterable[BalanceTransactionFacts]) -> list[DisputeFacts]:
    """Return the disputes that balance transactions brought with them, expanded."""
    sources = (row.source for row in rows if row.source is not None)
    return list(
        readable(source for source in sources if source.get("object") == "dispute")
    )


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
