# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from markupsafe import Markup

from odoo import models

# Where a signature begins, as Odoo's templates and most people write it.
_SIGNATURE = re.compile(r"(?:<br\s*/?>\s*)*<(?:div|p|span)[^>]*>\s*(?:--|—)\s*<br")


class SendPayLink(models.Model):
    """The link in an e-mail."""

    _inherit = "kash.stripe.pay.link"

    def _put_into_mail(self, body, lang):
        """Return ``body`` (HTML) with one button that leads to this link.

        A body edited by hand may hold the button already, or an older one's address:
        that is put right, and no second button added.
        """
        self.ensure_one()
        body = body or Markup()
        for old in self.move_id.kash_stripe_link_ids - self:
            body = body.replace(old.token, self.token)
        if self.token in body:
            return body
        signatures = list(_SIGNATURE.finditer(body))
        end = signatures[-1].start() if signatures else len(body)
        return body[:end] + self._mail_button(lang) + body[end:]

    def _mail_button(self, lang):
        """Return the button as mail clients need it, in the customer's language."""
        self.ensure_one()
        company = self.company_id
        return (
            self.env["ir.qweb"]
            .with_context(lang=lang or company.partner_id.lang)
            ._render(
                "kash_stripe_connect.mail_pay_button",
                {
                    "link": self,
                    "company": company,
                    "tz": company._kash_stripe_zone(),
                    "ink": company.email_primary_color or "#FFFFFF",
                    "paint": company.email_secondary_color or "#875A7B",
                },
            )
        )
