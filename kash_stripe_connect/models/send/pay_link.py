# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models

from . import mail_body


class SendPayLink(models.Model):
    """The link in an e-mail."""

    _name = "kash.stripe.pay.link"
    _inherit = ["kash.stripe.pay.link", "kash.stripe.statement"]

    def _put_into_mail(self, body, lang):
        """Return ``body`` (HTML) with one button at its top that leads to this link.

        A body may hold the button already, by a template that places it itself or by
        hand, perhaps with an older address or one still to be made: that is put right,
        where it stands.
        """
        self.ensure_one()
        body = body or Markup()
        others = (self.move_id.kash_stripe_link_ids - self).mapped("token")
        for old in (*others, mail_body.TO_BE_MADE):
            body = body.replace(old, self.token)
        if self.token in body:
            return body
        return self._mail_button(lang) + body

    def _mail_button(self, lang):
        """Return amount, due date and button as mail clients need them."""
        self.ensure_one()
        company = self.company_id
        link = self.with_context(lang=lang or company.partner_id.lang)
        return link.env["ir.qweb"]._render(
            "kash_stripe_connect.mail_pay_button",
            {
                "link": link,
                "move": link.move_id,
                "terms": link._terms(),
                "today": link._today(),
                "tz": company._kash_stripe_zone(),
                "button": link._mail_anchor(),
            },
        )

    def _mail_all_button(self):
        """Return the button to the page of all, in the language of the context."""
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "kash_stripe_connect.mail_all_button",
            {
                "link": self,
                "tz": self.company_id._kash_stripe_zone(),
                "button": self._mail_anchor(),
            },
        )

    def _mail_anchor(self):
        """Return the button alone, in the language of the context."""
        self.ensure_one()
        company = self.company_id
        return self.env["ir.qweb"]._render(
            "kash_stripe_connect.mail_pay_anchor",
            {
                "link": self,
                "ink": company.email_primary_color or "#FFFFFF",
                "paint": company.email_secondary_color or "#875A7B",
            },
        )
