# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountMove(models.Model):
    """The payment link as a QR code on the invoice's PDF."""

    _inherit = "account.move"

    @api.depends("company_id.kash_stripe_link_qr")
    def _compute_display_link_qr_code(self):
        """Override of `account`: ours shows where the invoice has a living link."""
        result = super()._compute_display_link_qr_code()
        for move in self.filtered("company_id.kash_stripe_link_qr"):
            if move._kash_stripe_has_living_link():
                move.display_link_qr_code = True
        return result

    def _get_portal_payment_link(self):
        """Override of `account_payment`: the code leads to our page."""
        if self._kash_stripe_has_living_link():
            return self.sudo()._kash_stripe_current_link().url
        return super()._get_portal_payment_link()
