# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's currencies by the codes that Stripe says, inactive ones too."""

from decimal import Decimal

from ...core import money
from ...core.reasons import Reason


def currencies_by_code(env, codes):
    """Return {lower-case code: currency}, in one query; unknown codes fall out."""
    names = {code.upper() for code in codes}
    currencies = env["res.currency"].with_context(active_test=False)
    found = currencies.search([("name", "in", list(names))])
    return {currency.name.lower(): currency for currency in found}


def currency_by_code(env, code):
    """Return the currency of a code, empty for one that Odoo does not have."""
    return currencies_by_code(env, [code]).get(code.lower(), env["res.currency"])


def has_rate(currency, company, day):
    """Tell whether Odoo knows a rate for ``day``: without any it would take 1."""
    rates = currency.rate_ids.filtered(
        lambda rate: not rate.company_id or rate.company_id == company.root_id
    )
    return any(rate.name <= day for rate in rates)


def coarse_reason(currency):
    """Return why books in a currency cannot say what Stripe says, None if they can.

    A currency that Stripe does not have is for somebody else to refuse.
    """
    try:
        unit = money.unit(currency.name)
    except Reason:
        return None
    if Decimal(str(currency.rounding)) <= unit:
        return None
    return currency.env._(
        "Odoo rounds %(currency)s to %(rounding)s, Stripe counts in %(unit)s. In"
        " developer mode, set the Rounding Factor of %(currency)s to %(unit)s under"
        " Invoicing ▸ Configuration ▸ Currencies, then try again.",
        currency=currency.name,
        rounding=f"{currency.rounding:g}",
        unit=unit,
    )


def units_of(currency, amount):
    """Return an amount as an integer: the smallest steps of a currency."""
    step = Decimal(str(currency.rounding))
    return round(Decimal(str(amount)) / step)


def amount_of(currency, units):
    """Return such an integer as an amount again."""
    return float(units * Decimal(str(currency.rounding)))
