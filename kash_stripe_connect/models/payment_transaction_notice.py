# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import fields, models

from ..const import RECORD_ERRORS

_logger = logging.getLogger(__name__)

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
                and tx.operation != "refund"
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
            wanted._kash_stripe_queue_notice()
        news.kash_stripe_notified_at = now

    def _kash_stripe_queue_notice(self):
        """Queue the mails; a template somebody broke must not undo a booking."""
        name = "kash_stripe_connect.mail_template_payment"
        try:
            with self.env.cr.savepoint():
                self.env.ref(name).send_mail_batch(self.ids)
        except RECORD_ERRORS as error:
            _logger.warning("Stripe notices were not sent: %s", error)
            for account in self.kash_stripe_account_id:
                account.message_post(
                    body=self.env._(
                        "The e-mail about a payment could not be made. Mend the"
                        " template %(template)s: %(reason)s",
                        template=name,
                        reason=error,
                    )
                )
            return
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

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
