# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a payment can be given back, by how it was made. Each line names its source.

What is not here goes back the way it came.
"""

from typing import Literal

from .methods import METHODS

Way = Literal["back", "details", "none"]

_EMAIL = "https://docs.stripe.com/api/refunds/create#create_refund-instructions_email"

_WAYS: dict[str, tuple[Way, str]] = {
    "boleto": ("none", "https://docs.stripe.com/payments/boleto"),
    "oxxo": ("none", "https://docs.stripe.com/payments/oxxo"),
    # Stripe asks the customer by e-mail where to send it.
    "konbini": ("details", "https://docs.stripe.com/payments/konbini"),
    "multibanco": ("details", "https://docs.stripe.com/payments/multibanco"),
    "promptpay": ("details", _EMAIL),
}
_BY_NAME = {METHODS[code]: way for code, (way, _source) in _WAYS.items()}


def way_back(receipt: str | None) -> Way:
    """Return how money goes back: as it came, by bank details the customer gives, not.

    :param receipt: what was paid with, as on a receipt (``PaidWith.receipt``)
    """
    name = (receipt or "").partition(" ••••")[0].partition(" (")[0]
    return _BY_NAME.get(name, "back")
