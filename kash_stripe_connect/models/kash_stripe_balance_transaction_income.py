# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models

from .minor_units import MinorUnits


class KashStripeBalanceTransaction(models.Model):
    """What a row declared as income: what takes it back takes back just that."""

    _inherit = "kash.stripe.balance.transaction"

    own_amount = MinorUnits(
        "Customer's Amount (minor units)",
        readonly=True,
        help="Of the charge or refund, before Stripe converted it.",
    )
    own_currency = fields.Char("Customer's Currency", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", related_sudo=False
    )
    income_line_id = fields.Many2one(
        "account.move.line",
        "Income",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The line it was summed in.",
    )
    income_base = fields.Monetary(
        "Income Without Tax",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="Its share of the line; negative for what takes a sale back.",
    )
    income_taxes = fields.Json(
        readonly=True,
        copy=False,
        help="Its share of each tax line: {invoice repartition line: amount}.",
    )
    income_tax = fields.Monetary(
        "Sales Tax",
        currency_field="company_currency_id",
        compute="_compute_income_tax",
    )

    @api.depends("income_taxes")
    def _compute_income_tax(self):
        for row in self:
            row.income_tax = sum((row.income_taxes or {}).values())

    def _may_be_income(self):
        """Override: a receipt of no invoice here, or what takes one back."""
        return not self.transaction_id and self._counterpart() == "unallocated"

    def _has_income(self):
        """Tell whether what the row declared as income still stands in the books."""
        entry = self.entry_id
        back = entry.reversal_move_ids.filtered(lambda move: move.state == "posted")
        stands = entry and entry.state != "cancel" and not back
        return bool(stands and (self.income_base or self.income_taxes))

    def _own_minor(self):
        """Return the charge's or refund's own amount, with the row's sign.

        Where Stripe did not tell it, what its rate makes of the settled amount.
        """
        own = self.own_amount or abs(self.amount)
        if not self.own_amount and self.exchange_rate:
            own = round(abs(self.amount) / Decimal(self.exchange_rate))
        return own if self.amount > 0 else -own
