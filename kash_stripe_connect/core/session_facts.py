# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said of a Checkout Session, as a frozen record: see :mod:`.facts`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .declines import REQUIRES_ACTION
from .facts import IntentFacts
from .reading import (
    Json,
    an_id,
    an_object,
    expanded,
    labels,
    one_of,
    reference,
    text,
    text_or_none,
    whole_or_none,
)

# https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-status
_SESSION_STATUSES = ("open", "complete", "expired")
# Of an intent that its payer did not finish.
_OVER = ("requires_payment_method", "canceled")
# Where it is paid: on Stripe's page, or in a frame of ours.
# https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-ui_mode
_SESSION_KINDS = {"hosted_page": "hosted", "embedded_page": "embedded"}


@dataclass(frozen=True)
class SessionFacts:
    """https://docs.stripe.com/api/checkout/sessions/object."""

    id: str
    status: str | None
    payment_status: str
    amount_total: int | None
    currency: str | None
    url: str | None
    ui_mode: str | None
    client_secret: str | None = field(repr=False)
    payment_intent_id: str | None
    intent: IntentFacts | None
    metadata: Mapping[str, str]

    @property
    def kind(self) -> str | None:
        """Return where it is paid: hosted or embedded; None for what we never ask."""
        return _SESSION_KINDS.get(self.ui_mode or "hosted_page")

    @property
    def is_paid(self) -> bool:
        """Stripe has the money, which a completed session alone does not say."""
        return self.status == "complete" and self.payment_status == "paid"

    @property
    def is_processing(self) -> bool:
        """A delayed method was accepted; it may still fail."""
        left = self._left
        return left is not None and (
            left.status == "processing" or left.has_failed_debit
        )

    @property
    def awaits_payer(self) -> bool:
        """What completes it is left to the payer, elsewhere: nothing was taken yet.

        https://docs.stripe.com/payments/vouchers
        """
        return self._left is not None and self._left.status == REQUIRES_ACTION

    @property
    def has_lapsed(self) -> bool:
        """What was left to the payer was not done in time: nobody was asked for money.

        Stripe opens no session again.
        """
        left = self._left
        return left is not None and left.status in _OVER and not left.has_failed_debit

    @property
    def _left(self) -> IntentFacts | None:
        """The intent of one that is complete and unpaid, where it came along."""
        unpaid = self.status == "complete" and self.payment_status == "unpaid"
        return self.intent if unpaid else None

    @classmethod
    def from_stripe(cls, data: Json) -> "SessionFacts":
        """Read a checkout session; its payment intent when it came expanded."""
        an_object(data, "session")
        intent = expanded(data, "payment_intent")
        return cls(
            id=an_id(data),
            status=_session_status(data),
            payment_status=text(data, "payment_status"),
            amount_total=whole_or_none(data, "amount_total"),
            currency=text_or_none(data, "currency"),
            url=text_or_none(data, "url"),
            ui_mode=text_or_none(data, "ui_mode"),
            client_secret=text_or_none(data, "client_secret"),
            payment_intent_id=reference(data, "payment_intent"),
            intent=IntentFacts.from_stripe(intent) if intent else None,
            metadata=labels(data, "metadata"),
        )


def _session_status(session: Json) -> str | None:
    if session.get("status") is None:
        return None
    return one_of(session, "status", _SESSION_STATUSES)
