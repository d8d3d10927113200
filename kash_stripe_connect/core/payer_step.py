# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe waits for somebody to do: pay a voucher, verify an account, say whereto.

It is merely shown, there or not: money is told by charges.
"""

from dataclasses import dataclass, field

from .methods import METHODS
from .reading import Json, detail, said

# https://docs.stripe.com/api/payment_intents/object#payment_intent_object-next_action
_VERIFY = "verify_with_microdeposits"
_VOUCHER = "_display_details"
# Then the intent fails, by itself.
# https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment
_VERIFIED_WITHIN = 10 * 86400
# Stripe calls the end of a voucher so; OXXO's is the second.
_ENDS = ("expires_at", "expires_after")
# By whose midnight: https://docs.stripe.com/payments/vouchers
_ZONES = {
    "boleto": "America/Sao_Paulo",
    "konbini": "Asia/Tokyo",
    "multibanco": "Europe/Lisbon",
    "oxxo": "America/Mexico_City",
}
# The last moment that is a day in every zone.
_FAR = 253402214400


@dataclass(frozen=True)
class PayerStep:
    """One step, with Stripe's page for it, and from when until when it can be made.

    :ivar kind: of an intent *voucher* or *verify*, of a refund *details*
    :ivar how: the voucher's name, or what a micro-deposit says (``amounts`` or
        ``descriptor_code``)
    :ivar zone: where its last day ends; empty: said nowhere
    :ivar begins: epoch seconds; None: at once, or not said
    :ivar ends: epoch seconds, when it is too late; None: not said
    """

    kind: str
    how: str = ""
    zone: str = ""
    url: str | None = field(default=None, repr=False)
    begins: int | None = None
    ends: int | None = None

    @classmethod
    def of_intent(cls, intent: Json) -> "PayerStep":
        """Read what is left of an intent whose session is complete."""
        action = detail(intent, "next_action")
        kind = said(action, "type") or ""
        own = detail(action, kind)
        if kind == _VERIFY:
            return cls._verification(own, _moment(intent, "created"))
        ends = (_moment(own, name) for name in _ENDS)
        name = kind.removesuffix(_VOUCHER)
        return cls(
            kind="voucher",
            how=METHODS.get(name, "") if kind.endswith(_VOUCHER) else "",
            zone=_ZONES.get(name, ""),
            url=_address(own, "hosted_voucher_url"),
            ends=next((moment for moment in ends if moment), None),
        )

    @classmethod
    def _verification(cls, own: Json, asked: int | None) -> "PayerStep":
        return cls(
            kind="verify",
            how=said(own, "microdeposit_type") or "",
            url=_address(own, "hosted_verification_url"),
            begins=_moment(own, "arrival_date"),
            ends=asked and asked + _VERIFIED_WITHIN,
        )

    @classmethod
    def of_refund(cls, refund: Json) -> "PayerStep | None":
        """Read until when a refund waits for the customer's bank details.

        https://docs.stripe.com/api/refunds/object#refund_object-next_action
        """
        if said(refund, "status") != "requires_action":
            return None
        shown = detail(detail(refund, "next_action"), "display_details")
        sent = _moment(detail(shown, "email_sent"), "email_sent_at")
        return cls(
            kind="details",
            begins=sent or _moment(refund, "created"),
            ends=_moment(shown, "expires_at"),
        )


def _moment(data: Json, name: str) -> int | None:
    value = data.get(name)
    return value if type(value) is int and 0 < value < _FAR else None


def _address(data: Json, name: str) -> str | None:
    """Return an address people may be led to, of Stripe's or of a machine's own."""
    url = said(data, name) or ""
    return url if url.startswith(("https://", "http://")) else None
