# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's integers as they are."""

from odoo import fields

from ...core import money
from ...core.reasons import Reason


class MinorUnits(fields.Integer):
    """An amount in Stripe's minor units; 64 bits, for rupiah and dong outgrow 32."""

    _column_type = ("int8", "int8")


def minor_text(minor, code, currency=None):
    """Return an amount as people write it; a plain number and code without currency.

    What Stripe's own table does not have is shown as it came.
    """
    try:
        major = money.to_major(minor, code)
    except Reason:
        return f"{minor} ({code})"
    if currency:
        return currency.format(float(major))
    return f"{major} {code.upper()}"
