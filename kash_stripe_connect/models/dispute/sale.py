# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeBookingDisputeSale(models.AbstractModel):
    """A lost dispute of income taken elsewhere cancels the sale, by setting."""

    _name = "kash.stripe.booking.dispute.sale"
    _inherit = "kash.stripe.booking.income.lost"
    _description = "Stripe Booking: Sales That Disputes Cancel"

    @api.model
    def _cancelled(self, account, company, movements, standing):
        """Return {movement: Declared} of lost disputes that cancel a sale.

        :param standing: {dispute: the lines of its money so far}
        """
        if company.sudo().kash_stripe_lost_income != "cancel":
            return {}
        worths = {}
        for dispute, lines in standing.items():
            movement = movements.filtered(
                lambda m, ref=dispute.dispute_id: m.object_ref == ref
            )
            if movement and dispute.charge_id and not dispute.transaction_id:
                movement.write(
                    {"charge_ref": dispute.charge_id, "own_amount": -dispute.amount}
                )
                total = self._rounded(company.currency_id, dispute._total(lines))
                worths[movement] = -total
        return self._declare_lost(account, company, worths)

    @api.model
    def _to_cancel(self, account, company, movements):
        """Return the movements of lost disputes that take a tax back."""
        if company.sudo().kash_stripe_lost_income != "cancel":
            return movements.browse()
        known = self.env["kash.stripe.dispute"]._known(
            account, movements.mapped("object_ref")
        )
        charges = {ref: known[ref].charge_id for ref in known if known[ref].charge_id}
        sold = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "=", account.id),
                ("document_ref", "in", list(charges.values())),
            ]
        )
        taxed = {r.document_ref for r in sold if r.income_taxes and r._has_income()}
        return movements.filtered(lambda m: charges.get(m.object_ref) in taxed)

    @api.model
    def _sold_again(self, company, disputes, movements):
        """Return {movement: Declared} of appeals whose loss had cancelled a sale."""
        sales = {}
        for movement in movements:
            lost = disputes._of(movement)._lost_movement()
            if lost.charge_ref and lost._has_income():
                movement.write(
                    {"charge_ref": lost.charge_ref, "own_amount": -lost.own_amount}
                )
                sales[movement] = self._declare_again(company, lost)
        return sales
