# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a new account is asked for, in the words of both of Stripe's account APIs.

The account is Stripe's own kind: full dashboard, its fees and its losses are between
Stripe and the business, so Stripe's fees stand on the business's own balance
transactions, where its books need them.
https://docs.stripe.com/connect/migrate-to-controller-properties
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

AccountsApi = Literal["v1", "v2"]

# https://docs.stripe.com/payments/sepa-debit: where businesses may collect it
_SEPA = frozenset(
    """
    AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LI LT LU LV MT NL NO PL PT RO SE
    SI SK
    """.split()
)
CARD = "card_payments"
ACH = "us_bank_account_ach_payments"
BACS = "bacs_debit_payments"
SEPA = "sepa_debit_payments"
METHODS = (CARD, ACH, BACS, SEPA)
# Accounts v2 has its own names: https://docs.stripe.com/connect/accounts-v2/api
_V2_NAMES = {CARD: CARD, ACH: "ach_debit_payments", BACS: BACS, SEPA: SEPA}


def wanted_methods(country: str) -> tuple[str, ...]:
    """Return the capabilities to request for a business of ``country`` (ISO, 2)."""
    debit = {"US": (ACH,), "GB": (BACS,)}.get(country.upper(), ())
    sepa = (SEPA,) if country.upper() in _SEPA else ()
    return (CARD, *debit, *sepa)


@dataclass(frozen=True)
class NewAccount:
    """What is known of the business; the rest is asked on Stripe's pages."""

    country: str
    currency: str
    name: str
    email: str | None = None
    website: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    def params_v1(self) -> dict[str, Any]:
        """Return the parameters of ``POST /v1/accounts``."""
        wanted = ("transfers", *wanted_methods(self.country))
        profile = {"name": self.name, "url": self.website}
        return _given(
            {
                "country": self.country.upper(),
                "email": self.email,
                "default_currency": self.currency.lower(),
                "business_profile": _given(profile),
                "controller": {
                    "fees": {"payer": "account"},
                    "losses": {"payments": "stripe"},
                    "requirement_collection": "stripe",
                    "stripe_dashboard": {"type": "full"},
                },
                "capabilities": {name: {"requested": True} for name in wanted},
                "metadata": dict(self.metadata),
            }
        )

    def params_v2(self) -> dict[str, Any]:
        """Return the parameters of ``POST /v2/core/accounts``."""
        names = [_V2_NAMES[name] for name in wanted_methods(self.country)]
        return _given(
            {
                "contact_email": self.email,
                "display_name": self.name,
                "dashboard": "full",
                "identity": {"country": self.country.lower()},
                "defaults": _given(
                    {
                        "currency": self.currency.lower(),
                        "responsibilities": {
                            "fees_collector": "stripe",
                            "losses_collector": "stripe",
                        },
                        "profile": _given({"business_url": self.website}),
                    }
                ),
                "configuration": {
                    "merchant": {
                        "capabilities": {name: {"requested": True} for name in names}
                    }
                },
                "metadata": dict(self.metadata),
            }
        )


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
