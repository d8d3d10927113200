"""Ways to pay that lead to a page of somebody else's: a bank's, a wallet's, a lender's.

https://docs.stripe.com/payments/payment-methods/payment-method-support
"""

from __future__ import annotations

from dataclasses import dataclass

ANY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Redirect:
    """A way to pay: by which capability, in which currencies, up to what amount."""

    label: str
    capability: str
    currencies: frozenset[str] = ANY
    most: int | None = None

    def fits(self, currency: str, amount: int) -> bool:
        """Say if a payment like this may be made so; Stripe hides what does not fit."""
        known = not self.currencies or currency in self.currencies
        return known and (self.most is None or amount <= self.most)


def _in(currencies: str) -> frozenset[str]:
    return frozenset(currencies.split())


REDIRECTS = {
    "ideal": Redirect("iDEAL", "ideal_payments", _in("eur")),
    "bancontact": Redirect("Bancontact", "bancontact_payments", _in("eur")),
    "eps": Redirect("EPS", "eps_payments", _in("eur")),
    "p24": Redirect("Przelewy24", "p24_payments", _in("eur pln")),
    "twint": Redirect("TWINT", "twint_payments", _in("chf"), most=500_000),
    # A lender that pays at once, and is paid in parts.
    "klarna": Redirect(
        "Klarna",
        "klarna_payments",
        _in("aud cad chf czk dkk eur gbp nok nzd pln ron sek usd"),
        most=1_000_000,
    ),
    "link": Redirect("Link", "link_payments"),
}
# What a charge says of who paid, where its bank tells.
DETAILS = {
    "ideal": {"bank": "ing", "bic": "INGBNL2A", "iban_last4": "5264"},
    "bancontact": {"bank_name": "VIDE", "iban_last4": "7061"},
    "eps": {"bank": "erste_bank_und_sparkassen"},
    "p24": {"bank": "ing"},
    "klarna": {"payment_method_category": "pay_in_installments"},
    "link": {"country": "US"},
}
