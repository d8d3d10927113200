# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said, as frozen records: made from plain dicts, without judgement.

Amounts are integers in minor units; times are epoch seconds (UTC); a missing optional
field is None. A missing *required* field raises :class:`MissingFact`, naming it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

Json = Mapping[str, Any]


class MissingFact(ValueError):
    """Stripe's answer lacks a field we cannot do without."""


def need(data: Json, name: str) -> Any:
    try:
        value = data[name]
    except KeyError as error:
        kind = data.get("object", "object")
        raise MissingFact(f"Stripe's {kind} has no field {name!r}") from error
    return value


def given(data: Json, name: str) -> Any:
    """Return a required field that must not be null either.

    :raises MissingFact: naming it
    """
    value = need(data, name)
    if value is None:
        kind = data.get("object", "object")
        raise MissingFact(f"Stripe's {kind} has no value of {name!r}")
    return value


def object_id(value: Any) -> str | None:
    """Return the id of a reference, be it expanded (dict), plain (str) or null."""
    if isinstance(value, Mapping):
        return str(value["id"])
    return str(value) if value else None


def expanded(value: Any) -> Json | None:
    """Return a reference's object when it came expanded, else None."""
    return value if isinstance(value, Mapping) else None


@dataclass(frozen=True)
class FeeFacts:
    """One line of a balance transaction's ``fee_details``."""

    type: str
    amount: int
    currency: str
    description: str | None


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
        """The row as Stripe sent it, its source by id (JSON).

        Without indents, which Python's encoder in C does not do.
        """
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

        A refund belongs to its charge; a dispute is a thing of its own.
        """
        if self.is_of_refund:
            return self.refund.charge_id or self.source_id
        return self.source_id

    @classmethod
    def from_list(cls, data: Json) -> "BalanceTransactionFacts":
        """Read one of many: what it lacks is its :attr:`problem`, not the others'.

        :raises MissingFact: it has no id, or no time: nobody could ask for it again
        """
        try:
            return cls.from_stripe(data)
        except MissingFact as error:
            lacking = dict.fromkeys(("amount", "fee", "net"), 0)
            words = dict.fromkeys(("type", "currency", "status"), "unknown")
            known = {key: value for key, value in data.items() if value is not None}
            found = cls.from_stripe({**lacking, **words, **known})
            return replace(found, problem=f"{error}.")

    @classmethod
    def from_stripe(cls, data: Json) -> "BalanceTransactionFacts":
        """Read a balance transaction; an expanded source is kept beside the raw row."""
        source = expanded(data.get("source"))
        plain = {**data, "source": object_id(data.get("source"))}
        rate = data.get("exchange_rate")
        return cls(
            id=given(data, "id"),
            type=given(data, "type"),
            reporting_category=data.get("reporting_category"),
            balance_type=data.get("balance_type") or "payments",
            amount=given(data, "amount"),
            fee=given(data, "fee"),
            net=given(data, "net"),
            currency=given(data, "currency"),
            exchange_rate=None if rate is None else str(rate),
            status=given(data, "status"),
            created=given(data, "created"),
            available_on=data.get("available_on"),
            source_id=object_id(data.get("source")),
            description=data.get("description"),
            fees=tuple(
                FeeFacts(
                    type=need(fee, "type"),
                    amount=need(fee, "amount"),
                    currency=need(fee, "currency"),
                    description=fee.get("description"),
                )
                for fee in data.get("fee_details") or ()
            ),
            plain=plain,
            source=source,
        )


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
    method: str | None
    card_brand: str | None
    card_last4: str | None
    card_funding: str | None
    card_country: str | None
    captured: int

    @property
    def paid_with(self) -> str | None:
        """The card's brand, debit cards told apart, or the kind of bank debit."""
        if not self.card_brand:
            return (self.method or "").replace("_", " ").title() or None
        debit = " debit" if self.card_funding == "debit" else ""
        return f"{self.card_brand.title()}{debit}"

    @property
    def rows(self) -> tuple[BalanceTransactionFacts, ...]:
        """The rows that came with it: how it was paid, and how it was taken back."""
        return tuple(row for row in (self.balance_transaction, self.failure_row) if row)

    @classmethod
    def from_stripe(cls, data: Json) -> "ChargeFacts":
        """Read a charge; its balance transactions when they came expanded."""
        details = data.get("payment_method_details") or {}
        card = details.get("card") or {}
        return cls(
            id=need(data, "id"),
            status=need(data, "status"),
            amount=need(data, "amount"),
            currency=need(data, "currency"),
            created=need(data, "created"),
            payment_intent_id=object_id(data.get("payment_intent")),
            balance_transaction_id=object_id(data.get("balance_transaction")),
            balance_transaction=_row_of(data, "balance_transaction"),
            failure_row=_row_of(data, "failure_balance_transaction"),
            metadata=dict(data.get("metadata") or {}),
            failure_message=data.get("failure_message"),
            method=details.get("type"),
            card_brand=card.get("brand"),
            card_last4=card.get("last4"),
            card_funding=card.get("funding"),
            card_country=card.get("country"),
            # Of one that failed nothing is captured any more.
            captured=data.get("amount_captured") or need(data, "amount"),
        )


def _row_of(charge: Json, name: str) -> BalanceTransactionFacts | None:
    row = expanded(charge.get(name))
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
    metadata: Mapping[str, str]
    failure_reason: str | None

    @classmethod
    def from_stripe(cls, data: Json) -> "RefundFacts":
        """Read a refund; fields that do not apply to it are left out by Stripe."""
        return cls(
            id=need(data, "id"),
            status=need(data, "status"),
            amount=need(data, "amount"),
            currency=need(data, "currency"),
            created=need(data, "created"),
            charge_id=object_id(data.get("charge")),
            metadata=dict(data.get("metadata") or {}),
            failure_reason=data.get("failure_reason"),
        )


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
        """Read a payout; its bank account or card when it came expanded."""
        bank = expanded(data.get("destination")) or {}
        trace = data.get("trace_id") or {}
        return cls(
            id=need(data, "id"),
            status=need(data, "status"),
            amount=need(data, "amount"),
            currency=need(data, "currency"),
            created=need(data, "created"),
            arrival_date=need(data, "arrival_date"),
            automatic=bool(data.get("automatic")),
            method=data.get("method") or "standard",
            description=data.get("description"),
            destination_id=object_id(data.get("destination")),
            destination_name=bank.get("bank_name") or bank.get("brand"),
            destination_last4=bank.get("last4"),
            reconciliation_status=data.get("reconciliation_status"),
            statement_descriptor=data.get("statement_descriptor"),
            trace_id=trace.get("value"),
            failure_code=data.get("failure_code"),
            failure_message=data.get("failure_message"),
            balance_transaction_id=object_id(data.get("balance_transaction")),
            failure_balance_transaction_id=object_id(
                data.get("failure_balance_transaction")
            ),
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
    latest_charge: ChargeFacts | None

    @classmethod
    def from_stripe(cls, data: Json) -> "IntentFacts":
        """Read a payment intent; its latest charge when it came expanded."""
        charge = expanded(data.get("latest_charge"))
        return cls(
            id=need(data, "id"),
            status=need(data, "status"),
            amount=need(data, "amount"),
            currency=need(data, "currency"),
            metadata=dict(data.get("metadata") or {}),
            error_message=(data.get("last_payment_error") or {}).get("message"),
            latest_charge=ChargeFacts.from_stripe(charge) if charge else None,
        )


@dataclass(frozen=True)
class SessionFacts:
    """https://docs.stripe.com/api/checkout/sessions/object."""

    id: str
    status: str | None
    payment_status: str
    amount_total: int | None
    currency: str | None
    url: str | None
    payment_intent_id: str | None
    intent: IntentFacts | None
    metadata: Mapping[str, str]

    @property
    def is_paid(self) -> bool:
        """Stripe has the money, which a completed session alone does not say."""
        return self.status == "complete" and self.payment_status == "paid"

    @property
    def is_processing(self) -> bool:
        """A delayed method was accepted; it may still fail."""
        return self.status == "complete" and self.payment_status == "unpaid"

    @classmethod
    def from_stripe(cls, data: Json) -> "SessionFacts":
        """Read a checkout session; its payment intent when it came expanded."""
        intent = expanded(data.get("payment_intent"))
        return cls(
            id=need(data, "id"),
            status=data.get("status"),
            payment_status=need(data, "payment_status"),
            amount_total=data.get("amount_total"),
            currency=data.get("currency"),
            url=data.get("url"),
            payment_intent_id=object_id(data.get("payment_intent")),
            intent=IntentFacts.from_stripe(intent) if intent else None,
            metadata=dict(data.get("metadata") or {}),
        )


@dataclass(frozen=True)
class EventFacts:
    """https://docs.stripe.com/api/events/object: a doorbell, never an amount."""

    id: str
    type: str
    created: int
    livemode: bool
    account_id: str | None
    api_version: str | None
    subject: str | None
    subject_id: str | None
    raw: str

    @classmethod
    def from_stripe(cls, data: Json, *, raw: str) -> "EventFacts":
        """Read an event; of its object only which one it is, never what it says."""
        subject = (data.get("data") or {}).get("object") or {}
        return cls(
            id=need(data, "id"),
            type=need(data, "type"),
            created=need(data, "created"),
            livemode=bool(need(data, "livemode")),
            account_id=data.get("account"),
            api_version=data.get("api_version"),
            subject=subject.get("object"),
            subject_id=subject.get("id"),
            raw=raw,
        )

    @classmethod
    def from_thin(cls, data: Json, *, raw: str) -> "EventFacts":
        """Read a notification of Accounts v2, which only names what changed.

        https://docs.stripe.com/event-destinations#thin-events
        """
        changed = need(data, "related_object") or {}
        moment = datetime.fromisoformat(need(data, "created").replace("Z", "+00:00"))
        return cls(
            id=need(data, "id"),
            type=need(data, "type"),
            created=int(moment.timestamp()),
            livemode=bool(need(data, "livemode")),
            account_id=changed.get("id"),
            api_version=None,
            subject=changed.get("type"),
            subject_id=changed.get("id"),
            raw=raw,
        )


@dataclass(frozen=True)
class BalanceFacts:
    """https://docs.stripe.com/api/balance/balance_object, minor units by currency."""

    available: Mapping[str, int]
    pending: Mapping[str, int]

    @classmethod
    def from_stripe(cls, data: Json) -> "BalanceFacts":
        """Read ``/v1/balance``."""
        return cls(
            available={b["currency"]: b["amount"] for b in need(data, "available")},
            pending={b["currency"]: b["amount"] for b in need(data, "pending")},
        )

    def total(self, currency: str) -> int:
        """Return available + pending in ``currency`` (minor units)."""
        return self.available.get(currency, 0) + self.pending.get(currency, 0)


@dataclass(frozen=True)
class Page:
    """One page of a list; ``cursor`` asks for the next one, None at the end."""

    items: tuple[Any, ...]
    cursor: str | None
