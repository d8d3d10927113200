# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class KashStripeAllocation(models.Model):
    """What an attempt froze for one invoice: the booking obeys it."""

    _name = "kash.stripe.allocation"
    _description = "Stripe Payment Allocation"

    transaction_id = fields.Many2one(
        "payment.transaction", required=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one("account.move", index=True, ondelete="set null")
    move_name = fields.Char("Invoice", required=True)
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True, help="What the customer pays.")
    discount = fields.Monetary(help="Early payment discount granted on top.")
    discount_until = fields.Date(help="The last Stripe day the discount is good for.")

    def _is_misfit(self, due):
        """Tell whether just this is not to be asked for any more.

        :param due: what of the invoice can still be asked for; None without one
        """
        self.ensure_one()
        asked = self.amount + self.discount
        return self.move_id.state != "posted" or bool(
            self.currency_id.compare_amounts(asked, due)
        )
