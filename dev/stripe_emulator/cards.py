"""The test cards of https://docs.stripe.com/testing, and what each of them does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """Why the bank says no, in the API's words and in the customer's."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True)
class Card:
    """A test card."""

    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: Decline | None = None
    three_d_secure: bool = False
    available_at_once: bool = False
    dispute: str | None = None
    inquiry: bool = False
    early_warning: bool = False
    refund: str = "succeeds"  # | "waits" | "fails"


def _declined(
    decline_code: str,
    message: str = "Your card was declined.",
    code: str = "card_declined",
) -> Card:
    return Card(decline=Decline(code, decline_code, message))


CARDS: dict[str, Card] = {
    "4242424242424242": Card(),
    "4000056655665556": Card(funding="debit"),
    "5555555555554444": Card(brand="mastercard"),
    "5200828282828210": Card(brand="mastercard", funding="debit"),
    "378282246310005": Card(brand="amex"),
    "6011111111111117": Card(brand="discover"),
    "4000002500001001": Card(brand="cartes_bancaires", country="FR"),
    "4000050360000001": Card(brand="eftpos_au", funding="debit", country="AU"),
    "4000000000000077": Card(available_at_once=True),
    "4000000000000002": _declined("generic_decline"),
    "4000000000009995": _declined(
        "insufficient_funds", "Your card has insufficient funds."
    ),
    "4000000000009987": _declined("lost_card"),
    "4000000000009979": _declined("stolen_card"),
    "4000000000000069": _declined(
        "expired_card", "Your card has expired.", "expired_card"
    ),
    "4000000000000127": _declined(
        "incorrect_cvc", "Your card's security code is incorrect.", "incorrect_cvc"
    ),
    "4000000000000119": _declined(
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        "processing_error",
    ),
    "4000000000000259": Card(dispute="fraudulent"),
    "4000000000002685": Card(dispute="product_not_received"),
    "4000000000001976": Card(dispute="fraudulent", inquiry=True),
    "4000000000005423": Card(early_warning=True),
    "4000000000007726": Card(refund="waits"),
    "4000000000005126": Card(refund="fails"),
    "4000002500003155": Card(three_d_secure=True),
    "4000000000003220": Card(three_d_secure=True),
}
UNKNOWN = _declined(
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card. "
    "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
)


def lookup(number: str) -> Card:
    """Return what a card does; one that is not a test card is declined."""
    return CARDS.get(number, UNKNOWN)


def is_possible(number: str) -> bool:
    """Say if a number could be a card's: its length, and the Luhn check digit."""
    if not (number.isascii() and number.isdigit() and 13 <= len(number) <= 19):
        return False
    digits = [int(d) for d in reversed(number)]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
