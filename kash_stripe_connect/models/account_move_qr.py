# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from reportlab.graphics import renderSVG
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, models


class AccountMove(models.Model):
    """The payment link as a QR code on the invoice's PDF."""

    _inherit = "account.move"

    @api.depends(
        "company_id.kash_stripe_link_qr",
        "kash_stripe_link_ids.voided_at",
        "kash_stripe_link_ids.expires_at",
    )
    def _compute_display_link_qr_code(self):
        """Override of `account`: ours shows where the invoice has a living link."""
        result = super()._compute_display_link_qr_code()
        for move in self.filtered("company_id.kash_stripe_link_qr"):
            if move._kash_stripe_has_living_link():
                move.display_link_qr_code = True
        return result

    def _generate_portal_payment_qr(self):
        """Override of `account_payment`: ours is drawn in vectors.

        Crisp on paper, and without the bitmap backend that reportlab may lack.
        """
        if not self._kash_stripe_has_living_link():
            return super()._generate_portal_payment_qr()
        address = self._get_portal_payment_link()
        # Odoo lays a logo over the middle: a quarter may be lost and it still reads.
        drawing = createBarcodeDrawing(
            "QR", value=address, width=128, height=128, barLevel="Q"
        )
        svg = base64.b64encode(renderSVG.drawToString(drawing).encode()).decode()
        return f"data:image/svg+xml;base64,{svg}"

    def _get_portal_payment_link(self):
        """Override of `account_payment`: the code leads to our page."""
        if self._kash_stripe_has_living_link():
            return self.sudo()._kash_stripe_current_link().url
        return super()._get_portal_payment_link()
