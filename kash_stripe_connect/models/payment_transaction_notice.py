# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

# A first import tells of years: only facts that are news are worth an e-mail.
_NEWS = timedelta(hours=72)


class PaymentTransaction(models.Model):
    """Telling the business: one e-mail a payment, recorded or not."""

    _inherit = "payment.transaction"

    def _kash_stripe_notify_business(self):
        """Queue the notice of each payment whose row is known, once."""
        now = fields.Datetime.now()
        news = self.filtered(
            lambda tx: (
                not tx.kash_stripe_notified_at
                and tx.state in {"done", "error"}
                and tx.kash_stripe_paid_at
                and tx.kash_stripe_paid_at >= now - _NEWS
                and tx._kash_stripe_recorded_state() != "new"
            )
        )
        wanted = news.filtered(
            lambda tx: tx._kash_stripe_company().kash_stripe_notify_partner_ids
        )
        if wanted:
            template = self.env.ref("kash_stripe_connect.mail_template_payment")
            template.send_mail_batch(wanted.ids)
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        news.kash_stripe_notified_at = now

    def _kash_stripe_company(self):
        """Return the company whose people are told."""
        self.ensure_one()
        return self.kash_stripe_account_id.company_id

    def _kash_stripe_recorded_state(self):
        """Return what became of the payment's row: its state, ``new`` for none."""
        self.ensure_one()
        return self.kash_stripe_row_ids[:1].state or "new"

    def _kash_stripe_notice_lang(self):
        """Return the language of the (first) person told."""
        return self._kash_stripe_company().kash_stripe_notify_partner_ids[:1].lang

    def _kash_stripe_notice_partner_ids(self):
        """Return the recipients as a mail template wants them."""
        partners = self._kash_stripe_company().kash_stripe_notify_partner_ids
        return ",".join(str(partner_id) for partner_id in partners.ids)
