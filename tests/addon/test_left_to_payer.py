# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is left to the payer: a voucher to pay, a bank account to verify."""

import time
from datetime import date, timedelta

from odoo.tests import tagged

from .test_page_states import StateCase

CAPABLE = ("multibanco_payments", "us_bank_account_ach_payments")


class LeftCase(StateCase):
    def enable(self):
        """Let the shop take vouchers and bank debits."""
        known = self.stripe.object(self.acct.id)["capabilities"]
        active = dict.fromkeys(CAPABLE, "active")
        self.stripe.update_account(self.acct.id, capabilities={**known, **active})

    def newest(self):
        """Return the invoice's newest attempt."""
        return self.move.transaction_ids.sorted("id")[-1:]

    def assertNothingTaken(self):
        """Assert that the invoice can be paid in full, by whomever."""
        self.assertLedger({})
        self.assertEqual(self.move.kash_stripe_due_online, 100.0)
        self.assertTrue(self.move._has_to_be_paid())


@tagged("post_install", "-at_install")
class TestVoucher(LeftCase):
    def connect(self, acct=None, company=None, **keys):
        """Let the seller be in Lisbon, where Multibanco is, with books in euros."""
        self.company.currency_id = self.env.ref("base.EUR")
        self.acct = self.stripe.create_account(
            country="PT",
            currency="eur",
            business_name="Livraria da Colina",
            timezone="Europe/Lisbon",
        )
        return super().connect(self.acct, company, **keys)

    def set_stage(self):
        super().set_stage()
        self.enable()

    def take_voucher(self):
        """Press, and leave with a voucher; Stripe tells of it."""
        self.attempt = self.press_pay(self.move)
        self.stripe.take_voucher(self.attempt.kash_stripe_session_id)
        self.work_off()
        return self.attempt

    def assertClearingIsStripes(self):
        balance = self.stripe.balance(self.account.stripe_id, "eur")
        held = balance["available"] + balance["pending"]
        self.assertEqual(round(self.ledger()["clearing"] * 100), held)
        self.stripe.check_invariant()

    # === NOT PAID YET === #

    def test_a_voucher_that_is_shown_takes_nothing(self):
        """Draft, so that Odoo and its other providers can be paid."""
        attempt = self.take_voucher()
        self.assertEqual(attempt.state, "draft")
        self.assertEqual(attempt.kash_stripe_step, "voucher")
        self.assertEqual(attempt.kash_stripe_step_until, date(2025, 11, 29))
        self.assertNothingTaken()
        self.assertIn("took a Multibanco voucher", self.move.message_ids[0].body)

    def test_the_page_says_until_when_and_where_the_voucher_is(self):
        """On the way back from Stripe, and from the mail's link."""
        attempt = self.take_voucher()
        for path in (self.back(attempt), self.path):
            with self.subTest(path):
                self.assertSays(
                    path,
                    "Your Multibanco voucher is not paid yet",
                    "It can be paid until 11/29/2025",
                    "Nothing was charged so far",
                    "please do not pay it, too",
                    title=f"Voucher to pay: invoice {self.move.name}",
                )
        self.assertIn(attempt.kash_stripe_step_url, self.text(self.path))

    def test_the_way_back_knows_it_before_stripe_tells(self):
        """The webhook is late: the page asks for the session."""
        attempt = self.press_pay(self.move)
        self.stripe.take_voucher(attempt.kash_stripe_session_id)
        self.assertIn("voucher is not paid yet", self.says(self.back(attempt)))
        self.assertEqual(attempt.state, "draft")

    def test_without_webhooks_the_sync_finds_a_voucher(self):
        """A list names no intent: the session is asked for."""
        self.stripe.clock.set(int(time.time()))
        attempt = self.press_pay(self.move)
        self.stripe.take_voucher(attempt.kash_stripe_session_id)
        self.stripe.outbox.take()
        self.sync()
        self.assertEqual(
            (attempt.state, attempt.kash_stripe_step), ("draft", "voucher")
        )

    def test_another_payment_needs_the_payers_word(self):
        """The voucher stays payable: a press alone begins nothing."""
        self.take_voucher()
        asked = len(self.stripe.requests)
        answer = self.press(self.move)
        self.assertIn("I will not pay the voucher", answer.text)
        self.assertEqual(len(self.stripe.requests), asked)
        answer = self.press(self.move, instead="yes")
        self.assertEqual(answer.status_code, 303)
        self.assertNotEqual(self.newest(), self.attempt)
        self.assertTrue(self.newest().reference.endswith("-2"))
        # Who comes back to the page goes on with that, and is warned again.
        page = self.says(self.path)
        self.assertIn("Multibanco voucher can still be paid until 11/29/2025", page)
        self.assertEqual(self.press(self.move).status_code, 303)
        self.assertEqual(len(self.move.transaction_ids), 2)

    def test_a_voucher_taken_in_the_other_tab_needs_it_too(self):
        """Its session is found complete when the button is pressed here."""
        attempt = self.press_pay(self.move)
        self.stripe.take_voucher(attempt.kash_stripe_session_id)
        self.assertIn("I will not pay the voucher", self.press(self.move).text)
        self.assertEqual(len(self.move.transaction_ids), 1)

    # === PAID === #

    def test_a_voucher_that_is_paid_pays_as_a_charge(self):
        """The page turns by itself."""
        attempt = self.take_voucher()
        before = self.url_open(f"{self.path}/state").text
        self.stripe.pay_voucher(attempt.kash_stripe_session_id)
        self.settle()
        fee = self.ledger()["fees"]
        self.assertLedger({"clearing": 100.0 - fee, "fees": fee, "receivable": -100.0})
        self.assertClearingIsStripes()
        self.assertEqual(self.move.payment_state, "paid")
        self.assertFalse(attempt.kash_stripe_step or attempt.kash_stripe_step_url)
        self.assertEqual(attempt.kash_stripe_method, "Multibanco")
        self.assertNotEqual(self.url_open(f"{self.path}/state").text, before)

    def test_both_paid_is_the_customers_credit(self):
        """By card, after the warning; and at the counter all the same."""
        attempt = self.take_voucher()
        self.press(self.move, instead="yes")
        self.stripe.pay(self.newest().kash_stripe_session_id)
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")
        self.assertIn("please do not pay it, too", self.says(self.path))
        self.assertFalse(self.activities("credit"))
        self.stripe.pay_voucher(attempt.kash_stripe_session_id)
        self.settle()
        fee = self.ledger()["fees"]
        self.assertLedger({"clearing": 200.0 - fee, "fees": fee, "receivable": -200.0})
        self.assertClearingIsStripes()
        self.assertFalse(attempt.payment_id.is_reconciled)
        [activity] = self.activities("credit")
        self.assertIn(self.move.name, activity.summary)

    # === EXPIRED === #

    def test_a_voucher_that_expires_leaves_the_link_alive(self):
        """The page says so, and a press begins anew."""
        attempt = self.take_voucher()
        self.stripe.end_waiting(attempt.kash_stripe_session_id)
        self.work_off()
        self.assertEqual(attempt.state, "cancel")
        self.assertNothingTaken()
        self.assertSays(
            self.path,
            "Your voucher has expired",
            title=f"Voucher expired: invoice {self.move.name}",
        )
        self.assertEqual(self.press(self.move).status_code, 303)

    def test_without_webhooks_the_sync_finds_that_it_expired(self):
        """After its last day it is asked for, once a sync."""
        attempt = self.take_voucher()
        self.stripe.end_waiting(attempt.kash_stripe_session_id)
        self.stripe.outbox.take()
        self.sync()
        self.assertEqual(attempt.state, "cancel")

    def test_a_voucher_paid_after_its_last_day_pays_the_invoice(self):
        """The shop's news was slow; nobody had paid otherwise."""
        attempt = self.take_voucher()
        self.stripe.end_waiting(attempt.kash_stripe_session_id)
        self.work_off()
        self.stripe.pay_voucher(attempt.kash_stripe_session_id)
        self.settle()
        self.assertEqual((attempt.state, self.move.payment_state), ("done", "paid"))
        self.assertIn("Paid. Thank you", self.says(self.path))

    # === REMINDED === #

    def test_nobody_is_reminded_before_the_last_day_of_a_voucher(self):
        """After it, yes: nothing is on its way any more."""
        self.stripe.clock.set(int(time.time()))
        today = self.company._kash_stripe_today()
        due = today - timedelta(days=3)
        self.company.kash_stripe_reminders = True
        days = {"invoice_date": due, "invoice_date_due": due}
        self.move = self.invoice(100.0, invoice_payment_term_id=False, **days)
        self.move.is_move_sent = True
        attempt = self.take_voucher()
        plan = self.env["kash.stripe.reminder"]
        obstacles = [
            item.obstacle
            for day in (today, attempt.kash_stripe_step_until + timedelta(days=1))
            for item in plan._plan(self.company, day)
            if item.move == self.move
        ]
        self.assertEqual(obstacles, ["waits", None])

    # === GIVEN BACK === #

    def refund(self):
        """Give it back from the dialog; the customer is asked for bank details."""
        attempt = self.take_voucher()
        self.stripe.pay_voucher(attempt.kash_stripe_session_id)
        self.settle()
        wizard = self.env["payment.refund.wizard"].create(
            {"payment_id": attempt.payment_id.id, "amount_to_refund": 100.0}
        )
        self.assertIn("by e-mail for bank details", wizard.kash_stripe_warning)
        action = wizard.action_refund()
        self.assertIn("bank details", action["params"]["message"])
        self.settle()
        return attempt.child_transaction_ids

    def test_a_refund_that_needs_bank_details_is_not_done(self):
        """Said to customer and clerk; after a week somebody is called."""
        refund = self.refund()
        self.assertEqual(
            (refund.state, refund.kash_stripe_step), ("pending", "details")
        )
        receipt = f"{self.path}/{self.receipt_of(self.attempt)}"
        page = self.says(receipt)
        self.assertIn("waits for your bank details", page)
        self.assertNotIn("Refunded", page)
        self.account.sudo()._refresh_activities()
        [activity] = self.activities("details")
        self.assertIn(self.customer.name, activity.summary)
        self.stripe.succeed_refund(refund.kash_stripe_refund_id)
        self.settle()
        self.assertEqual(refund.state, "done")
        self.assertFalse(refund.kash_stripe_step)
        self.assertIn("Refunded", self.says(receipt))
        self.assertFalse(self.activities("details"))

    def test_a_refund_asked_for_lately_calls_nobody(self):
        """The customer has a week to find the e-mail."""
        self.stripe.clock.set(int(time.time()))
        self.assertEqual(self.refund().kash_stripe_step, "details")
        self.assertFalse(self.activities("details"))

    def test_a_refund_whose_details_nobody_gives_fails(self):
        """The money is back, and what was credited stands open."""
        refund = self.refund()
        self.stripe.fail_refund(refund.kash_stripe_refund_id, "unknown")
        self.settle()
        self.assertEqual(refund.state, "error")
        self.assertFalse(refund.kash_stripe_step)
        self.assertFalse(self.activities("details"))
        self.assertClearingIsStripes()

    def test_what_has_no_way_back_is_said_before_stripe_is_asked(self):
        """Boleto and OXXO cannot be refunded."""
        attempt = self.take_voucher()
        self.stripe.pay_voucher(attempt.kash_stripe_session_id)
        self.settle()
        attempt.sudo().kash_stripe_method = "OXXO"
        wizard = self.env["payment.refund.wizard"].create(
            {"payment_id": attempt.payment_id.id, "amount_to_refund": 100.0}
        )
        self.assertIn("cannot be given back", wizard.kash_stripe_problem)
        asked = len(self.stripe.requests)
        wizard.action_refund()
        self.assertEqual(attempt.child_transaction_ids.state, "error")
        self.assertEqual(len(self.stripe.requests), asked)


@tagged("post_install", "-at_install")
class TestVerification(LeftCase):
    def set_stage(self):
        super().set_stage()
        self.enable()

    def ask(self, **how):
        """Type a bank account that a micro-deposit has to verify."""
        self.attempt = self.press_pay(self.move)
        self.stripe.ask_verification(self.attempt.kash_stripe_session_id, **how)
        self.work_off()
        return self.attempt

    def test_an_account_to_verify_takes_nothing(self):
        """What to look for, on which page, and by when."""
        attempt = self.ask()
        self.assertEqual((attempt.state, attempt.kash_stripe_step), ("draft", "verify"))
        self.assertNothingTaken()
        self.assertSays(
            self.back(attempt),
            "Please verify your bank account",
            "with a code that begins with SM",
            "on your bank statement by 11/23/2025",
            "If that is not done by 12/02/2025",
            "Verify the bank account",
            "I will not verify the bank account",
            title=f"Account to verify: invoice {self.move.name}",
        )
        self.assertIn(attempt.kash_stripe_step_url, self.text(self.path))

    def test_two_amounts_are_named_where_stripe_sends_them(self):
        """Not a code that nobody finds."""
        self.ask(kind="amounts")
        page = self.says(self.path)
        self.assertIn("two small amounts", page)
        self.assertNotIn("begins with SM", page)

    def test_an_account_that_is_verified_is_debited(self):
        """Processing, then paid, as any bank debit."""
        attempt = self.ask()
        self.stripe.verify(attempt.kash_stripe_session_id)
        self.settle()
        self.assertEqual(attempt.state, "pending")
        self.assertFalse(attempt.kash_stripe_step)
        self.assertEqual(self.ledger()["in_process"], -100.0)
        self.assertIn("is being processed by your bank", self.says(self.path))
        self.stripe.succeed_debit(attempt.kash_stripe_charge_id)
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")
        self.assertClearingIsStripes()

    def test_a_verified_account_that_refuses_leaves_the_link_alive(self):
        """Nothing is left in process."""
        attempt = self.ask()
        self.stripe.verify(attempt.kash_stripe_session_id)
        self.settle()
        self.stripe.fail_debit(attempt.kash_stripe_charge_id, "account_closed")
        self.settle()
        self.assertEqual(attempt.state, "error")
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertIn("The bank account could not be debited", self.says(self.path))
        self.assertEqual(self.move.kash_stripe_due_online, 100.0)

    def test_an_account_nobody_verifies_is_given_up(self):
        """Stripe waits for ten days; wrong amounts end it sooner."""
        attempt = self.ask()
        self.stripe.end_waiting(attempt.kash_stripe_session_id)
        self.work_off()
        self.assertEqual(attempt.state, "cancel")
        self.assertNothingTaken()
        self.assertSays(
            self.path,
            "Your bank account was not verified",
            title=f"Not verified: invoice {self.move.name}",
        )
        self.assertEqual(self.press(self.move).status_code, 303)
