# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class KashStripeKeepWizard(models.TransientModel):
    """Why the books stay as they are, though Stripe changed a row of theirs."""

    _name = "kash.stripe.keep.wizard"
    _inherit = "kash.stripe.wall"
    _description = "Keep Changed Stripe Rows As Recorded"

    row_ids = fields.Many2many(
        "kash.stripe.balance.transaction", string="Rows", required=True, readonly=True
    )
    why = fields.Char(required=True)

    def action_keep(self):
        """Keep them, and say who did so and why."""
        self._check_one()
        self.row_ids._changed_in_books()._keep_recorded(self.why)
        return {"type": "ir.actions.act_window_close"}
