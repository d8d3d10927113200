# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class KashStripePayerDataDispute(models.AbstractModel):
    """Nothing is held but ids and codes; an open one needs its payment's payer."""

    _name = "kash.stripe.payer.data.dispute"
    _inherit = "kash.stripe.payer.data"
    _description = "What Is Kept of Payers: Disputes"

    _rule_order = 50

    def _attempts_in_need(self):
        """Override: the bank may still ask who paid, and by which card."""
        open_ones = (
            self.env["kash.stripe.dispute"]
            .sudo()
            .search([("phase", "in", ["inquiry", "open"])])
        )
        return open_ones.transaction_id.ids
