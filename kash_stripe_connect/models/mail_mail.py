# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail`: a link whose e-mail reached nobody was not sent."""
        invoices = self.filtered(lambda mail: mail.model == "account.move")
        domain = [("sent_message_id", "in", invoices.mail_message_id.ids)]
        result = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        if not failure_type:
            # News only for one that had failed before.
            domain.append(("sent_problem", "!=", False))
        if invoices:
            links = self.env["kash.stripe.pay.link"].sudo()
            links.search(domain)._apply_delivery()
        return result
