"""Where accounts can be, and what they can be asked to do there.

https://stripe.com/global and, for each method, its "Business locations" in
https://docs.stripe.com/payments/bank-debits
"""

from __future__ import annotations

_BY_CURRENCY = {
    "eur": "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK",
    **dict(aed="AE", aud="AU", brl="BR", cad="CA", chf="CH LI", czk="CZ", dkk="DK"),
    **dict(gbp="GB GI", hkd="HK", huf="HU", inr="IN", jpy="JP", mxn="MX", myr="MY"),
    **dict(nok="NO", nzd="NZ", pln="PL", ron="RO", sek="SE", sgd="SG", thb="TH"),
    "usd": "US",
}
CURRENCIES = {
    country: currency
    for currency, countries in _BY_CURRENCY.items()
    for country in countries.split()
}
"""The default currency of every country that Stripe opens accounts in."""

EUROPE = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IT LI LT LU LV MT NL NO PL "
    "PT RO SE SI SK".split()
)
LOCATIONS: dict[str, frozenset[str]] = {
    "acss_debit_payments": frozenset({"CA", "US"}),
    "au_becs_debit_payments": frozenset({"AU"}),
    "bacs_debit_payments": frozenset({"GB"}),
    "sepa_debit_payments": EUROPE | set("AU CA HK JP MX NZ SG US".split()),
    "us_bank_account_ach_payments": frozenset({"US"}),
}
"""The capabilities that only some countries have."""


def has(country: str, capability: str) -> bool:
    """Say if an account in this country can have this capability."""
    return country in LOCATIONS.get(capability, {country})
