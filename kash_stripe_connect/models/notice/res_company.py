# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, email_split


class NoticeCompany(models.Model):
    """Who is told what by e-mail."""

    _inherit = "res.company"

    kash_stripe_notify_emails = fields.Char(
        "Stripe Notices Also To",
        help="E-mail addresses of people who are no contacts here, comma separated.",
    )
    kash_stripe_notice_way = fields.Selection(
        [("each", "One e-mail for each"), ("digest", "One e-mail a day")],
        "Stripe Notices As",
        required=True,
        default="each",
    )
    kash_stripe_notify_payment_received = fields.Boolean(
        "Tell Of Payments Received", default=True
    )
    kash_stripe_notify_payment_failed = fields.Boolean(
        "Tell Of Payments That Failed", default=True
    )
    kash_stripe_notify_debit_returned = fields.Boolean(
        "Tell Of Bank Debits Returned", default=True
    )
    kash_stripe_notify_dispute_opened = fields.Boolean("Tell Of Disputes", default=True)
    kash_stripe_notify_payout_failed = fields.Boolean(
        "Tell Of Payouts That Failed", default=True
    )
    kash_stripe_notify_receipt = fields.Boolean(
        "Mail A Receipt To The Customer",
        default=True,
        help="Once for each payment by link, in the customer's language.",
    )

    @api.constrains("kash_stripe_notify_emails")
    def _check_kash_stripe_notify_emails(self):
        for company in self:
            text = company.kash_stripe_notify_emails or ""
            for part in filter(None, map(str.strip, text.replace(";", ",").split(","))):
                if not email_normalize(part):
                    raise ValidationError(
                        self.env._("“%(address)s” is no e-mail address.", address=part)
                    )

    def _kash_stripe_notice_readers(self):
        """Return {language: who reads it}, as values of a mail; empty for nobody."""
        self.ensure_one()
        company = self.sudo()
        people = company._kash_stripe_notice_people().filtered("email_normalized")
        own = company.partner_id.lang or self.env.lang or "en_US"
        readers = {
            lang: {"recipient_ids": [Command.set(group.ids)]}
            for lang, group in people.grouped(lambda p: p.lang or own).items()
        }
        addresses = email_split(company.kash_stripe_notify_emails or "")
        if addresses:
            readers.setdefault(own, {})["email_to"] = ", ".join(addresses)
        return readers

    def _kash_stripe_notice_people(self):
        """Return the contacts who get the notices.

        Not those who left. Once all of them have, and no address is given either,
        whoever acts on the company's Stripe money.
        """
        chosen = self.with_context(active_test=False).kash_stripe_notify_partner_ids
        there = chosen - chosen._kash_stripe_gone(self)
        if chosen and not there and not self.kash_stripe_notify_emails:
            there = self._kash_stripe_who_acts()[self].partner_id
        return there.with_context(active_test=True)

    def _kash_stripe_notify_note(self, chosen):
        """Return which of the contacts chosen get no notices any more, and who does.

        :return: a sentence, or False: all of them do
        """
        stored = self.with_context(active_test=False).kash_stripe_notify_partner_ids
        # What a page does not show, because it is archived, was chosen all the same.
        chosen |= stored.filtered(lambda partner: not partner.active)
        gone = chosen._kash_stripe_gone(self)
        if not gone:
            return False
        who = self._kash_stripe_who_acts()[self]
        text = self.env._(
            "Archived, or without access to %(company)s any more, and so without"
            " notices: %(people)s.",
            company=self.name,
            people=", ".join(gone.mapped("display_name")),
        )
        if chosen - gone or self.kash_stripe_notify_emails or not who:
            return text
        instead = self.env._("Meanwhile %(other)s gets them.", other=who.name)
        return f"{text} {instead}"
