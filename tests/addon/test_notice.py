# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The business hears of each payment."""

import time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestNotice(KashStripeConnected):
    def setUp(self):
        super().setUp()
        self.stripe.clock.set(int(time.time()))
        self.boss = self.env["res.partner"].create(
            {"name": "Boss", "email": "boss@example.com"}
        )
        self.company.kash_stripe_notify_partner_ids = self.boss

    def mails(self):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "payment.transaction")], order="id")
        )

    def test_one_mail_tells_of_payment_fee_and_invoice(self):
        """Amount, fee, invoice, customer: what the owner wants to know."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, self.boss)
        for text in ("Ada Reader", "100.00", "3.20", "96.80", invoice.name, "recorded"):
            self.assertIn(text, mail.body_html)

    def test_the_mail_is_sent_once_however_often_stripe_tells(self):
        """Once per fact."""
        self.pay(self.invoice(100.0))
        self.stripe.settle()
        deliveries = self.stripe.outbox.take()
        self.ring(deliveries)
        self.run_cron("ir_cron_events")
        self.env["kash.stripe.event"].sudo().search([]).unlink()
        self.ring(deliveries)
        self.run_cron("ir_cron_events")
        self.assertEqual(len(self.mails()), 1)

    def test_a_held_payment_says_that_it_waits(self):
        """The owner must not believe it is in the books."""
        self.pay(self.invoice(100.0))
        self.company.sudo().fiscalyear_lock_date = "2099-12-31"
        self.settle()
        self.assertIn("not recorded yet", self.mails().body_html)

    def test_old_news_notify_nobody(self):
        """A first import of a year must not send a year of mails."""
        self.stripe.clock.set(int(time.time()) - 4 * 86400)
        self.pay(self.invoice(100.0))
        self.settle()
        self.assertFalse(self.mails())

    def test_nobody_to_tell_is_no_error(self):
        """The setting may be empty."""
        self.company.kash_stripe_notify_partner_ids = False
        self.pay(self.invoice(100.0))
        self.settle()
        self.assertFalse(self.mails())

    @mute_logger("odoo.addons.kash_stripe_connect.models.payment_transaction_notice")
    def test_a_broken_template_does_not_undo_the_booking(self):
        """The e-mail is a courtesy; the ledger is not."""
        template = self.env.ref("kash_stripe_connect.mail_template_payment")
        template.subject = "{{ object.no_such_field }}"
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertIn("could not be made", self.account.message_ids[0].body)
