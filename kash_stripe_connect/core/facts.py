# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said, as frozen records: made from plain dicts, without judgement.

Amounts are integers in minor units; times are epoch seconds (UTC); a missing optional
field is None. A missing *required* field, or one of another type than Stripe says,
raises :class:`BadFact`, naming it; what is merely shown to people is None instead.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from .declines import REQUIRES_ACTION
from .methods import PaidWith
from .payer_step import PayerStep
from .reading import (
    BadFact,
    Json,
    an_id,
    an_object,
    bad,
    detail,
    expanded,
    inside,
    labels,
    moment,
    moment_or_none,
    one_of,
    only,
    parts,
    reference,
    said,
    text,
    text_or_none,
    whole,
    whole_or_none,
)

# What a row of a list counts as where Stripe did not say it.
_LACKING: dict[str, Any] = {
    **dict.fromkeys(("amount", "fee", "net"), 0),
    **dict.fromkeys(("type", "currency", "status"), "unknown"),
}

# What is kept of a row: its source by its id, and not its description, which merchants
# write and which has a column of its own.
_KEPT = (
    *("id", "object", "type", "reporting_category", "balance_type", "status"),
    *("amount", "fee", "net", "currency", "exchange_rate", "created", "available_on"),
)
_KEPT_OF_FEE = ("amount", "application", "currency", "description", "type")
# Without these, or when it is no object at all (""), it cannot be told from others.
_ITS_OWN = frozenset(("", "id", "created"))
_FEE_LINE = "fee line"
# Money has come, may come, or will not: another word is none of these.
# https://docs.stripe.com/api/charges/object#charge_object-status
_CHARGE_STATUSES = ("succeeded", "pending", "failed")


@dataclass(frozen=True)
class FeeFacts:
    """One line of a balance transaction's ``fee_details``."""

    type: str
    amount: int
    currency: str
    description: str | None

    @classmethod
    def from_stripe(cls, data: Json) -> "FeeFacts":
        """Read a fee's line; its description is merely shown."""
        return cls(
            type=text(data, "type", _FEE_LINE),
            amount=whole(data, "amount", _FEE_LINE),
            currency=text(data, "currency", _FEE_LINE),
            description=said(data, "description"),
        )


def _fees(row: Json) -> tuple[FeeFacts, ...]:
    return tuple(map(FeeFacts.from_stripe, parts(row, "fee_details", _FEE_LINE)))


@dataclass(frozen=True)
class BalanceTransactionFacts:
    """https://docs.stripe.com/api/balance_transactions/object."""

    id: str
    type: str
    reporting_category: str | None
    balance_type: str
    amount: int
    fee: int
    net: int
    currency: str
    exchange_rate: str | None
    status: str
    created: int
    available_on: int | None
    source_id: str | None
    description: str | None
    fees: tuple[FeeFacts, ...]
    plain: Json = field(compare=False, repr=False)
    source: Json | None = field(default=None, compare=False, repr=False)
    problem: str | None = None

    @property
    def raw(self) -> str:
        """What is kept of it (JSON): enough to book it again, nothing of a payer."""
        # Without indents, which Python's encoder in C does not do.
        return json.dumps(self.plain, sort_keys=True)

    @property
    def is_of_charge(self) -> bool:
        """The row came with the charge it is of, expanded."""
        return self.source is not None and self.source.get("object") == "charge"

    @cached_property
    def charge(self) -> "ChargeFacts":
        """The charge of a row that :attr:`is_of_charge`."""
        return ChargeFacts.from_stripe(self.source or {})

    @property
    def is_of_refund(self) -> bool:
        """The row came with the refund it is of, expanded."""
        return self.source is not None and self.source.get("object") == "refund"

    @cached_property
    def refund(self) -> "RefundFacts":
        """The refund of a row that :attr:`is_of_refund`."""
        return RefundFacts.from_stripe(self.source or {})

    @property
    def own_amount(self) -> int | None:
        """The charge's or refund's own amount: Stripe may have converted it."""
        if self.is_of_refund:
            return self.refund.amount
        return self.charge.captured if self.is_of_charge else None

    @property
    def own_currency(self) -> str | None:
        """The currency of :attr:`own_amount`."""
        if self.is_of_refund:
            return self.refund.currency
        return self.charge.currency if self.is_of_charge else None

    @property
    def document_id(self) -> str | None:
        """Return the charge, payout or dispute the row belongs to.

        A refund belongs to its charge, or to the intent where it names no charge; a
        dispute is a thing of its own.
        """
        if self.is_of_refund:
            refund = self.refund
            return refund.charge_id or refund.payment_intent_id or self.source_id
        return self.source_id

    @classmethod
    def from_list(cls, data: Json) -> "BalanceTransactionFacts":
        """Read one of many: what is wrong with it is its :attr:`problem`, not theirs.

        Its source, which the page's rows are applied with, is read here, too.

        :raises BadFact: it has no id, or no time: nobody could ask for it again
        """
        try:
            found = cls.from_stripe(data)
            inside("source", found._read_source)
        except BadFact as error:
            return replace(cls._without(data, error), problem=f"{error}.")
        return found

    @classmethod
    def _without(cls, data: Json, error: BadFact) -> "BalanceTransactionFacts":
        """Read a row without the field that is wrong, and without the next one."""
        if error.field in _ITS_OWN:
            raise error
        lacking = _LACKING.get(error.field)
        if error.field == "source" and expanded(data, "source"):
            lacking = said(data["source"], "id")
        filled = {**data, error.field: lacking}
        try:
            return cls.from_stripe(filled)
        except BadFact as another:
            return cls._without(filled, another)

    def _read_source(self) -> "ChargeFacts | RefundFacts | None":
        """Return the charge or refund it came with, which is kept for who asks."""
        if self.is_of_charge:
            return self.charge
        return self.refund if self.is_of_refund else None

    @classmethod
    def from_stripe(cls, data: Json) -> "BalanceTransactionFacts":
        """Read a balance transaction; an expanded source stands beside what is kept.

        Its description is merely shown.
        """
        an_object(data, "balance transaction")
        return cls(
            id=an_id(data),
            type=text(data, "type"),
            reporting_category=text_or_none(data, "reporting_category"),
            balance_type=text_or_none(data, "balance_type") or "payments",
            amount=whole(data, "amount"),
            fee=whole(data, "fee"),
            net=whole(data, "net"),
            currency=text(data, "currency"),
            exchange_rate=_rate(data),
            status=text(data, "status"),
            created=moment(data, "created"),
            available_on=moment_or_none(data, "available_on"),
            source_id=reference(data, "source"),
            description=said(data, "description"),
            fees=inside("fee_details", partial(_fees, data)),
            plain=_kept(data),
            source=expanded(data, "source"),
        )


def _kept(row: Json) -> Json:
    """Return what is kept of a row; what Stripe did not say is not there either."""
    lines = parts(row, "fee_details", _FEE_LINE)
    fees = [only(line, _KEPT_OF_FEE) for line in lines]
    return {
        **only(row, _KEPT),
        "fee_details": fees,
        "source": reference(row, "source"),
    }


def _rate(row: Json) -> str | None:
    rate = row.get("exchange_rate")
    if type(rate) not in {float, int, type(None)}:
        raise bad(row, "exchange_rate", "a number")
    return None if rate is None else str(rate)


@dataclass(frozen=True)
class ChargeFacts:
    """https://docs.stripe.com/api/charges/object."""

    id: str
    status: str
    amount: int
    currency: str
    created: int
    payment_intent_id: str | None
    balance_transaction_id: str | None
    balance_transaction: BalanceTransactionFacts | None
    failure_row: BalanceTransactionFacts | None
    metadata: Mapping[str, str]
    failure_message: str | None
    decline_code: str | None
    paid_with: PaidWith
    captured: int

    @property
    def is_by_card(self) -> bool:
        """A card was charged, which is known at once."""
        return self.paid_with.kind == "card"

    @property
    def is_processing(self) -> bool:
        """The bank is asked, and has not said no: not so of a voucher unpaid."""
        return self.status == "pending" and not self.paid_with.is_voucher

    @property
    def rows(self) -> tuple[BalanceTransactionFacts, ...]:
        """The rows that came with it: how it was paid, and how it was taken back."""
        return tuple(row for row in (self.balance_transaction, self.failure_row) if row)

    @classmethod
    def from_stripe(cls, data: Json) -> "ChargeFacts":
        """Read a charge; its balance transactions when they came expanded.

        Which card it was and why it failed is merely shown: there or not, money moves.
        """
        an_object(data, "charge")
        return cls(
            id=an_id(data),
            status=one_of(data, "status", _CHARGE_STATUSES),
            amount=whole(data, "amount"),
            currency=text(data, "currency"),
            created=moment(data, "created"),
            payment_intent_id=reference(data, "payment_intent"),
            balance_transaction_id=reference(data, "balance_transaction"),
            balance_transaction=_row_of(data, "balance_transaction"),
            failure_row=_row_of(data, "failure_balance_transaction"),
            metadata=labels(data, "metadata"),
            failure_message=said(data, "failure_message"),
            # The bank's own reason says more than what kind of error it is.
            decline_code=said(detail(data, "outcome"), "reason")
            or said(data, "failure_code"),
            paid_with=PaidWith.from_stripe(detail(data, "payment_method_details")),
            # Of one that failed nothing is captured any more.
            captured=whole_or_none(data, "amount_captured") or whole(data, "amount"),
        )


def _row_of(charge: Json, name: str) -> BalanceTransactionFacts | None:
    reference(charge, name)  # neither an id nor a row is a fault of the charge
    row = expanded(charge, name)
    if row is None:
        return None
    return BalanceTransactionFacts.from_stripe({**row, "source": charge})


@dataclass(frozen=True)
class RefundFacts:
    """https://docs.stripe.com/api/refunds/object."""

    id: str
    status: str
    amount: int
    currency: str
    created: int
    charge_id: str | None
    payment_intent_id: str | None
    metadata: Mapping[str, str]
    failure_reason: str | None
    step: PayerStep | None

    @classmethod
    def from_stripe(cls, data: Json) -> "RefundFacts":
        """Read a refund; fields that do not apply to it are left out by Stripe.

        Why it failed, and what the customer is asked, is merely shown.
        """
        an_object(data, "refund")
        return cls(
            id=an_id(data),
            status=text_or_none(data, "status") or "pending",
            amount=whole(data, "amount"),
            currency=text(data, "currency"),
            created=moment(data, "created"),
            charge_id=reference(data, "charge"),
            payment_intent_id=reference(data, "payment_intent"),
            metadata=labels(data, "metadata"),
            failure_reason=said(data, "failure_reason"),
            step=PayerStep.of_refund(data),
        )


@dataclass(frozen=True)
class IntentFacts:
    """https://docs.stripe.com/api/payment_intents/object."""

    id: str
    status: str
    amount: int
    currency: str
    metadata: Mapping[str, str]
    error_message: str | None
    error_code: str | None
    latest_charge: ChargeFacts | None
    step: PayerStep

    @property
    def has_failed_debit(self) -> bool:
        """A bank refused to be debited: a card would not have completed anything."""
        charge = self.latest_charge
        if charge is None or charge.is_by_card:
            return False
        return charge.status == "failed"

    @property
    def unpaid_code(self) -> str | None:
        """Why it is not paid yet: the payer's step that is left, or a decline."""
        return self.status if self.status == REQUIRES_ACTION else self.error_code

    @classmethod
    def from_stripe(cls, data: Json) -> "IntentFacts":
        """Read a payment intent; its latest charge when it came expanded."""
        an_object(data, "payment intent")
        reference(data, "latest_charge")  # an id, or a charge, or a fault
        charge = expanded(data, "latest_charge")
        error = detail(data, "last_payment_error")
        return cls(
            id=an_id(data),
            status=text(data, "status"),
            amount=whole(data, "amount"),
            currency=text(data, "currency"),
            metadata=labels(data, "metadata"),
            error_message=said(error, "message"),
            error_code=said(error, "decline_code") or said(error, "code"),
            latest_charge=ChargeFacts.from_stripe(charge) if charge else None,
            step=PayerStep.of_intent(data),
        )


@dataclass(frozen=True)
class BalanceFacts:
    """https://docs.stripe.com/api/balance/balance_object, minor units by currency."""

    available: Mapping[str, int]
    pending: Mapping[str, int]

    @classmethod
    def from_stripe(cls, data: Json) -> "BalanceFacts":
        """Read ``/v1/balance``."""
        an_object(data, "balance")
        return cls(available=_held(data, "available"), pending=_held(data, "pending"))

    def total(self, currency: str) -> int:
        """Return available + pending in ``currency`` (minor units)."""
        return self.available.get(currency, 0) + self.pending.get(currency, 0)


def _held(balance: Json, name: str) -> Mapping[str, int]:
    if balance.get(name) is None:
        raise bad(balance, name, "a list", "balance")
    lines = parts(balance, name, "balance")
    return {text(line, "currency"): whole(line, "amount") for line in lines}
