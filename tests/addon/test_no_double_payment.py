# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One invoice is never payable twice, and money at Stripe is never asked for again."""

import time

import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.kash_stripe_connect.gateway.errors import StripeUnreachable

from .common import KashStripeConnected

EXPIRE = "/v1/checkout/sessions/*/expire"
LOG = "odoo.addons.kash_stripe_connect.models.link.payment_transaction"


@tagged("post_install", "-at_install")
class TestNoDoublePayment(KashStripeConnected):
    def register(self, invoice, amount=None):
        """Record money that came by the bank."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"amount": amount} if amount else {})._create_payments()

    def open_sessions(self):
        sessions = self.stripe.objects("checkout.session")
        return [s for s in sessions if s["status"] == "open"]

    # === ONE PAYABLE PAGE === #

    def test_nothing_new_is_started_while_the_old_page_cannot_be_closed(self):
        """Else both could be paid."""
        invoice = self.invoice(100.0)
        self.press_pay(invoice)
        self.register(invoice, 40.0)
        self.stripe.fail_next(method="POST", path=EXPIRE, status=503, times=9)
        with self.assertRaises(StripeUnreachable):
            self.press_pay(invoice)
        self.assertEqual([s["amount_total"] for s in self.open_sessions()], [10000])

    def test_an_invoice_paid_by_bank_closes_its_open_page(self):
        """The job does it: the bank's booking must not wait for Stripe."""
        invoice = self.invoice(100.0)
        self.press_pay(invoice)
        self.register(invoice)
        self.assertEqual(len(self.open_sessions()), 1)
        self.work_off()
        self.assertFalse(self.open_sessions())

    def test_a_part_paid_by_bank_closes_the_page_that_asks_for_all(self):
        """Stripe's page shows the amount it was opened with."""
        invoice = self.invoice(100.0)
        self.press_pay(invoice)
        self.register(invoice, 40.0)
        self.work_off()
        self.assertFalse(self.open_sessions())

    def test_a_credited_invoice_closes_its_open_page(self):
        """Odoo calls it reversed, not paid."""
        invoice = self.invoice(100.0)
        self.press_pay(invoice)
        invoice._reverse_moves(cancel=True)
        self.work_off()
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertFalse(self.open_sessions())

    def test_a_cancelled_invoice_closes_its_open_page(self):
        """And so does one that is reset to draft."""
        invoice = self.invoice(100.0)
        self.press_pay(invoice)
        invoice.button_draft()
        self.work_off()
        self.assertFalse(self.open_sessions())

    @mute_logger(LOG)
    def test_a_page_that_could_not_be_closed_is_closed_by_the_job_later(self):
        """Voided while Stripe was down: the link is dead at once, the page follows."""
        invoice = self.invoice(100.0)
        attempt = self.press_pay(invoice)
        self.stripe.fail_next(method="POST", path=EXPIRE, status=503, times=2)
        invoice.action_kash_stripe_void_link()
        self.assertEqual(len(self.open_sessions()), 1)
        self.work_off()
        self.assertFalse(self.open_sessions())
        self.assertFalse(attempt.kash_stripe_to_expire)

    def test_disconnecting_closes_every_open_page(self):
        """Without keys nobody could learn of a payment made there."""
        self.press_pay(self.invoice(100.0))
        self.account.sudo()._push_disconnect()
        self.assertFalse(self.open_sessions())

    @mute_logger("odoo.addons.kash_stripe_connect.models.sync.account")
    def test_disconnecting_waits_for_stripe_while_pages_are_open(self):
        """A sentence, and the connection stays as it was."""
        self.press_pay(self.invoice(100.0))
        self.stripe.fail_next(method="*", path="/v1/*", status=503, times=50)
        with self.assertRaisesRegex(UserError, "does not answer"):
            self.account.sudo()._push_disconnect()
        self.assertTrue(self.account.connected)

    def test_money_paid_just_before_disconnecting_is_still_recorded(self):
        """A last sync, before the keys are forgotten."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        self.account.sudo()._push_disconnect()
        self.assertEqual(invoice.payment_state, "paid")

    @mute_logger("odoo.sql_db")
    def test_an_invoice_has_one_living_link(self):
        """Two would know nothing of each other's pages."""
        link = self.invoice()._kash_stripe_ensure_link().sudo()
        with self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            link.copy({"token": "other", "ref": "other"}).flush_recordset()

    def test_a_lost_session_of_another_amount_is_closed_not_adopted(self):
        """Stripe made it, we never heard, and then the amount changed."""
        self.stripe.clock.set(int(time.time()))
        invoice = self.invoice(100.0)
        link = invoice._kash_stripe_ensure_link().sudo()
        reference = link._attempt_reference(1)
        params = link._prepare_session_params(reference, link._terms())
        link.account_id._gateway().create_session(params=params, idempotency_key="lost")
        link.write({"lost_starts": 1, "lost_at": fields.Datetime.now()})
        self.register(invoice, 40.0)
        link._start_payment()
        self.assertEqual([s["amount_total"] for s in self.open_sessions()], [6000])

    def test_a_changed_customer_does_not_block_a_lost_start(self):
        """Stripe refuses other parameters under a key it has seen."""
        invoice = self.invoice(100.0)
        link = invoice._kash_stripe_ensure_link().sudo()
        savepoint = self.env.cr.savepoint(flush=True)
        link._start_payment()
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.customer.email = "new@example.com"
        self.assertTrue(link._start_payment().url)

    # === TAKEN COUNTS === #

    def test_money_of_a_wrong_amount_is_not_asked_for_again(self):
        """It is at Stripe: a person decides, the customer does not pay twice."""
        invoice = self.invoice(100.0)
        attempt = self.pay(invoice)
        self.stripe.settle()
        self.stripe.tamper(self.stripe.objects("charge")[-1]["id"], amount=100)
        self.stripe.tamper(attempt.kash_stripe_session_id, amount_total=100)
        self.work_off()
        self.assertEqual(attempt.state, "error")
        self.assertEqual(invoice.kash_stripe_due_online, 0.0)
        problem = invoice._kash_stripe_pay_problems()[invoice.id]
        self.assertEqual(problem.code, "review")
        self.assertFalse(invoice._has_to_be_paid())

    def test_a_payment_that_is_processing_and_then_fails_frees_the_link(self):
        """Delayed methods may fail days later: the invoice can be paid again."""
        invoice = self.invoice(100.0)
        attempt = self.pay(invoice)
        charge = self.stripe.objects("charge")[-1]["id"]
        self.stripe.tamper(charge, status="pending")
        self.stripe.tamper(attempt.kash_stripe_session_id, payment_status="unpaid")
        self.work_off()
        self.assertEqual(invoice.kash_stripe_due_online, 0.0)
        self.stripe.tamper(charge, status="failed", failure_message="No funds.")
        self.stripe.emit("charge.failed", charge)
        self.work_off()
        self.sync()
        self.assertEqual((attempt.state, attempt.state_message), ("error", "No funds."))
        self.assertEqual(invoice.kash_stripe_link_state, "live")

    def test_a_payment_that_somebody_cancelled_is_not_asked_for_again(self):
        """Stripe has the money, whatever the books say."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        invoice.transaction_ids.payment_id.action_cancel()
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertEqual(invoice.kash_stripe_due_online, 0.0)
        self.assertIn("waiting to be recorded", invoice.kash_stripe_taken_text)
        live = self.env["account.move"].search(
            [("kash_stripe_link_state", "=", "live"), ("id", "=", invoice.id)]
        )
        self.assertFalse(live)
