# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SendMail(models.Model):
    """A link whose e-mail reached nobody was not sent."""

    _inherit = "mail.mail"

    def _kash_stripe_link_messages(self):
        """Return the ids of the messages that invoices were sent with."""
        invoices = self.filtered(lambda mail: mail.model == "account.move")
        return invoices.mail_message_id.ids

    def _kash_stripe_statement_refused(self, reason):
        """Tell links that the statement they were sent with failed."""
        model = "kash.stripe.pay.link"
        ids = self.filtered(lambda mail: mail.model == model).mapped("res_id")
        if ids:
            self.env[model]._apply_undelivered(ids, reason)

    def _kash_stripe_link_sent(self, message_ids, failure_type):
        """Note on the links of these messages what became of their e-mails."""
        domain = [("sent_message_id", "in", message_ids)]
        if not failure_type:
            # News only for one that had failed before.
            domain.append(("sent_problem", "!=", False))
        if message_ids:
            links = self.env["kash.stripe.pay.link"].sudo()
            links.search(domain)._apply_delivery()
