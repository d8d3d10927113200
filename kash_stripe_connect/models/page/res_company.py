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
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        asked = [_installed(code.replace("-", "_"), installed) for code in wanted]
        codes = [partner.lang, *asked, self.partner_id.lang]
        return next((code for code in codes if code in installed), installed[0])


def _installed(code, installed):
    """Return an installed language for one that is asked for; a dialect is one too."""
    if code in installed:
        return code
    short = code.partition("_")[0]
    return next((one for one in installed if one.partition("_")[0] == short), None)
