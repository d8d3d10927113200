"""Vouchers, which somebody pays later in a shop or at a bank, and micro-deposits.

https://docs.stripe.com/payments/vouchers
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import Json

DAY = 86400
HOUR = 3600


@dataclass(frozen=True)
class Voucher:
    """A voucher: where there is one, and until when it can be paid.

    :ivar days: days after the one it was made on, unless a session says otherwise
    :ivar offset: seconds from UTC to where it is paid, for the end of that day
    :ivar until: how Stripe calls the moment after which it cannot be paid
    :ivar refund: whether money goes back by the customer's bank details, or not at all
    """

    label: str
    currency: str
    capability: str
    days: int
    offset: int
    until: str = "expires_at"
    refund: bool = True

    def ends(self, now: int) -> int:
        """Return the moment after which it cannot be paid: a minute to midnight."""
        begun = (now + self.offset) // DAY * DAY
        return begun + (self.days + 1) * DAY - 60 - self.offset


VOUCHERS = {
    # https://docs.stripe.com/payments/boleto, /oxxo: nothing can be given back.
    "boleto": Voucher("Boleto", "brl", "boleto_payments", 3, -3 * HOUR, refund=False),
    "konbini": Voucher("Konbini", "jpy", "konbini_payments", 3, 9 * HOUR),
    "multibanco": Voucher("Multibanco", "eur", "multibanco_payments", 7, 0),
    "oxxo": Voucher(
        "OXXO", "mxn", "oxxo_payments", 3, -6 * HOUR, "expires_after", refund=False
    ),
}
# What a charge says of who paid.
DETAILS: Json = {
    "boleto": {"tax_id": "00000000000"},
    "konbini": {"store": {"chain": "familymart"}},
    "multibanco": {"entity": "12345", "reference": "123 456 789"},
    "oxxo": {"number": "01010101010101010101"},
}
# What the page of a micro-deposit takes: https://docs.stripe.com/testing
CODE, AMOUNTS = "SM11AA", (32, 45)
# https://docs.stripe.com/payments/ach-direct-debit/set-up-payment
GIVES_UP_AFTER = 10 * DAY
TRIES = {"descriptor_code": 10, "amounts": 3}


def action(method: str, ends: int, page: str) -> Json:
    """Return the `next_action` of an intent whose voucher was shown."""
    kind = f"{method}_display_details"
    details = {VOUCHERS[method].until: ends, "hosted_voucher_url": page}
    return {"type": kind, kind: {**details, **_numbers(method, page)}}


def _numbers(method: str, page: str) -> Json:
    if method == "konbini":
        store = {"confirmation_number": "11234", "payment_code": "123456"}
        names = ("familymart", "lawson", "ministop", "seicomart")
        return {"stores": {name: dict(store) for name in names}}
    if method == "multibanco":
        return {"entity": "12345", "reference": "123 456 789"}
    number = "01010101010101010101010101010101010101010101010"
    return {"number": number} | ({"pdf": f"{page}/pdf"} if method == "boleto" else {})


def verification(kind: str, arrives: int, page: str) -> Json:
    """Return the `next_action` of an intent whose bank account is to be verified."""
    return {
        "type": "verify_with_microdeposits",
        "verify_with_microdeposits": {
            "arrival_date": arrives,
            "hosted_verification_url": page,
            "microdeposit_type": kind,
        },
    }
