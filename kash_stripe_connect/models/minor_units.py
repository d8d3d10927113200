# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's integers as they are."""

from odoo import fields


class MinorUnits(fields.Integer):
    """An amount in Stripe's minor units; 64 bits, for rupiah and dong outgrow 32."""

    _column_type = ("int8", "int8")
