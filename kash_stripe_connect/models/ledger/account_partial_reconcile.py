# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class LedgerPartialReconcile(models.Model):
    """What was matched is not asked for any more."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: open Checkout pages ask for too much from here on.

        Whatever it is matched with: a bank payment in full or in part, a credit note.
        """
        partials = super().create(vals_list)
        moves = (partials.debit_move_id | partials.credit_move_id).move_id
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        invoices._kash_stripe_end_attempts()
        return partials
