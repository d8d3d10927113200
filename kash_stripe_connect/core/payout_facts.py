# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said of a payout, as a frozen record: see :mod:`.facts`."""

from dataclasses import dataclass

from .reading import (
    Json,
    an_id,
    an_object,
    detail,
    flag_or_no,
    moment,
    one_of,
    reference,
    said,
    text,
    text_or_none,
    whole,
)
from .status import PAYOUT_RANKS


@dataclass(frozen=True)
class PayoutFacts:
    """https://docs.stripe.com/api/payouts/object; a negative amount is a debit."""

    id: str
    status: str
    amount: int
    currency: str
    created: int
    arrival_date: int
    automatic: bool
    method: str
    description: str | None
    destination_id: str | None
    destination_name: str | None
    destination_last4: str | None
    reconciliation_status: str | None
    statement_descriptor: str | None
    trace_id: str | None
    failure_code: str | None
    failure_message: str | None
    balance_transaction_id: str | None
    failure_balance_transaction_id: str | None

    @property
    def lists_rows(self) -> bool:
        """Stripe can say what it is made of: automatic ones only, after a while.

        https://docs.stripe.com/payouts/reconciliation
        """
        return self.reconciliation_status == "completed"

    @classmethod
    def from_stripe(cls, data: Json) -> "PayoutFacts":
        """Read a payout; its bank account or card when it came expanded.

        What names it to people, at the bank and where it failed, is merely shown.
        """
        an_object(data, "payout")
        bank = detail(data, "destination")
        return cls(
            id=an_id(data),
            status=one_of(data, "status", PAYOUT_RANKS),
            amount=whole(data, "amount"),
            currency=text(data, "currency"),
            created=moment(data, "created"),
            arrival_date=moment(data, "arrival_date"),
            automatic=flag_or_no(data, "automatic"),
            method=text_or_none(data, "method") or "standard",
            description=said(data, "description"),
            destination_id=reference(data, "destination"),
            destination_name=said(bank, "bank_name") or said(bank, "brand"),
            destination_last4=said(bank, "last4"),
            reconciliation_status=text_or_none(data, "reconciliation_status"),
            statement_descriptor=said(data, "statement_descriptor"),
            trace_id=said(detail(data, "trace_id"), "value"),
            failure_code=said(data, "failure_code"),
            failure_message=said(data, "failure_message"),
            balance_transaction_id=reference(data, "balance_transaction"),
            failure_balance_transaction_id=reference(
                data, "failure_balance_transaction"
            ),
        )
