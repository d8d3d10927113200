# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.mail import append_content_to_html


class SendMail(models.Model):
    """A link whose e-mail reached nobody was not sent; one to all is in no other's."""

    _inherit = "mail.mail"

    def _personalize_outgoing_body(self, body, partner=False, doc_to_followers=None):
        """Override of `mail`: the link to all that is open, for the customer alone.

        What is posted on an invoice is read by its followers and by whoever holds the
        address of its portal page: there it must not stand.
        """
        body = super()._personalize_outgoing_body(
            body, partner=partner, doc_to_followers=doc_to_followers
        )
        button = self._kash_stripe_all_button(body, partner)
        return append_content_to_html(body, button, plaintext=False) if button else body

    def _kash_stripe_all_button(self, body, partner):
        """Return the button for an invoice's e-mail to one of whom it was sent to.

        :param body: what it says: the invoice's own link must be in it
        """
        message = self.mail_message_id.sudo()
        to_one = partner and partner in message.partner_ids
        if not to_one or self.model != "account.move":
            return ""
        move = self.env["account.move"].sudo().browse(self.res_id).exists()
        link = move._kash_stripe_current_link()
        if not link or link.token not in (body or ""):
            return ""
        return move._kash_stripe_all_button(partner.sudo())

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
