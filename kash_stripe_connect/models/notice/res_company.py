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
        people = company.kash_stripe_notify_partner_ids.filtered("email_normalized")
        own = company.partner_id.lang or self.env.lang or "en_US"
        readers = {
            lang: {"recipient_ids": [Command.set(group.ids)]}
            for lang, group in people.grouped(lambda p: p.lang or own).items()
        }
        addresses = email_split(company.kash_stripe_notify_emails or "")
        if addresses:
            readers.setdefault(own, {})["email_to"] = ", ".join(addresses)
        return readers
