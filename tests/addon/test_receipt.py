# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The receipt by e-mail: once for each payment, to whoever paid, in their language."""

import time

from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from .common import KashStripeConnected

SEND = "odoo.addons.kash_stripe_connect.models.notice.notice"


@tagged("post_install", "-at_install")
class TestReceipt(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.stripe.clock.set(int(time.time()) - 60)
        self.company.write(
            {
                "street": "12 Hill Street",
                "vat": "US-99",
                "company_registry": "REG-77",
                "country_id": self.env.ref("base.us").id,
            }
        )
        boss = self.env["res.partner"].create({"name": "B", "email": "b@example.com"})
        self.company.kash_stripe_notify_partner_ids = boss
        self.template = self.env.ref("kash_stripe_connect.mail_template_notice_receipt")

    def paid(self, **vals):
        """Let a customer pay, and all of it be told and sent."""
        self.move = self.invoice(100.0, **vals)
        self.attempt = self.pay(self.move)
        self.settle()
        self.run_cron("ir_cron_notices")

    def receipts(self):
        domain = [("kind", "=", "receipt")]
        return self.env["kash.stripe.notice"].search(domain, order="id")

    def mails(self):
        about = [
            ("model", "=", "kash.stripe.notice"),
            ("res_id", "in", self.receipts().ids),
        ]
        return self.env["mail.mail"].sudo().search(about, order="id")

    def told(self):
        """Return the chatter of the invoice as one text."""
        return " ".join(self.move.message_ids.mapped("body"))

    def test_who_paid_before_the_update_gets_none_after_it(self):
        """Stripe tells of the payment again when it is refunded."""
        self.paid()
        self.receipts().sudo().unlink()
        self.run_migration("19.0.1.4.0/post-receipts.py", "19.0.1.3.0")
        self.attempt._kash_stripe_tell_received(self.attempt.browse())
        self.run_cron("ir_cron_notices")
        self.assertEqual(self.receipts().mapped("state"), ["skipped"])
        self.assertFalse(self.mails().filtered(lambda mail: mail.state == "outgoing"))

    # === WHAT === #

    def test_who_paid_gets_all_a_receipt_says_in_the_mail_itself(self):
        """Number, method, invoice, seller and tax ID, and where it is found again."""
        self.paid()
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, self.customer)
        said = " ".join(html2plaintext(mail.body_html).split())
        for fact in (
            self.attempt.reference,
            "Payment receipt",
            "no tax invoice",
            "100.00",
            f"Invoice {self.move.name}",
            "Visa •••• 4242",
            "Ada Reader",
            self.company.name,
            "12 Hill Street",
            "US-99",
            "REG-77",
            self.attempt.kash_stripe_link_id._receipt_path(self.attempt),
        ):
            self.assertIn(fact, said)
        self.assertIn("sent to ada@example.com", self.told())

    def test_a_discount_granted_is_named(self):
        """98.00 were paid for 100.00."""
        move = self.discounted_invoice()
        move.invoice_payment_term_id.discount_days = 36500
        move.button_draft()
        move.action_post()
        self.move, self.attempt = move, self.pay(move)
        self.settle()
        self.run_cron("ir_cron_notices")
        said = " ".join(html2plaintext(self.mails().body_html).split())
        self.assertRegex(said, r"Discount granted: \$ 2\.00")
        self.assertIn("98.00", said)

    def test_a_test_says_so(self):
        """Nobody may take it for money."""
        self.paid()
        self.assertTrue(self.mails().subject.startswith("TEST: "))
        self.assertIn("no money was moved", self.mails().body_html)

    def test_a_real_one_does_not(self):
        """The mark would frighten."""
        self.account.sudo().livemode = True
        rendered = self.template._render_field("subject", self.paid_receipt().ids)
        self.assertNotIn("TEST", *rendered.values())

    def paid_receipt(self):
        """Return a receipt that nobody has sent yet."""
        attempt = self.press_pay(self.invoice())
        news = attempt._kash_stripe_prepare_news("receipt", "x", self.env.cr.now())
        self.env["kash.stripe.notice"]._apply_news(self.account, [news])
        return self.receipts()

    def test_it_is_in_the_payers_language(self):
        """Not in the business's, nor the job's."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.template.with_context(lang="fr_FR").subject = "Votre reçu"
        self.customer.lang = "fr_FR"
        self.paid()
        self.assertEqual(self.mails().subject, "Votre reçu")

    # === ONCE === #

    def test_it_is_sent_once_however_often_stripe_tells(self):
        """Two receipts would be two payments, to whoever reads them."""
        self.pay(self.invoice(100.0))
        self.stripe.settle()
        deliveries = self.stripe.outbox.take()
        for _twice in range(2):
            self.env["kash.stripe.event"].sudo().search([]).unlink()
            self.ring(deliveries)
            self.run_cron("ir_cron_events")
            self.run_cron("ir_cron_notices")
        self.assertEqual(len(self.mails()), 1)

    def test_what_is_learned_days_later_mails_nobody(self):
        """The customer has long thrown the goods' box away."""
        self.stripe.clock.set(int(time.time()) - 4 * 86400)
        self.paid()
        self.assertFalse(self.receipts())

    def test_a_debit_has_its_receipt_when_it_has_arrived(self):
        """On its way it may still fail."""
        self.give_debits()
        attempt = self.press_pay(self.invoice(100.0))
        charge = self.stripe.pay(
            attempt.kash_stripe_session_id, method="us_bank_account"
        )
        self.settle()
        self.assertFalse(self.receipts())
        self.stripe.succeed_debit(charge["id"])
        self.settle()
        self.run_cron("ir_cron_notices")
        self.assertEqual(self.receipts().state, "sent")

    def test_a_digest_is_the_businesss_the_customer_waits_for_nothing(self):
        """Nobody wants a receipt tomorrow."""
        self.company.kash_stripe_notice_way = "digest"
        self.paid()
        self.assertEqual(len(self.mails()), 1)

    # === NONE === #

    def test_switched_off_there_is_none_and_no_word_of_it(self):
        """The company does not want it."""
        self.company.kash_stripe_notify_receipt = False
        self.paid()
        self.assertEqual(self.receipts().state, "skipped")
        self.assertFalse(self.mails())
        self.assertNotIn("eceipt", self.told())

    def test_without_an_address_there_is_none_and_the_invoice_says_so(self):
        """Nobody is troubled; who looks finds the reason."""
        self.customer.email = False
        self.paid()
        self.assertEqual(self.receipts().state, "skipped")
        self.assertFalse(self.mails())
        self.assertIn("no e-mail address", self.told())

    def test_the_address_of_the_payment_serves_where_the_contact_has_none_now(self):
        """It is the payer's all the same."""
        self.move = self.invoice(100.0)
        self.pay(self.move)
        self.customer.email = False
        self.settle()
        self.run_cron("ir_cron_notices")
        self.assertEqual(self.mails().email_to, "ada@example.com")

    def test_what_was_taken_back_before_it_was_sent_has_none(self):
        """It was no payment."""
        self.move = self.invoice(100.0)
        attempt = self.pay(self.move)
        self.settle()
        attempt.sudo().kash_stripe_returned = True
        self.run_cron("ir_cron_notices")
        self.assertEqual(self.receipts().state, "skipped")

    @mute_logger(SEND)
    def test_a_broken_template_stops_only_itself(self):
        """The business is told, the payment is in the books, the receipt is listed."""
        self.template.subject = "{{ object.no_such_field }}"
        self.paid()
        states = dict(
            self.env["kash.stripe.notice"]
            .search([])
            .mapped(lambda n: (n.kind, n.state))
        )
        self.assertEqual(states, {"payment_received": "sent", "receipt": "failed"})
        self.assertEqual(self.move.payment_state, "paid")

    @mute_logger(SEND)
    def test_what_the_mail_server_refused_was_not_sent(self):
        """The list says so, with its reason."""
        self.paid()
        self.mails()._postprocess_sent_message(
            [], [], failure_reason="mailbox full", failure_type="mail_smtp"
        )
        self.assertEqual(self.receipts().state, "failed")
        self.assertEqual(self.receipts().note, "mailbox full")
