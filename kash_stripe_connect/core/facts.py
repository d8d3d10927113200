# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said, as frozen records: made from plain dicts, without judgement.

Amounts are integers in minor units; times are epoch seconds (UTC); a missing optional
field is None. A missing *required* field raises :class:`MissingFact`, naming it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


class MissingFact(ValueError):
    """Stripe's answer lacks a field we cannot do without."""


def _need(data: Json, name: str) -> Any:
    try:
        value = data[name]
    except KeyError as error:
        kind = data.get("object", "object")
        raise MissingFact(f"Stripe's {kind} has no field {name!r}") from error
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
class RequirementFacts:
    """What Stripe still wants from an account.

    https://docs.stripe.com/api/accounts/object#account_object-requirements
    """

    disabled_reason: str | None = None
    current_deadline: int | None = None
    currently_due: tuple[str, ...] = ()
    eventually_due: tuple[str, ...] = ()
    past_due: tuple[str, ...] = ()
    pending_verification: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @classmethod
    def from_stripe(cls, data: Json | None) -> "RequirementFacts":
        """Read ``requirements`` or ``future_requirements``; none at all is fine."""
        data = data or {}
        return cls(
            disabled_reason=data.get("disabled_reason"),
            current_deadline=data.get("current_deadline"),
            currently_due=tuple(data.get("currently_due") or ()),
            eventually_due=tuple(data.get("eventually_due") or ()),
            past_due=tuple(data.get("past_due") or ()),
            pending_verification=tuple(data.get("pending_verification") or ()),
            errors=tuple(e.get("reason", "") for e in data.get("errors") or ()),
        )


@dataclass(frozen=True)
class AccountFacts:
    """https://docs.stripe.com/api/accounts/object."""

    id: str
    country: str | None
    default_currency: str | None
    email: str | None
    business_name: str | None
    timezone: str | None
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    requirements: RequirementFacts = field(default_factory=RequirementFacts)
    future_requirements: RequirementFacts = field(default_factory=RequirementFacts)

    @classmethod
    def from_stripe(cls, data: Json) -> "AccountFacts":
        """Read ``/v1/account`` or ``/v1/accounts/:id``."""
        dashboard = (data.get("settings") or {}).get("dashboard") or {}
        profile = data.get("business_profile") or {}
        return cls(
            id=_need(data, "id"),
            country=data.get("country"),
            default_currency=data.get("default_currency"),
            email=data.get("email"),
            business_name=dashboard.get("display_name") or profile.get("name"),
            timezone=dashboard.get("timezone"),
            charges_enabled=bool(data.get("charges_enabled")),
            payouts_enabled=bool(data.get("payouts_enabled")),
            details_submitted=bool(data.get("details_submitted")),
            requirements=RequirementFacts.from_stripe(data.get("requirements")),
            future_requirements=RequirementFacts.from_stripe(
                data.get("future_requirements")
            ),
        )


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
    raw: str
    source: Json | None = field(default=None, compare=False, repr=False)

    @property
    def is_of_charge(self) -> bool:
        """The row came with the charge it is of, expanded."""
        return self.source is not None and self.source.get("object") == "charge"

    def charge(self) -> "ChargeFacts":
        """Return the charge of a row that :attr:`is_of_charge`."""
        return ChargeFacts.from_stripe(self.source or {})

    @classmethod
    def from_stripe(cls, data: Json) -> "BalanceTransactionFacts":
        """Read a balance transaction; an expanded source is kept beside the raw row."""
        source = expanded(data.get("source"))
        plain = {**data, "source": object_id(data.get("source"))}
        rate = data.get("exchange_rate")
        return cls(
            id=_need(data, "id"),
            type=_need(data, "type"),
            reporting_category=data.get("reporting_category"),
            balance_type=data.get("balance_type") or "payments",
            amount=_need(data, "amount"),
            fee=_need(data, "fee"),
            net=_need(data, "net"),
            currency=_need(data, "currency"),
            exchange_rate=None if rate is None else str(rate),
            status=_need(data, "status"),
            created=_need(data, "created"),
            available_on=data.get("available_on"),
            source_id=object_id(data.get("source")),
            description=data.get("description"),
            fees=tuple(
                FeeFacts(
                    type=_need(fee, "type"),
                    amount=_need(fee, "amount"),
                    currency=_need(fee, "currency"),
                    description=fee.get("description"),
                )
                for fee in data.get("fee_details") or ()
            ),
            raw=json.dumps(plain, indent=2, sort_keys=True),
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
    metadata: Mapping[str, str]
    failure_message: str | None
    method: str | None
    card_brand: str | None
    card_last4: str | None

    @classmethod
    def from_stripe(cls, data: Json) -> "ChargeFacts":
        """Read a charge; its balance transaction when it came expanded."""
        row = expanded(data.get("balance_transaction"))
        details = data.get("payment_method_details") or {}
        card = details.get("card") or {}
        return cls(
            id=_need(data, "id"),
            status=_need(data, "status"),
            amount=_need(data, "amount"),
            currency=_need(data, "currency"),
            created=_need(data, "created"),
            payment_intent_id=object_id(data.get("payment_intent")),
            balance_transaction_id=object_id(data.get("balance_transaction")),
            balance_transaction=BalanceTransactionFacts.from_stripe(
                {**row, "source": data}
            )
            if row
            else None,
            metadata=dict(data.get("metadata") or {}),
            failure_message=data.get("failure_message"),
            method=details.get("type"),
            card_brand=card.get("brand"),
            card_last4=card.get("last4"),
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
            id=_need(data, "id"),
            status=_need(data, "status"),
            amount=_need(data, "amount"),
            currency=_need(data, "currency"),
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
            id=_need(data, "id"),
            status=data.get("status"),
            payment_status=_need(data, "payment_status"),
            amount_total=data.get("amount_total"),
            currency=data.get("currency"),
            url=data.get("url"),
            payment_intent_id=object_id(data.get("payment_intent")),
            intent=IntentFacts.from_stripe(intent) if intent else None,
            metadata=dict(data.get("metadata") or {}),
        )


@dataclass(frozen=True)
class EndpointFacts:
    """https://docs.stripe.com/api/webhook_endpoints/object."""

    id: str
    url: str
    status: str
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def from_stripe(cls, data: Json) -> "EndpointFacts":
        """Read an endpoint; its secret is there only at creation."""
        return cls(
            id=_need(data, "id"),
            url=_need(data, "url"),
            status=_need(data, "status"),
            secret=data.get("secret"),
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
            id=_need(data, "id"),
            type=_need(data, "type"),
            created=_need(data, "created"),
            livemode=bool(_need(data, "livemode")),
            account_id=data.get("account"),
            api_version=data.get("api_version"),
            subject=subject.get("object"),
            subject_id=subject.get("id"),
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
            available={b["currency"]: b["amount"] for b in _need(data, "available")},
            pending={b["currency"]: b["amount"] for b in _need(data, "pending")},
        )

    def total(self, currency: str) -> int:
        """Return available + pending in ``currency`` (minor units)."""
        return self.available.get(currency, 0) + self.pending.get(currency, 0)


@dataclass(frozen=True)
class Page:
    """One page of a list; ``cursor`` asks for the next one, None at the end."""

    items: tuple[Any, ...]
    cursor: str | None
