"""What a customer types on the payment page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .errors import Json


@dataclass(frozen=True)
class Form:
    """What the customer typed, whatever they pay with."""

    number: str
    email: str | None = None
    name: str | None = None
    country: str | None = "US"
    postal_code: str | None = None
    line1: str | None = None
    city: str | None = None

    def address(self) -> Json:
        """Return the billing address."""
        return {
            "city": self.city,
            "country": self.country,
            "line1": self.line1,
            "line2": None,
            "postal_code": self.postal_code,
            "state": None,
        }

    def billing_details(self) -> Json:
        """Return the `billing_details` of a charge."""
        return {
            "address": self.address(),
            "email": self.email,
            "name": self.name,
            "phone": None,
            "tax_id": None,
        }


@dataclass(frozen=True)
class DebitForm(Form):
    """A bank account, with its routing number or sort code."""

    method: str = "us_bank_account"
    bank: str | None = None
    # By which micro-deposit it is verified, where that is not done at once.
    verify: str = ""


@dataclass(frozen=True)
class VoucherForm(Form):
    """Who asks for a voucher: a name and an e-mail address."""

    number: str = ""
    method: str = "multibanco"


@dataclass(frozen=True)
class RedirectForm(Form):
    """The name of who is led to a bank, a wallet or a lender."""

    number: str = ""
    method: str = "ideal"


@dataclass(frozen=True)
class CardForm(Form):
    """A card."""

    method: ClassVar[str] = "card"
    exp_month: int = 12
    exp_year: int = 2034
    cvc: str = "123"
    wallet: str | None = None

    def checks(self) -> Json:
        """Return what the bank said of address and security code."""
        return {
            "address_line1_check": "pass" if self.line1 else None,
            "address_postal_code_check": "pass" if self.postal_code else None,
            "cvc_check": "pass",
        }


Typed = CardForm | DebitForm | RedirectForm | VoucherForm
