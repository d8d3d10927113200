# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    kash_stripe_warning = fields.Text(compute="_compute_kash_stripe_warning")

    @api.depends("line_ids")
    def _compute_kash_stripe_warning(self):
        """Warn when the money is at Stripe already and only waits to be recorded."""
        for wizard in self:
            moves = wizard.line_ids.move_id
            moves.check_access("read")
            sentences = [
                f"{move.name}: {move.kash_stripe_taken_text}"
                for move in moves
                if move.kash_stripe_taken_text
            ]
            wizard.kash_stripe_warning = "\n".join(sentences) or False

    def _get_batch_available_journals(self, batch_result):
        """Override of `account`: a journal nobody may enter payments in is no offer."""
        journals = super()._get_batch_available_journals(batch_result)
        payment_type = batch_result["payment_values"]["payment_type"]
        return journals.filtered(
            lambda journal: journal._get_available_payment_method_lines(payment_type)
        )
