# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows booked as income get to know what they declared, from their entries.

Before, an entry had one line of income, net of what took income back that day.
"""

from decimal import Decimal

from odoo import SUPERUSER_ID, api

from odoo.addons.kash_stripe_connect.core import split

_BATCH = 100


def migrate(cr, version):
    """Fill what is empty; what cannot be told stays so."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    booked = env["kash.stripe.balance.transaction"]._read_group(
        [
            ("state", "=", "booked"),
            ("entry_id", "!=", False),
            ("entry_line_id", "=", False),
            ("income_line_id", "=", False),
            ("transaction_id", "=", False),
        ],
        ["entry_id"],
        ["id:recordset"],
    )
    for number, (entry, rows) in enumerate(booked, start=1):
        _fill(env, entry, rows.filtered(_is_unfilled))
        if not number % _BATCH:
            env.invalidate_all()
    env.flush_all()


def _is_unfilled(row):
    return row._may_be_income() and not (row.income_base or row.income_taxes)


def _fill(env, entry, rows):
    """Divide an entry's lines of income and sales tax among its rows."""
    lines = entry.line_ids.filtered(lambda line: not line.kash_stripe_row_id)
    taxes = lines.filtered(lambda line: line.tax_line_id.type_tax_use == "sale")
    income = lines.filtered(
        lambda line: not line.tax_line_id and line.account_id.internal_group == "income"
    ).sorted(lambda line: -abs(line.balance))
    books, company = env["kash.stripe.booking"], entry.company_id
    worths = [books._worth(row, company, row.amount) for row in rows]
    if not income or not sum(worths):
        return
    step = Decimal(str(company.currency_id.rounding))

    def spread(balance):
        units = round(Decimal(str(-balance)) / step)
        return split.by_remainder(units, [round(worth / step) for worth in worths])

    totals = spread(sum((income | taxes).mapped("balance")))
    shares = {
        str(part.id): spread(sum(own.mapped("balance")))
        for part, own in taxes.grouped("tax_repartition_line_id").items()
    }
    for index, row in enumerate(rows):
        parts = {part: units[index] for part, units in shares.items()}
        row.write(
            {
                "income_line_id": income[0].id,
                "income_base": float((totals[index] - sum(parts.values())) * step),
                "income_taxes": {
                    part: float(units * step) for part, units in parts.items()
                },
            }
        )
