# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's currencies by the codes that Stripe says, inactive ones too."""


def currencies_by_code(env, codes):
    """Return {lower-case code: currency}, in one query; unknown codes fall out."""
    names = {code.upper() for code in codes}
    currencies = env["res.currency"].with_context(active_test=False)
    found = currencies.search([("name", "in", list(names))])
    return {currency.name.lower(): currency for currency in found}


def currency_by_code(env, code):
    """Return the currency of a code, empty for one that Odoo does not have."""
    return currencies_by_code(env, [code]).get(code.lower(), env["res.currency"])
