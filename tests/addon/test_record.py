# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From Stripe's rows to the books."""

import random
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import NOON, KashStripeConnected, by_pytest_too


@tagged("post_install", "-at_install")
class TestRecord(KashStripeConnected):
    # === THE PROMISE === #

    @by_pytest_too
    def test_a_card_payment_pays_the_invoice_and_books_the_fee(self):
        """The promise: gross into clearing, matched; fee on its account."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertLedger({"clearing": 96.80, "fees": 3.20, "receivable": -100.0})
        self.assertClearingIsStripes()

    def test_many_payments_of_one_batch_are_each_matched_with_their_invoice(self):
        """Batch first: one run books them all, each to its own invoice."""
        invoices = self.env["account.move"]
        for amount in (10.0, 20.5, 33.33):
            invoice = self.invoice(amount)
            self.pay(invoice)
            invoices |= invoice
        self.settle()
        self.assertEqual(set(invoices.mapped("payment_state")), {"paid"})
        self.assertEqual(len(self.rows().fee_move_id), 1)
        self.assertClearingIsStripes()

    def test_payment_and_fee_carry_stripes_day_in_the_companys_zone(self):
        """Never the day the job ran: 03:00 UTC is still yesterday in New York."""
        self.stripe.clock.set(NOON + 10 * 3600)
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        row = self.rows()
        self.assertEqual(row.booking_day, date(2025, 11, 22))
        self.assertEqual(row.payment_id.date, date(2025, 11, 22))
        self.assertEqual(row.payment_id.move_id.date, date(2025, 11, 22))
        self.assertEqual(row.fee_move_id.date, date(2025, 11, 22))

    def test_every_entry_carries_the_stripe_account(self):
        """The proof sums the ledger by the account its entries carry."""
        self.pay(self.invoice(100.0))
        self.settle()
        moves = self.rows().payment_id.move_id | self.rows().fee_move_id
        self.assertEqual(moves.kash_stripe_account_id, self.account)

    def test_the_journals_card_compares_the_ledger_with_stripe(self):
        """The owner sees both balances, and that they agree."""
        self.pay(self.invoice(100.0))
        self.settle()
        journal = self.account.journal_id
        card = journal._get_journal_dashboard_data_batched()[journal.id]["kash_stripe"]
        self.assertTrue(card["agrees"])
        self.assertIn("96.80", card["clearing"])
        self.assertIn("96.80", card["stripe"])

    def test_the_card_shows_the_difference_while_money_waits(self):
        """Held, stopped: not yet in the ledger."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.stripe.charge_elsewhere(
            self.acct, amount=5000, currency="usd", description="Shop"
        )
        self.stripe.settle()
        self.sync()
        journal = self.account.journal_id
        card = journal._get_journal_dashboard_data_batched()[journal.id]["kash_stripe"]
        self.assertFalse(card["agrees"])
        self.assertIn("48.25", card["difference"])

    # === EXACTLY ONCE === #

    def test_the_same_events_three_times_in_any_order_book_once(self):
        """Stripe delivers at least once and in no order; each time it is applied."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        deliveries = self.stripe.outbox.take() * 3
        random.Random(7).shuffle(deliveries)
        for delivery in deliveries:
            # The inbox would drop a repeated event: forget it, so that it is applied.
            self.env["kash.stripe.event"].sudo().search([]).unlink()
            self.ring([delivery])
            self.run_cron("ir_cron_events")
        self.assertEqual(len(self.rows()), 1)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertLedger({"clearing": 96.80, "fees": 3.20, "receivable": -100.0})

    def test_lost_webhooks_are_found_by_the_sync(self):
        """The doorbell may stay silent for ever; the sync finds the payment."""
        invoice = self.invoice(100.0)
        attempt = self.pay(invoice)
        self.stripe.settle()
        self.stripe.outbox.take()
        self.sync()
        self.assertEqual(attempt.state, "done")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertClearingIsStripes()

    def test_syncing_twice_changes_nothing(self):
        """A sync is a function of a window: repeating it is harmless."""
        self.pay(self.invoice(100.0))
        self.stripe.settle()
        self.sync()
        before = self.ledger()
        self.sync()
        self.assertEqual(self.ledger(), before)
        self.assertEqual(len(self.rows()), 1)

    def test_the_row_that_comes_late_is_booked_when_it_comes(self):
        """Stripe attaches the balance transaction after it says *succeeded*."""
        invoice = self.invoice(100.0)
        attempt = self.pay(invoice)
        self.work_off()
        self.assertEqual((attempt.state, invoice.payment_state), ("done", "not_paid"))
        self.assertFalse(self.rows())
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")

    def test_the_cores_cron_poll_and_button_create_no_payment(self):
        """The core would post today, without fee and row: four doors, all shut."""
        attempt = self.pay(self.invoice(100.0))
        self.work_off()
        self.assertEqual(attempt.state, "done")
        with self.enter_registry_test_mode():
            self.env.ref("payment.cron_post_process_payment_tx").method_direct_trigger()
        attempt._post_process()
        attempt.is_post_processed = False
        attempt.action_post_process()
        self.assertTrue(attempt.is_post_processed)
        self.assertFalse(attempt.payment_id)
        self.assertFalse(
            self.env["account.payment"].search(
                [("payment_transaction_id", "=", attempt.id)]
            )
        )

    # === WRONG MONEY === #

    def test_a_wrong_amount_told_twice_never_pays_an_invoice(self):
        """The core's check passes the second time; ours compares each time."""
        invoice = self.invoice(100.0)
        attempt = self.pay(invoice)
        self.stripe.settle()
        charge = self.stripe.objects("charge")[-1]
        self.stripe.tamper(charge["id"], amount=100)
        self.stripe.tamper(attempt.kash_stripe_session_id, amount_total=100)
        deliveries = self.stripe.outbox.take()
        for _twice in range(2):
            for delivery in deliveries:
                self.env["kash.stripe.event"].sudo().search([]).unlink()
                self.ring([delivery])
                self.run_cron("ir_cron_events")
        self.assertEqual(attempt.state, "error")
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_a_row_of_another_amount_stops_with_the_reason(self):
        """Never guessed: a person sees what Stripe says and what was asked."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        row = self.stripe.objects("balance_transaction")[-1]
        self.stripe.tamper(row["id"], amount=9000, net=8680)
        self.work_off()
        self.assertEqual(self.rows().state, "stopped")
        self.assertIn("100.00", self.rows().reason)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertLedger({})

    def test_a_row_that_contradicts_itself_stops_with_the_reason(self):
        """Booked, it would move clearing by something else than Stripe says."""
        self.pay(self.invoice(100.0))
        self.stripe.settle()
        row = self.stripe.objects("balance_transaction")[-1]
        self.stripe.tamper(row["id"], net=1)
        self.work_off()
        self.assertEqual(self.rows().state, "stopped")
        self.assertIn("net 1 is not amount", self.rows().reason)
        self.assertLedger({})

    def test_one_bad_row_of_a_batch_stops_alone(self):
        """The rest of the batch goes on."""
        good, bad = self.invoice(100.0), self.invoice(50.0)
        self.pay(good)
        attempt = self.pay(bad)
        self.stripe.settle()
        charge = self.stripe.object(
            self.stripe.object(
                self.stripe.object(attempt.kash_stripe_session_id)["payment_intent"]
            )["latest_charge"]
        )
        self.stripe.tamper(charge["balance_transaction"], amount=1, net=1 - 175)
        self.work_off()
        self.assertEqual(good.payment_state, "paid")
        self.assertEqual(bad.payment_state, "not_paid")
        self.assertEqual(
            self.rows().sorted("amount").mapped("state"), ["stopped", "booked"]
        )

    # === INVOICES THAT CHANGED MEANWHILE === #

    def test_a_payment_of_a_cancelled_invoice_is_customer_credit(self):
        """The money is real; the invoice stays untouched; a person is asked."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        invoice.button_draft()
        invoice.button_cancel()
        self.work_off()
        self.assertEqual(invoice.state, "cancel")
        self.assertLedger({"clearing": 96.80, "fees": 3.20, "receivable": -100.0})
        self.assertFalse(self.rows().payment_id.is_reconciled)
        self.assertEqual(len(self.activities("credit")), 1)

    def test_a_payment_of_an_invoice_back_in_draft_does_not_post_it(self):
        """The core would re-post a draft somebody is changing."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        invoice.button_draft()
        self.work_off()
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(self.rows().state, "booked")
        self.assertFalse(self.rows().payment_id.is_reconciled)

    def test_a_payment_of_an_invoice_paid_meanwhile_is_customer_credit(self):
        """Paid by bank and by card: never dropped, never refunded silently."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.work_off()
        self.assertEqual(self.rows().state, "booked")
        self.assertFalse(self.rows().payment_id.is_reconciled)
        self.assertEqual(len(self.activities("credit")), 1)

    # === EARLY PAYMENT DISCOUNT === #

    @by_pytest_too
    @freeze_time("2025-11-22 17:00:00")
    def test_a_discount_granted_when_paying_settles_the_invoice(self):
        """The customer paid 98.00 in time; the invoice owes nothing more."""
        invoice = self.discounted_invoice()
        attempt = self.pay(invoice)
        self.assertEqual(attempt.amount, 98.0)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertLedger({"clearing": 94.86, "fees": 3.14, "receivable": -100.0})

    @freeze_time("2025-11-22 17:00:00")
    def test_a_discount_is_granted_by_the_day_of_paying_not_of_booking(self):
        """Booked late, with the terms as the attempt froze them."""
        invoice = self.discounted_invoice()
        self.pay(invoice)
        self.stripe.settle()
        with freeze_time("2025-12-24 17:00:00"):
            self.sync()
        self.assertEqual(invoice.payment_state, "paid")

    @freeze_time("2025-11-22 17:00:00")
    def test_a_discount_that_ran_out_before_paying_is_not_granted(self):
        """The page stayed open over its last day: 2.00 stay due."""
        invoice = self.discounted_invoice()
        attempt = self.press_pay(invoice)
        attempt.kash_stripe_allocation_ids.sudo().discount_until = "2025-11-21"
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        self.assertEqual(invoice.payment_state, "partial")
        self.assertEqual(invoice.amount_residual, 2.0)

    # === PERIOD LOCK === #

    def lock(self, day, field="fiscalyear_lock_date"):
        self.company.sudo().write({field: day})

    def test_a_row_of_a_locked_day_is_held_not_redated(self):
        """Odoo would silently date the payment after the lock."""
        invoice = self.invoice(100.0, invoice_date="2025-11-01")
        self.pay(invoice)
        self.lock("2025-11-30")
        self.settle()
        self.assertEqual(self.rows().state, "held")
        self.assertIn("11/22/2025", self.rows().reason)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertLedger({})
        self.assertEqual(len(self.activities("held")), 1)

    def test_a_held_row_stays_held_when_the_lock_is_lifted(self):
        """Recording it is a person's act with a chosen date."""
        self.pay(self.invoice(100.0))
        self.lock("2025-11-30")
        self.settle()
        self.lock(False)
        self.sync()
        self.assertEqual(self.rows().state, "held")
        self.assertLedger({})

    def test_a_lock_of_yesterday_holds_nothing_of_today(self):
        """Locked means up to and including the lock date, not after."""
        self.pay(self.invoice(100.0))
        self.lock("2025-11-21")
        self.settle()
        self.assertEqual(self.rows().state, "booked")

    def test_the_tax_lock_holds_only_with_cash_basis_taxes(self):
        """Only then does the matching post a tax entry of its own."""
        self.company.sudo().tax_exigibility = True
        self.pay(self.invoice(100.0))
        self.lock("2025-11-30", "tax_lock_date")
        self.settle()
        self.assertEqual(self.rows().state, "held")

    def test_money_whose_day_is_not_known_yet_is_said_without_one(self):
        """Stripe told that the session is paid, and of its charge nothing yet."""
        invoice = self.invoice(100.0)
        attempt = self.pay(invoice)
        session = self.stripe.object(attempt.kash_stripe_session_id)
        self.stripe.tamper(session["payment_intent"], latest_charge=None)
        told = self.stripe.outbox.take()
        self.ring([one for one in told if one.type.startswith("checkout.session")])
        self.run_cron("ir_cron_events")
        self.assertEqual(attempt.state, "done")
        self.assertRegex(
            invoice.kash_stripe_taken_text, "100.00 paid at Stripe, waiting to be rec"
        )

    def test_what_is_paid_but_held_is_not_asked_for_again(self):
        """Due online, portal and Register Payment know that Stripe has it."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.lock("2025-11-30")
        self.settle()
        self.assertEqual(invoice.kash_stripe_due_online, 0.0)
        self.assertFalse(invoice._has_to_be_paid())
        link = invoice._kash_stripe_current_link().sudo()
        started = link._start_payment()
        self.assertEqual((started.url, started.problem.code), (None, "to_record"))
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({})
        )
        self.assertIn("paid at Stripe on 11/22/2025", wizard.kash_stripe_warning)
