# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why an attempt was not paid, for whoever sells."""

from odoo.tools.translate import LazyTranslate

from ...core import declines

_lt = LazyTranslate(__name__)

_STEP = _lt("The bank asks the customer to confirm it")
# By what the payer can do about it, see core/declines.py.
ADVICE = {
    "refused": _lt("The bank refused, and gave no reason"),
    "funds": _lt("Not enough money, or a limit was reached"),
    "typed": _lt("A number, date, code or address was mistyped"),
    "expired": _lt("The card has expired"),
    "unfit": _lt("The card is not for such a payment"),
    "again": _lt("The bank could not be asked at that moment"),
    "confirm": _lt("The customer did not confirm it at the bank"),
    "twice": _lt("The same amount was paid with this card a moment before"),
    "account": _lt("The bank account is closed, unknown or cannot be debited"),
    "forbidden": _lt("The customer's bank is not allowed to pay"),
    "test": _lt("A real card, and only test cards are taken"),
}


def unpaid_text(env, code):
    """Return why, in words; nothing where nothing kept it from being paid."""
    if not code:
        return False
    if code == declines.REQUIRES_ACTION:
        return env._(_STEP)
    return env._(ADVICE[declines.advice(code)])
