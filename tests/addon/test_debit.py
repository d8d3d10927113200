# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bank debits: pending, collected, refused, and returned."""

import json
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected

BOOKING = "odoo.addons.kash_stripe_connect.models.ledger.booking"


@tagged("post_install", "-at_install")
class TestDebit(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.give_debits()
        self.move = self.invoice(500.0)

    def debit(self, **details):
        """Pay the invoice by ACH; Stripe has told that it is being processed."""
        self.attempt = self.press_pay(self.move)
        charge = self.stripe.pay(
            self.attempt.kash_stripe_session_id, method="us_bank_account", **details
        )
        self.charge_id = charge["id"]

    def test_a_pending_debit_stands_in_process(self):
        """Clearing is Stripe's balance already; the invoice is not paid."""
        self.debit()
        self.settle()
        self.assertLedger({"clearing": 496.0, "fees": 4.0, "in_process": -500.0})
        self.assertClearingIsStripes()
        self.assertEqual(self.move.amount_residual, 500.0)
        self.assertEqual(self.move.kash_stripe_due_online, 0.0)

    def test_a_debit_collected_pays_the_invoice_on_the_day_stripe_told(self):
        """In process is matched and empty."""
        self.debit()
        self.settle()
        self.stripe.clock.advance(days=4)
        self.settle()
        self.assertLedger({"clearing": 496.0, "fees": 4.0, "receivable": -500.0})
        self.assertEqual(self.move.payment_state, "paid")
        movement = self.env["kash.stripe.movement"].search(
            [("object_ref", "=", self.charge_id)]
        )
        self.assertEqual((movement.state, movement.day_told), ("booked", "event"))
        self.assertEqual(self.attempt.payment_id.date, date(2025, 11, 26))
        self.assertTrue(self.rows().entry_line_id.reconciled)

    def test_the_customer_reads_which_bank_account_paid(self):
        """The last four tell one account from another; the row names the kind alone."""
        self.debit()
        self.settle()
        self.assertEqual(self.attempt.kash_stripe_method, "US bank account •••• 6789")
        self.assertEqual(self.rows().method, "US bank account")

    def test_a_debit_first_seen_after_success_is_receivable_at_once(self):
        """No detour over in process."""
        self.debit()
        self.stripe.succeed_debit(self.charge_id)
        self.settle()
        self.assertLedger({"clearing": 496.0, "fees": 4.0, "receivable": -500.0})
        self.assertFalse(self.env["kash.stripe.movement"].search([]))
        self.assertEqual(self.move.payment_state, "paid")

    def test_the_day_seen_counts_when_no_event_told(self):
        """It is said on the movement."""
        self.debit()
        self.settle()
        self.stripe.clock.advance(days=4)
        self.stripe.outbox.take()
        self.read_until("2025-11-22")
        self.sync()
        movement = self.env["kash.stripe.movement"].search([])
        self.assertEqual((movement.state, movement.day_told), ("booked", "seen"))
        self.assertEqual(self.move.payment_state, "paid")

    def test_a_debit_that_fails_empties_in_process_and_the_link_lives(self):
        """The invoice never was paid."""
        self.debit()
        self.settle()
        self.stripe.fail_debit(self.charge_id, "insufficient_funds")
        self.settle()
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertClearingIsStripes()
        self.assertEqual(self.attempt.state, "error")
        self.assertEqual(self.move.kash_stripe_due_online, 500.0)
        self.assertTrue(self.move.kash_stripe_link_url)
        self.assertTrue(all(self.rows().entry_line_id.mapped("reconciled")))

    def test_a_debit_whose_failure_is_all_we_see_leaves_nothing_open(self):
        """Both rows in one go."""
        self.debit()
        self.stripe.fail_debit(self.charge_id, "insufficient_funds")
        self.settle()
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertClearingIsStripes()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})

    @mute_logger(BOOKING)
    def test_a_failure_waits_with_its_charge_that_a_refused_batch_stopped(self):
        """Neither alone: both are recorded once a person mended the charge."""
        self.debit()
        self.work_off()
        self.stripe.fail_debit(self.charge_id, "insufficient_funds")
        self.stripe.settle()
        account = self.account.sudo()
        rows = self.rows().sudo()
        rows._apply_rows(account, account._pull_new_rows())
        charge = self.rows().sudo().filtered(lambda row: row.amount > 0)
        failure = self.rows() - charge
        good = charge.raw
        charge.raw = json.dumps({**json.loads(good), "net": 1})
        account._book_new()
        self.assertEqual((charge.state, failure.state), ("stopped", "new"))
        self.assertLedger({})
        self.sync()
        self.assertEqual((charge.state, failure.state), ("stopped", "new"))
        self.assertIn("not recorded yet", failure.reason)
        charge.raw = good
        charge.action_retry()
        self.assertEqual((charge.state, failure.state), ("booked", "booked"))
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertClearingIsStripes()

    def test_of_a_failure_beyond_a_pending_debit_the_rest_is_a_loss(self):
        """512.50 of 500.00 that nobody owed yet: nothing stays in process."""
        self.debit()
        self.settle()
        self.stripe.fail_debit(self.charge_id, amount=51250)
        self.settle()
        self.assertFailedBeyond()

    def test_of_a_failure_beyond_its_debit_seen_at_once_the_rest_is_a_loss(self):
        """Both rows are of one entry."""
        self.debit()
        self.work_off()
        self.stripe.fail_debit(self.charge_id, amount=51250)
        self.settle()
        self.assertFailedBeyond()

    def assertFailedBeyond(self):
        """Assert that 12.50 more than a pending debit of 500.00 went."""
        ledger = self.ledger()
        self.assertEqual((ledger["in_process"], ledger["loss"]), (0.0, 12.5))
        self.assertClearingIsStripes()
        self.assertTrue(all(self.rows().entry_line_id.mapped("reconciled")))
        self.assertEqual(self.move.kash_stripe_due_online, 500.0)

    def test_several_that_come_back_at_once_open_each_its_own_invoice(self):
        """One batch; none is matched with another's money."""
        self.debit()
        charges, moves = [self.charge_id], [self.move]
        for number in range(2):
            self.move = self.invoice(300.0 + number)
            self.debit()
            charges.append(self.charge_id)
            moves.append(self.move)
        for charge in charges:
            self.stripe.succeed_debit(charge)
        self.settle()
        self.assertEqual([move.payment_state for move in moves], ["paid"] * 3)
        for charge in charges:
            self.stripe.return_debit(charge, by="reversal")
        self.settle()
        self.assertEqual(
            [move.amount_residual for move in moves], [500.0, 300.0, 301.0]
        )
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertTrue(all(self.rows().entry_line_id.mapped("reconciled")))
        # Batch first: three take about as many queries as one.
        taken = self.taken_back()
        self.queries(taken)  # what Odoo learns once is not counted
        one = self.queries(dict(list(taken.items())[:1]))
        self.assertLess(self.queries(taken), one * 1.2)

    def taken_back(self):
        """Return {payment: the line that takes it back}."""
        rows = self.rows().filtered(lambda row: row.amount < 0)
        by_charge = rows._paid_back_tx().grouped("kash_stripe_charge_id")
        return {by_charge[r.document_ref].payment_id: r.entry_line_id for r in rows}

    def queries(self, taken):
        """Count what it takes to give payments back; doing it again changes nothing."""
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env["kash.stripe.booking"]._give_back(taken)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_return_after_success_opens_the_invoice_again(self):
        """The bank took the money back."""
        self.debit()
        self.settle()
        self.stripe.succeed_debit(self.charge_id)
        self.settle()
        self.stripe.return_debit(self.charge_id, "insufficient_funds", by="reversal")
        self.settle()
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertClearingIsStripes()
        self.assertEqual(self.move.amount_residual, 500.0)
        self.assertEqual(self.move.kash_stripe_due_online, 500.0)
        self.assertEqual(self.attempt.payment_id.amount_available_for_refund, 0.0)

    def collected(self):
        """Let the debit pay the invoice."""
        self.debit()
        self.stripe.succeed_debit(self.charge_id)
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")

    def collected_later(self):
        """Let the debit stand in process first, and then pay the invoice."""
        self.debit()
        self.settle()
        self.assertTrue(self.rows().in_process)
        self.stripe.succeed_debit(self.charge_id)
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")

    def return_of(self, amount):
        """Let the bank take so much back (minor units)."""
        self.stripe.return_debit(self.charge_id, by="reversal", amount=amount)
        self.settle()

    def test_of_a_return_beyond_the_payment_the_rest_is_a_loss(self):
        """512.50 of 500.00: the customer owes what he had paid, and no more."""
        self.collected()
        self.return_of(51250)
        self.assertEqual(self.move.amount_residual, 500.0)
        self.assertEqual(self.customer.credit, 500.0)
        ledger = self.ledger()
        self.assertEqual((ledger["receivable"], ledger["loss"]), (0.0, 12.5))
        self.assertClearingIsStripes()
        returned = self.rows().filtered(lambda row: row.type == "payment_reversal")
        self.assertEqual(returned.entry_line_id.balance, 500.0)
        loss = returned.entry_id.line_ids.filtered(
            lambda line: line.account_id == self.account.loss_account_id
        )
        self.assertEqual(loss.partner_id, self.customer)

    def test_two_returns_take_no_more_back_than_was_paid_either(self):
        """The second is a loss, learned at once or later."""
        self.collected()
        self.stripe.return_debit(self.charge_id, by="reversal", amount=30000)
        self.return_of(30000)
        self.return_of(10000)
        self.read_until("2025-11-22")
        self.sync()  # the doorbell tells of a charge's last return alone
        self.assertEqual(self.move.amount_residual, 500.0)
        ledger = self.ledger()
        self.assertEqual((ledger["receivable"], ledger["loss"]), (0.0, 200.0))
        self.assertClearingIsStripes()

    def deleted(self):
        """Let a person delete the payment."""
        payment = self.attempt.payment_id
        payment.action_draft()
        payment.unlink()

    def test_a_collected_payment_that_a_person_deleted_is_recorded_again(self):
        """Nothing seemed to be missing: what stands in process is an entry, too."""
        self.collected_later()
        before, day = self.ledger(), self.attempt.payment_id.date
        self.deleted()
        self.assertEqual(self.ledger()["in_process"], -500.0)
        self.assertTrue(self.rows().is_removed)
        self.rows().action_record_again()
        self.assertEqual(self.ledger(), before)
        self.assertEqual(self.attempt.payment_id.date, day)
        self.assertEqual(self.move.payment_state, "paid")
        self.assertTrue(self.rows().entry_line_id.reconciled)
        self.assertFalse(self.rows().is_removed)
        with self.assertRaisesRegex(UserError, "All entries"):
            self.rows().action_record_again()

    def test_a_collected_payment_that_a_person_reversed_is_recorded_again(self):
        """The reversal stands; the money is there all the same."""
        self.collected_later()
        entry = self.attempt.payment_id.move_id
        entry._reverse_moves([{"date": entry.date}], cancel=True)
        self.assertEqual(self.move.amount_residual, 500.0)
        self.rows().action_record_again()
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.account.in_process_account_id.id)]
        )
        self.assertEqual(sum(lines.mapped("balance")), 0.0)
        self.assertEqual(self.customer.credit, 0.0)
        self.assertEqual(self.move.payment_state, "paid")
        self.assertTrue(self.rows().entry_line_id.reconciled)

    def test_of_a_locked_day_a_deleted_collected_payment_is_not_recorded_again(self):
        """Nothing is changed, and the person reads why."""
        self.collected_later()
        self.deleted()
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        with self.assertRaisesRegex(UserError, "locked"):
            self.rows().action_record_again()

    def test_a_return_waits_for_a_refund_that_is_held(self):
        """Recorded the other way, the customer would owe a hundred more."""
        self.collected()
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.stripe.refund(self.charge_id, 10000)
        self.settle()
        held = self.rows().filtered(lambda row: row.state == "held")
        self.assertEqual(held.type, "payment_refund")
        self.stripe.clock.advance(days=12)
        self.return_of(50000)
        returned = self.rows().filtered(lambda row: row.type == "payment_reversal")
        self.assertEqual(returned.state, "new")
        self.assertIn(held.txn_id, returned.reason)
        self.company.sudo().fiscalyear_lock_date = False
        held.sudo()._book_held(None)
        self.sync()
        self.assertTakenBackOnce()

    def test_a_refund_before_a_return_that_is_held_is_no_debt_either(self):
        """The return is capped when it comes: what the refund gave is a loss."""
        self.collected()
        self.stripe.clock.advance(days=2)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.return_of(50000)
        self.stripe.clock.advance(days=12)
        self.stripe.refund(self.charge_id, 10000)
        self.settle()
        returned = self.rows().filtered(lambda row: row.type == "payment_reversal")
        self.assertEqual(returned.state, "held")
        self.company.sudo().fiscalyear_lock_date = False
        returned.sudo()._book_held(None)
        self.assertTakenBackOnce()

    def assertTakenBackOnce(self):
        """Assert that 600.00 went of a payment of 500.00, and who owes what."""
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertEqual(self.customer.credit, 500.0)
        ledger = self.ledger()
        self.assertEqual((ledger["receivable"], ledger["loss"]), (0.0, 100.0))
        self.assertClearingIsStripes()

    def test_a_return_of_a_payment_that_a_person_deleted_says_so(self):
        """It was waited for, for ever and without a word."""
        self.collected()
        self.deleted()
        self.return_of(50000)
        returned = self.rows().filtered(lambda row: row.type == "payment_reversal")
        self.assertEqual(returned.state, "stopped")
        self.assertIn("removed from the books", returned.reason)
        self.assertEqual(len(self.activities("stopped")), 1)

    def test_what_the_bank_took_back_of_a_deleted_payment_can_be_paid_again(self):
        """It would count as paid at Stripe for ever."""
        self.collected()
        self.deleted()
        self.stripe.return_debit(self.charge_id)
        self.settle()
        self.assertTrue(self.attempt.kash_stripe_returned)
        self.assertEqual(self.move.kash_stripe_due_online, 500.0)

    def test_success_and_return_learned_at_once_open_the_invoice_again(self):
        """The return waits for the payment: nothing is left in process."""
        self.debit()
        self.settle()
        self.stripe.succeed_debit(self.charge_id)
        self.stripe.return_debit(self.charge_id, "insufficient_funds", by="reversal")
        self.stripe.outbox.take()
        for _day in range(2):
            self.read_until("2025-11-22")
            self.sync()
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertClearingIsStripes()
        self.assertEqual(self.move.amount_residual, 500.0)
        self.assertEqual(self.move.kash_stripe_due_online, 500.0)

    def test_an_entry_removed_after_its_debit_was_collected_is_no_second_payment(self):
        """A person reversed it by mistake, and asks to record it again."""
        self.debit()
        self.settle()
        self.stripe.succeed_debit(self.charge_id)
        self.settle()
        entry = self.rows().entry_id
        entry.line_ids.remove_move_reconcile()
        entry._reverse_moves([{"date": entry.date}], cancel=True)
        with self.assertRaisesRegex(UserError, "collected since"):
            self.rows().action_record_again()
        payments = self.env["account.payment"].search(
            [("payment_transaction_id", "=", self.attempt.id)]
        )
        self.assertEqual(len(payments), 1)

    def test_a_returned_payment_can_be_paid_again(self):
        """The link lives; the second payment is one of its own."""
        self.debit()
        self.stripe.succeed_debit(self.charge_id)
        self.settle()
        self.stripe.return_debit(self.charge_id, "insufficient_funds", by="reversal")
        self.settle()
        self.pay(self.move)
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")
        self.assertClearingIsStripes()

    def test_a_return_of_a_locked_day_leaves_the_match_to_a_person(self):
        """Nothing is unmatched; the amounts stand open, with an activity."""
        self.debit()
        self.stripe.succeed_debit(self.charge_id)
        self.settle()
        self.company.sudo().fiscalyear_lock_date = "2025-11-23"
        self.stripe.clock.advance(days=5)
        self.stripe.return_debit(self.charge_id, "insufficient_funds", by="reversal")
        self.settle()
        returned = self.rows().filtered(lambda row: row.type == "payment_reversal")
        self.assertEqual(returned.state, "booked")
        self.assertEqual(self.move.payment_state, "paid")
        self.assertTrue(returned.entry_id.activity_ids)

    def test_returns_of_a_locked_day_ask_once_in_an_entry(self):
        """Two payments taken back on one day: one activity that names both."""
        self.collected()
        charges = [self.charge_id]
        self.move = self.invoice(300.0)
        self.collected()
        charges.append(self.charge_id)
        payments = self.rows().payment_id | self.attempt.payment_id
        self.company.sudo().fiscalyear_lock_date = "2025-11-23"
        self.stripe.clock.advance(days=5)
        for charge in charges:
            self.stripe.return_debit(charge, by="reversal")
        self.settle()
        returned = self.rows().filtered(lambda row: row.type == "payment_reversal")
        [activity] = returned.entry_id.activity_ids
        self.assertIn("locked day: 2 (", activity.summary)
        for name in payments.mapped("name"):
            self.assertIn(name, activity.summary)

    def test_a_debit_collected_on_a_locked_day_is_held_and_recorded_by_a_person(self):
        """The movement waits as rows do."""
        self.debit()
        self.settle()
        self.company.sudo().fiscalyear_lock_date = "2025-12-31"
        self.stripe.clock.advance(days=4)
        self.settle()
        movement = self.env["kash.stripe.movement"].search([])
        self.assertEqual(movement.state, "held")
        self.assertEqual(self.move.kash_stripe_due_online, 0.0)
        wizard = (
            self.env["kash.stripe.record.wizard"]
            .with_context(**movement.action_record()["context"])
            .create({"way": "chosen", "day": "2026-01-05"})
        )
        wizard.action_record()
        self.assertEqual(self.attempt.payment_id.date, date(2026, 1, 5))
        self.assertEqual(self.move.payment_state, "paid")

    def test_held_debits_are_counted_in_the_activity(self):
        """A movement held is money that waits for a person."""
        self.debit()
        self.settle()
        self.company.sudo().fiscalyear_lock_date = "2025-12-31"
        self.stripe.clock.advance(days=4)
        self.settle()
        self.assertIn("locked: 1.", self.activities("held").summary)

    def test_stripe_offers_debits_only_where_the_account_has_them(self):
        """Nothing is named; Stripe offers what is on and fits the currency."""
        self.press_pay(self.move)
        session = self.stripe.object(self.move.transaction_ids.kash_stripe_session_id)
        self.assertEqual(session["payment_method_types"], ["card", "us_bank_account"])
