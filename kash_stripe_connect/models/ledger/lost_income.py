# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...core import double_entry
from ..base.currencies import amount_of, units_of
from .income import Declared


class KashStripeBookingIncomeLost(models.AbstractModel):
    """Income that goes without a row: a sale is cancelled, for a bank took its money.

    Taken back as a refund takes it back, and given back as it was taken.
    """

    _name = "kash.stripe.booking.income.lost"
    _inherit = "kash.stripe.booking.income"
    _description = "Stripe Booking: Income Lost"

    @api.model
    def _declare_lost(self, account, company, worths):
        """Return {movement: Declared} of income that movements take back.

        One whose charge declared nothing that still stands is left out.

        :param worths: {movement with its charge and its part of it: what the books have
            of that (Decimal of the company's currency), negative}
        """
        movements = self.env["kash.stripe.movement"].union(*worths)
        refs = [ref for ref in movements.mapped("charge_ref") if ref]
        rows = self.env["kash.stripe.balance.transaction"].search(
            [("account_id", "=", account.id), ("document_ref", "in", refs)]
        )
        lost, found = self._stored_losses(account, company, refs), {}
        for movement in movements:
            ref = movement.charge_ref
            siblings = rows.filtered(lambda row, ref=ref: row.document_ref == ref)
            known = self._stored_income(company, siblings)
            target = self._sale_of(siblings)
            if target not in known:
                continue
            peers = {row: facts for row, facts in known.items() if row != target}
            peers |= lost.setdefault(ref, {})
            worth = units_of(company.currency_id, worths[movement])
            found[movement] = self._take_back(
                movement, target, known[target], peers, worth
            )
            lost[ref][movement] = found[movement]
        return found

    @api.model
    def _sale_of(self, siblings):
        """Return the row by which a charge's money came."""
        return siblings.filtered(lambda row: row.type in double_entry.CHARGE_TYPES)[:1]

    @api.model
    def _declare_again(self, company, lost):
        """Return Declared: what a movement took back, given back."""
        facts = self._stored(company, lost, lost)
        taxes = {part: -units for part, units in facts.taxes.items()}
        return Declared(facts.place, -facts.base, taxes)

    @api.model
    def _lost_lines_of(self, company, movement, facts):
        """Return the vals of what a movement takes back, or gives: the base first."""
        return self._back_lines_of(company, facts.place, movement, [facts])

    @api.model
    def _keep_lost(self, movement, facts):
        """Let a recorded movement know what it declared, and in which line."""
        lines = movement.entry_id.line_ids.filtered(
            lambda line: (
                line.account_id.id == facts.place.account_id
                and not line.tax_repartition_line_id
            )
        )
        currency = movement.company_currency_id
        movement.write(
            {
                "income_line_id": lines[:1].id,
                "income_base": amount_of(currency, facts.base),
                "income_taxes": {
                    str(part): amount_of(currency, units)
                    for part, units in facts.taxes.items()
                },
            }
        )
