# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, *args, **kwargs):
        """Override of `mail`: a link whose e-mail reached nobody was not sent."""
        invoices = self.filtered(lambda mail: mail.model == "account.move")
        message_ids = invoices.mail_message_id.ids
        result = super()._postprocess_sent_message(*args, **kwargs)
        if message_ids:
            links = self.env["kash.stripe.pay.link"].sudo()
            links.search([("sent_message_id", "in", message_ids)])._apply_delivery()
        return result
