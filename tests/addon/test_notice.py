# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The business hears of what happens: once a fact, in its language, or once a day."""

import time
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected

SEND = "odoo.addons.kash_stripe_connect.models.notice.notice"


@tagged("post_install", "-at_install")
class TestNotice(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.stripe.clock.set(int(time.time()) - 60)
        self.boss = self.env["res.partner"].create(
            {"name": "Boss", "email": "boss@example.com", "lang": "en_US"}
        )
        self.company.kash_stripe_notify_partner_ids = self.boss

    def tell(self):
        """Let the job send what is due."""
        self.run_cron("ir_cron_notices")

    def later(self):
        """Let the waiting time of all notices be over."""
        self.notices().sudo().send_after = "2000-01-01"

    def notices(self):
        """Return what the business is told of; test_receipt.py has the customer's."""
        notices = self.env["kash.stripe.notice"]
        return notices.search([("kind", "!=", "receipt")], order="id")

    def mails(self):
        about = [
            ("model", "=", "kash.stripe.notice"),
            ("res_id", "in", self.notices().ids),
        ]
        return self.env["mail.mail"].sudo().search(about, order="id")

    def paid(self, amount=100.0):
        """Let a customer pay, and all of it be told and worked off."""
        invoice = self.invoice(amount)
        self.pay(invoice)
        self.settle()
        return invoice

    def fact(self, **values):
        """Return news as the payout and dispute records tell them."""
        return {
            "kind": "payout_failed",
            "key": "po_1",
            "happened_at": fields.Datetime.now(),
            "amount": 250.0,
            "currency": self.company.currency_id,
            "record": self.account,
            "reason": "The bank account has been closed.",
            **values,
        }

    def apply(self, *facts):
        self.env["kash.stripe.notice"]._apply_news(self.account, list(facts))

    # === PAYMENTS === #

    def test_one_mail_tells_of_payment_fee_and_invoice(self):
        """Amount, fee, invoice, customer: what the owner wants to know."""
        invoice = self.paid()
        self.tell()
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, self.boss)
        for text in ("Ada Reader", "100.00", "3.20", "96.80", invoice.name, "recorded"):
            self.assertIn(text, mail.body_html)
        self.assertEqual(self.notices().state, "sent")

    def test_a_payment_is_told_even_if_its_fee_stays_unknown(self):
        """Stripe lists the row later than usual: the owner hears of the money."""
        self.pay(self.invoice(100.0))
        self.work_off()
        self.tell()
        self.assertFalse(self.mails())
        self.later()
        self.tell()
        self.assertIn("as soon as Stripe lists it", self.mails().body_html)

    def test_the_mail_is_sent_once_however_often_stripe_tells(self):
        """Once per fact."""
        self.pay(self.invoice(100.0))
        self.stripe.settle()
        deliveries = self.stripe.outbox.take()
        for _twice in range(2):
            self.env["kash.stripe.event"].sudo().search([]).unlink()
            self.ring(deliveries)
            self.run_cron("ir_cron_events")
            self.tell()
        self.assertEqual(len(self.mails()), 1)
        events = self.env["kash.stripe.event"].sudo().search([])
        self.assertNotIn("new", events.mapped("state"))

    def test_a_held_payment_says_that_it_waits(self):
        """The owner must not believe it is in the books."""
        self.pay(self.invoice(100.0))
        self.company.sudo().fiscalyear_lock_date = "2099-12-31"
        self.settle()
        self.tell()
        self.assertIn("not recorded yet", self.mails().body_html)

    def test_old_news_notify_nobody(self):
        """A first import of a year must not send a year of mails."""
        self.stripe.clock.set(int(time.time()) - 4 * 86400)
        self.paid()
        self.apply(self.fact(happened_at=fields.Datetime.now() - timedelta(hours=73)))
        self.assertFalse(self.notices())

    # === FAILURES === #

    def test_a_declined_card_is_told_once_with_reason_and_advice(self):
        """However many cards the customer tries in vain."""
        attempt = self.press_pay(self.invoice(100.0))
        for _card in range(2):
            self.stripe.decline(attempt.kash_stripe_session_id)
            self.work_off()
        self.later()
        self.tell()
        [mail] = self.mails()
        self.assertIn("declined", mail.body_html)
        self.assertIn("payment link works", mail.body_html)

    def test_who_pays_with_another_card_did_not_fail(self):
        """The owner need not know of a mistyped code."""
        attempt = self.press_pay(self.invoice(100.0))
        self.stripe.decline(attempt.kash_stripe_session_id)
        self.work_off()
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        self.later()
        self.tell()
        self.assertEqual(
            dict(self.notices().mapped(lambda n: (n.kind, n.state))),
            {"payment_failed": "skipped", "payment_received": "sent"},
        )

    def debit(self):
        """Pay by bank debit; it is in process then. Return the attempt."""
        self.give_debits()
        self.stripe.settings.debit_days = 30
        self.stripe.clock.set(int(time.time()) - 5 * 86400)
        attempt = self.press_pay(self.invoice(500.0))
        session_id = attempt.kash_stripe_session_id
        self.stripe.pay(session_id, method="us_bank_account")
        self.settle()
        self.assertEqual(attempt.state, "pending")
        self.stripe.clock.set(int(time.time()) - 60)
        self.stripe.outbox.take()
        return attempt

    def test_a_debit_is_told_when_it_succeeds_days_after_it_began(self):
        """Its news is its end, not the day the customer pressed Pay."""
        attempt = self.debit()
        self.stripe.succeed_debit(attempt.kash_stripe_charge_id)
        self.settle()
        self.tell()
        self.assertEqual(self.notices().kind, "payment_received")
        self.assertIn("It is recorded in your books", self.mails().body_html)

    def test_a_failed_debit_is_told_with_the_banks_reason(self):
        """The invoice is open again, and somebody should ask."""
        attempt = self.debit()
        self.stripe.fail_debit(attempt.kash_stripe_charge_id, "insufficient_funds")
        self.settle()
        self.tell()
        self.assertEqual(self.notices().kind, "payment_failed")
        self.assertIn("insufficient funds", self.mails().body_html)

    def test_a_returned_debit_is_told(self):
        """It had succeeded, was recorded, and is gone."""
        attempt = self.debit()
        charge_id = attempt.kash_stripe_charge_id
        self.stripe.succeed_debit(charge_id)
        self.settle()
        self.stripe.return_debit(charge_id, by="reversal")
        self.sync()
        self.tell()
        returned = self.notices().filtered(lambda n: n.kind == "debit_returned")
        self.assertEqual(returned.transaction_id, attempt)
        self.assertEqual(returned.state, "sent")

    def test_a_dispute_is_told_with_its_reason_and_last_day(self):
        """Who does not answer in time loses."""
        invoice = self.paid()
        charge_id = invoice.transaction_ids.kash_stripe_charge_id
        self.stripe.dispute(charge_id, reason="product_not_received")
        self.settle()
        self.settle()
        self.tell()
        dispute = self.env["kash.stripe.dispute"].search([])
        [notice] = self.notices().filtered(lambda n: n.kind == "dispute_opened")
        self.assertEqual((notice.key, notice.state), (dispute.dispute_id, "sent"))
        self.assertEqual(notice.due_on, dispute._due_day())
        body = self.mails()[-1].body_html
        self.assertIn("nothing was received", body)
        self.assertIn(f"kash.stripe.dispute&amp;res_id={dispute.id}", body)

    def test_an_inquiry_says_that_no_money_has_moved(self):
        """It is told again when it becomes a dispute."""
        charge_id = self.paid().transaction_ids.kash_stripe_charge_id
        made = self.stripe.dispute(charge_id, status="warning_needs_response")
        self.settle()
        self.tell()
        self.assertIn("No money has moved yet", self.mails()[-1].body_html)
        self.stripe.clock.advance(days=2)
        self.stripe.move_dispute(made["id"], "needs_response")
        self.settle()
        told = self.notices().filtered(lambda n: n.kind == "dispute_opened")
        self.assertEqual(len(told), 2)

    def test_a_debit_returned_by_a_dispute_is_no_dispute(self):
        """There is nothing to answer."""
        attempt = self.debit()
        self.stripe.succeed_debit(attempt.kash_stripe_charge_id)
        self.settle()
        self.stripe.return_debit(attempt.kash_stripe_charge_id)
        self.settle()
        kinds = self.notices().mapped("kind")
        self.assertEqual(kinds, ["payment_received", "debit_returned"])

    def test_a_failed_payout_is_told_with_the_banks_reason(self):
        """The day it failed is the news, not the day it was made."""
        self.stripe.clock.set(int(time.time()) - 6 * 86400)
        self.stripe.charge_elsewhere(self.acct, amount=50000)
        self.stripe.add_bank_account(self.acct.id)
        self.stripe.clock.set(int(time.time()) - 3600)
        payout = self.stripe.payout(self.acct.id, 20000)
        self.stripe.fail_payout(payout["id"], "account_closed")
        self.settle()
        self.tell()
        [notice] = self.notices()
        self.assertEqual((notice.kind, notice.state), ("payout_failed", "sent"))
        self.assertIn("bank account has been closed", self.mails().body_html)
        self.assertIn("200.00", self.mails().subject)

    # === WHOM AND HOW === #

    def test_each_reader_gets_it_in_their_language(self):
        """A template is translated once; who reads it decides."""
        self.env["res.lang"]._activate_lang("fr_FR")
        xmlid = "kash_stripe_connect.mail_template_notice_payout_failed"
        self.env.ref(xmlid).with_context(lang="fr_FR").subject = "Virement refusé"
        amie = self.boss.copy({"email": "amie@example.com", "lang": "fr_FR"})
        self.company.kash_stripe_notify_partner_ids |= amie
        self.company.kash_stripe_notify_emails = "owner@example.com"
        self.apply(self.fact())
        self.tell()
        mails = {mail.subject: mail for mail in self.mails()}
        french = mails.pop("Virement refusé")
        self.assertEqual(french.recipient_ids, amie)
        [english] = mails.values()
        self.assertEqual(english.recipient_ids, self.boss)
        self.assertEqual(english.email_to, "owner@example.com")

    def test_what_is_no_address_is_refused(self):
        """A typing error would be found too late."""
        with self.assertRaises(ValidationError):
            self.company.kash_stripe_notify_emails = "owner@example.com, nobody"

    def test_each_kind_can_be_switched_off(self):
        """And a kind switched on later does not tell the past."""
        kinds = list(dict(self.env["kash.stripe.notice"]._fields["kind"].selection))
        for kind in kinds[1:]:
            self.company[f"kash_stripe_notify_{kind}"] = False
        self.apply(*(self.fact(kind=kind, key=kind) for kind in kinds))
        self.tell()
        notices = self.env["kash.stripe.notice"].search([])
        states = dict(notices.mapped(lambda n: (n.kind, n.state)))
        expected = {kinds[0]: "sent", **dict.fromkeys(kinds[1:], "skipped")}
        self.assertEqual(states, expected)

    def test_nobody_to_tell_is_no_error(self):
        """The setting may be empty."""
        self.company.kash_stripe_notify_partner_ids = False
        self.paid()
        self.tell()
        self.assertFalse(self.mails())
        self.assertIn("Nobody", self.notices().note)

    def test_a_digest_tells_all_of_a_day_in_one_mail(self):
        """Who has hundreds of payments a day wants one e-mail."""
        self.company.kash_stripe_notice_way = "digest"
        invoice = self.paid()
        self.apply(self.fact(), self.fact(kind="dispute_opened", key="dp_1"))
        self.tell()
        self.assertFalse(self.mails())
        self.assertEqual(len(set(self.notices().mapped("send_after"))), 1)
        self.later()
        self.tell()
        [mail] = self.mails()
        self.assertIn(invoice.name, mail.body_html)
        self.assertIn("payout of", mail.body_html)
        self.assertEqual(set(self.notices().mapped("state")), {"sent"})

    # === TROUBLE === #

    @mute_logger(SEND)
    def test_a_broken_template_does_not_undo_the_booking(self):
        """The e-mail is a courtesy; the ledger is not. It is sent once mended."""
        xmlid = "kash_stripe_connect.mail_template_notice_payment_received"
        template = self.env.ref(xmlid)
        subject = template.subject
        template.subject = "{{ object.no_such_field }}"
        invoice = self.paid()
        self.tell()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.notices().state, "failed")
        self.assertIn("no_such_field", self.notices().note)
        self.assertIn("could not be made", self.account.message_ids[0].body)
        template.subject = subject
        self.notices().action_send_again()
        self.tell()
        self.assertEqual(self.notices().state, "sent")

    @mute_logger(SEND)
    def test_a_broken_template_keeps_no_other_kind_back(self):
        """The payout's mail has nothing to do with the dispute's."""
        xmlid = "kash_stripe_connect.mail_template_notice_dispute_opened"
        self.env.ref(xmlid).unlink()
        self.apply(self.fact(), self.fact(kind="dispute_opened", key="dp_1"))
        self.tell()
        states = dict(self.notices().mapped(lambda n: (n.kind, n.state)))
        self.assertEqual(states, {"payout_failed": "sent", "dispute_opened": "failed"})

    @mute_logger(SEND)
    def test_what_the_mail_server_refuses_was_not_sent(self):
        """The list must not say otherwise."""
        self.apply(self.fact())
        self.tell()
        self.mails()._postprocess_sent_message(
            [], [], failure_reason="Connection refused", failure_type="mail_smtp"
        )
        self.assertEqual(self.notices().state, "failed")
        self.assertEqual(self.notices().note, "Connection refused")

    def test_only_managers_send_again(self):
        """Who sees the list need not act on it."""
        clerk = self.colleague("clerk", "account.group_account_invoice")
        self.apply(self.fact())
        with self.assertRaises(AccessError):
            self.notices().with_user(clerk).action_send_again()
