# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from dataclasses import dataclass

from odoo import models, tools
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

from ...core import contrast

# Of a company that has chosen no colour for its documents.
_PAINT = "#1f4e79"
# Twice what the page shows: a phone has two dots or more for one.
_LOGO_BOX = (240, 80)
_LOGO_BYTES = 30_000


@dataclass(frozen=True)
class Logo:
    """A logo as the page shows it, and what changes with it."""

    content: bytes
    mimetype: str
    mark: str


class PageCompany(models.Model):
    """What a page looks like that is the seller's, not Odoo's."""

    _inherit = "res.company"

    def _kash_stripe_brand(self):
        """Return the colours of the company's documents as properties of CSS."""
        self.ensure_one()
        chosen = self.primary_color
        paint = chosen if contrast.is_colour(chosen) else _PAINT
        return f"--paint: {paint}; --ink: {contrast.ink_on(paint)}"

    def _kash_stripe_logo_mark(self):
        """Return what the address of the logo changes with; nothing without a logo."""
        self.ensure_one()
        if self.uses_default_logo:
            return ""
        image = self.env["ir.attachment"].sudo()
        image = image.search_fetch(
            [
                ("res_model", "=", "res.partner"),
                ("res_field", "=", "image_256"),
                ("res_id", "=", self.partner_id.id),
            ],
            ["checksum"],
            limit=1,
        )
        return image.checksum or ""

    def _kash_stripe_logo_source(self, base):
        """Return where a page finds the logo; nothing without one.

        :param base: the address of the page's link; without one, as on the clerk's
            pages, the logo is in the page itself
        """
        if base:
            mark = self._kash_stripe_logo_mark()
            return mark and f"{base}/logo/{mark}"
        logo = self._kash_stripe_logo()
        if not logo:
            return ""
        return f"data:{logo.mimetype};base64,{base64.b64encode(logo.content).decode()}"

    def _kash_stripe_logo(self):
        """Return the company's own logo (a ``Logo``), None for one that weighs much.

        The name stands beside it.
        """
        mark = self._kash_stripe_logo_mark()
        content = mark and self._kash_stripe_scaled_logo(mark)
        return Logo(content, guess_mimetype(content), mark) if content else None

    @tools.ormcache("self.partner_id.id", "mark")
    def _kash_stripe_scaled_logo(self, mark):
        """Return the logo as small as it is shown, nothing if it cannot be made so.

        With fewer colours where that does not do. Vector graphics come as they are.
        """
        source = base64.b64decode(self.partner_id.image_256 or b"")
        for quality in (0, 80):
            content = image_process(source, size=_LOGO_BOX, quality=quality)
            if content and len(content) <= _LOGO_BYTES:
                return content
        return b""

    def _kash_stripe_letterhead(self):
        """Return name, address, tax ID and registry of the company, a line each."""
        self.ensure_one()
        country = self.account_fiscal_country_id or self.country_id
        address = self.partner_id._display_address(without_company=True)
        numbers = [
            (country.vat_label or self.env._("Tax ID"), self.vat),
            (self.env._("Company ID"), self.company_registry),
        ]
        return [
            self.name,
            *filter(None, map(str.strip, address.splitlines())),
            *(f"{what}: {number}" for what, number in numbers if number),
        ]

    def _kash_stripe_page_lang(self, partner, wanted):
        """Return the code of the language a page speaks.

        The customer's, else what the browser asks for, else the company's: the first
        that is active.

        :param partner: the customer, or an empty record
        :param wanted: codes as a browser writes them (``fr-CA``), the dearest first
        """
        nearest = self.env["ir.http"].get_nearest_lang
        asked = (code.replace("-", "_") for code in wanted)
        spoken = next(filter(None, map(nearest, (partner.lang, *asked))), None)
        return spoken or nearest(self.partner_id.lang) or self.env.lang or "en_US"
