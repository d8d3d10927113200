# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core import contrast

# Of a company that has chosen no colour for its documents.
_PAINT = "#1f4e79"


class PageCompany(models.Model):
    """What a page looks like that is the seller's, not Odoo's."""

    _inherit = "res.company"

    def _kash_stripe_brand(self):
        """Return the colours of the company's documents as properties of CSS."""
        self.ensure_one()
        chosen = self.primary_color
        paint = chosen if contrast.is_colour(chosen) else _PAINT
        return f"--paint: {paint}; --ink: {contrast.ink_on(paint)}"

    def _kash_stripe_page_lang(self, partner, wanted):
        """Return the code of the language a page speaks.

        The customer's, else what the browser asks for, else the company's: the first
        that is active.

        :param partner: the customer, or an empty record
        :param wanted: codes as a browser writes them (``fr-CA``), the dearest first
        """
        nearest = self.env["ir.http"].get_nearest_lang
        asked = [code.replace("-", "_") for code in wanted]
        codes = [partner.lang, *asked, self.partner_id.lang]
        return next(filter(None, map(nearest, codes)), self.env.lang or "en_US")
