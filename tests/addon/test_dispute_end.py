# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""However a dispute ends, nothing is left on Disputed Funds, and nobody owes more."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .test_dispute import Disputed


@tagged("post_install", "-at_install", "-standard", "long")
class TestDisputeOwed(Disputed):
    """Lost, and the invoice is due again: by what was paid, and no more."""

    def set_stage(self):
        super().set_stage()
        self.company.sudo().kash_stripe_lost_disputes = "reopen"

    def test_the_customer_owes_what_he_paid_and_the_rest_is_a_loss(self):
        """The bank took 102.50 of a payment over 100.00."""
        self.lost(self.disputed(amount=10250))
        self.assertNothingDisputed()
        self.assertLedger({"clearing": -20.7, "fees": 18.2, "loss": 2.5})
        self.assertEqual(self.paid.amount_residual, 100.0)
        self.assertEqual(self.customer.credit, 100.0)
        loss = self.movements().entry_id.line_ids.filtered(
            lambda line: line.account_id == self.account.loss_account_id
        )
        self.assertEqual(loss.partner_id, self.customer)

    def test_of_a_payment_that_was_refunded_in_part_he_owes_the_rest(self):
        """Forty had gone back to him, and then the bank took a hundred."""
        self.company.sudo().kash_stripe_refund_without_note = "reopen"
        self.stripe.refund(self.charge_id, 4000)
        self.settle()
        self.lost(self.disputed(amount=10000))
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertEqual(self.ledger()["loss"], 40.0)
        self.assertEqual(self.paid.amount_residual, 100.0)

    def test_a_refund_keeps_its_part_however_early_the_invoice_was_due(self):
        """The invoice would be matched before it, and be owed forty too little."""
        self.company.sudo().kash_stripe_refund_without_note = "reopen"
        self.paid.invoice_date_due = "2025-11-05"
        self.stripe.refund(self.charge_id, 4000)
        self.settle()
        self.lost(self.disputed(amount=10000))
        self.assertEqual(self.paid.amount_residual, 100.0)
        refund = self.attempt.child_transaction_ids.payment_id
        self.assertTrue(refund.is_reconciled)

    def test_what_is_out_of_the_books_for_a_while_is_waited_for(self):
        """Somebody reversed the withdrawal to record it again; then it was lost."""
        dispute = self.disputed()
        row = self.rows().filtered(lambda row: row.amount == -10000)
        row.entry_id._reverse_moves([{"date": row.entry_day}], cancel=True)
        self.lost(dispute)
        self.assertEqual(self.movements().state, "waiting")
        self.assertIn("out of the books", self.movements().reason)
        row.sudo(False).action_record_again()
        self.look()
        self.assertEqual(self.movements().mapped("kind"), ["dispute_lost"])
        self.assertEqual(self.movements().state, "booked")
        self.assertEqual(self.holds("disputed"), 0.0)
        self.assertEqual(self.holds("loss"), 0.0)
        self.assertEqual(self.paid.amount_residual, 100.0)

    def deleted(self):
        """Let a person delete the payment."""
        payment = self.attempt.payment_id
        payment.action_draft()
        payment.unlink()
        self.assertEqual(self.paid.amount_residual, 100.0)

    def test_what_was_lost_of_a_deleted_payment_can_be_asked_for_again(self):
        """It would count as paid at Stripe for ever."""
        self.deleted()
        dispute = self.disputed()
        self.assertEqual(self.paid.kash_stripe_due_online, 0.0)
        self.lost(dispute)
        self.assertEqual(self.paid.kash_stripe_due_online, 100.0)
        self.stripe.move_dispute(dispute.dispute_id, "appeal_needs_response")
        self.won(dispute)
        self.assertEqual(self.paid.kash_stripe_due_online, 0.0)

    def test_of_a_deleted_payment_that_was_lost_in_part_nothing_is_asked_for(self):
        """The customer has paid the other part; both parts lost, he has not."""
        self.deleted()
        self.lost(self.disputed(amount=4000))
        self.assertEqual(self.paid.kash_stripe_due_online, 0.0)
        self.lost(self.disputed(amount=6000))
        self.assertEqual(self.paid.kash_stripe_due_online, 100.0)

    def test_a_lost_deleted_payment_is_asked_for_only_where_the_company_says_so(self):
        """By default what was lost is the business's loss."""
        self.company.sudo().kash_stripe_lost_disputes = "loss"
        self.deleted()
        self.lost(self.disputed())
        self.assertEqual(self.paid.kash_stripe_due_online, 0.0)

    def test_lost_it_waits_for_a_refund_that_is_held(self):
        """Recorded the other way, the customer would owe forty more."""
        self.company.sudo().kash_stripe_refund_without_note = "reopen"
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.stripe.refund(self.charge_id, 4000)
        self.settle()
        held = self.rows().filtered(lambda row: row.state == "held")
        self.assertEqual(held.type, "refund")
        self.stripe.clock.advance(days=12)
        self.lost(self.disputed(amount=10000))
        self.assertEqual(self.movements().state, "waiting")
        self.assertIn(held.txn_id, self.movements().reason)
        self.company.sudo().fiscalyear_lock_date = False
        held.sudo()._book_held(None)
        self.look()
        self.assertEqual(self.movements().state, "booked")
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertEqual(self.ledger()["loss"], 40.0)
        self.assertEqual(self.customer.credit, 100.0)

    def test_of_a_payment_that_a_person_deleted_the_end_is_recorded(self):
        """Nothing of it is in the books: no invoice is due again, and it is a loss."""
        self.deleted()
        self.lost(self.disputed())
        self.assertEqual(self.movements().mapped("state"), ["booked"])
        self.assertEqual((self.holds("disputed"), self.holds("loss")), (0.0, 100.0))
        self.assertEqual(self.paid.amount_residual, 100.0)
        self.assertEqual(self.customer.credit, 100.0)

    def test_two_disputes_together_ask_for_no_more_either(self):
        """Sixty and seventy of a hundred, lost at once."""
        made = [self.disputed(amount=6000), self.disputed(amount=7000)]
        for dispute in made:
            self.stripe.lose_dispute(dispute.dispute_id)
        self.settle()
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertEqual(self.ledger()["loss"], 30.0)
        self.assertEqual(self.paid.amount_residual, 100.0)

    def test_won_on_appeal_debt_and_loss_are_taken_back(self):
        """Each as much as it was."""
        dispute = self.disputed(amount=10250)
        self.lost(dispute)
        self.stripe.move_dispute(dispute.dispute_id, "appeal_needs_response")
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertLedger({"clearing": 81.8, "fees": 18.2, "receivable": -100.0})
        self.assertEqual(self.paid.amount_residual, 0.0)

    def test_of_a_customers_credit_no_more_is_taken_than_there_is(self):
        """It pays no invoice; by default what is beyond it is a loss."""
        self.company.sudo().kash_stripe_lost_disputes = "loss"
        line = self.attempt.payment_id.move_id.line_ids.filtered("reconciled")
        line.remove_move_reconcile()
        self.lost(self.disputed(amount=10250))
        self.assertNothingDisputed()
        self.assertLedger({"clearing": -20.7, "fees": 18.2, "loss": 2.5})
        self.assertTrue(line.reconciled)


@tagged("post_install", "-at_install", "-standard", "long")
class TestDisputeRest(Disputed):
    """Stripe moves the money of a dispute a third time, and it ends all the same."""

    def adjusted(self, dispute, amount=-150, **details):
        """Let Stripe move more of its money, and tell Odoo."""
        self.stripe.adjust_dispute(dispute.dispute_id, amount, **details)
        self.settle()

    def appealed(self, dispute):
        """Let the bank decide again."""
        self.stripe.move_dispute(dispute.dispute_id, "appeal_needs_response")
        self.settle()

    def test_won_what_is_left_is_a_loss_of_the_closing_day(self):
        """A hundred went, one and a half more, and a hundred came back."""
        dispute = self.disputed()
        self.stripe.clock.advance(days=1)
        self.adjusted(dispute)
        self.stripe.clock.advance(days=2)
        self.won(dispute)
        self.assertNothingDisputed()
        won = {"clearing": 80.3, "fees": 18.2, "receivable": -100.0, "loss": 1.5}
        self.assertLedger(won)
        movement = self.movements()
        self.assertEqual((movement.kind, movement.day_told), ("dispute_rest", "event"))
        self.assertEqual(movement.entry_id.date, date(2025, 11, 25))
        loss = self.account.loss_account_id
        lines = movement.entry_id.line_ids
        self.assertEqual(
            lines.filtered(lambda line: line.account_id == loss).partner_id,
            self.customer,
        )
        self.assertEqual(self.ledger(until="2025-11-24")["disputed"], 101.5)
        self.assertEqual(dispute.left_text, "$\N{NO-BREAK SPACE}0.00")

    def test_what_comes_back_beyond_it_is_closed_as_well(self):
        """On the other side."""
        dispute = self.disputed()
        self.adjusted(dispute, 40)
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], -0.4)

    def test_a_movement_that_is_a_fee_is_one_at_once(self):
        """Its category says so; nothing of it is disputed."""
        dispute = self.disputed()
        self.adjusted(dispute, category="fee")
        self.assertEqual(self.ledger()["disputed"], 100.0)
        self.assertEqual(self.ledger()["fees"], 19.7)
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertFalse(self.movements())

    def test_of_a_converted_payment_it_is_an_exchange_difference(self):
        """Who can tell what the rates made of it."""
        self.stripe.settings.conversion_spread = 0
        dispute = self.abroad()
        self.adjusted(dispute)
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], 0.0)
        [line] = self.movements().entry_id.line_ids.filtered(
            lambda line: line.account_id != self.account.disputed_account_id
        )
        self.assertEqual(
            line.account_id, self.company.expense_currency_exchange_account_id
        )

    def abroad(self):
        """Let a payment of 100.00 euros be disputed, which came as dollars."""
        self.stripe.settle_in(self.acct, ["usd"])
        charge = self.stripe.charge_elsewhere(self.acct, amount=10000, currency="eur")
        self.stripe.settle()
        return self.disputed(charge["id"])

    def test_won_at_another_rate_it_is_an_exchange_difference(self):
        """112.24 went, 110.00 came back."""
        dispute = self.abroad()
        self.assertEqual(self.ledger()["disputed"], 112.24)
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], 0.0)
        self.assertEqual(
            sorted(self.movements().entry_id.line_ids.mapped("balance")), [-2.24, 2.24]
        )

    def test_lost_and_won_after_all_at_another_rate(self):
        """The loss is taken back as it was; the rest is the rates' doing."""
        dispute = self.abroad()
        self.lost(dispute)
        self.assertEqual(self.ledger()["loss"], 112.24)
        self.appealed(dispute)
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], 0.0)

    def test_what_comes_after_a_loss_is_one_too(self):
        """On its own day: the dispute was closed before."""
        dispute = self.disputed()
        self.lost(dispute)
        self.stripe.clock.advance(days=4)
        self.adjusted(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], 101.5)
        rest = self.movements().filtered(lambda m: m.kind == "dispute_rest")
        self.assertEqual(rest.entry_id.date, date(2025, 11, 26))
        self.assertEqual(self.ledger(until="2025-11-25")["loss"], 100.0)

    def test_before_the_money_is_back_nothing_is_closed(self):
        """Won, but Stripe has not moved anything yet."""
        dispute = self.disputed()
        self.adjusted(dispute)
        account = self.account.sudo()
        dispute.sudo().phase = "won"
        account._book_new()
        self.assertFalse(self.movements())
        self.assertEqual(self.ledger()["disputed"], 101.5)

    def test_on_a_locked_day_it_is_held(self):
        """Here what takes a rest back: never on another date."""
        dispute = self.disputed()
        self.adjusted(dispute)
        self.won(dispute)
        self.stripe.clock.advance(days=3)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.appealed(dispute)
        back = self.movements().filtered(lambda m: m.kind == "dispute_rest_back")
        self.assertEqual((back.state, back.entry_day), ("held", date(2025, 11, 25)))
        self.assertEqual(self.ledger()["loss"], 1.5)
        back.sudo()._book_held(date(2025, 12, 1))
        self.assertEqual(back.entry_id.date, date(2025, 12, 1))
        self.assertEqual(self.ledger()["disputed"], 1.5)

    def test_opened_again_the_rest_is_taken_back_first(self):
        """And closed again, once it is won again."""
        dispute = self.disputed()
        self.adjusted(dispute)
        self.won(dispute)
        self.stripe.clock.advance(days=3)
        self.appealed(dispute)
        self.assertEqual(dispute.phase, "open")
        self.assertEqual(self.ledger()["disputed"], 101.5)
        self.assertEqual(self.ledger()["loss"], 0.0)
        self.stripe.clock.advance(days=3)
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], 1.5)
        by_day = [self.ledger(until=f"2025-11-{day}") for day in (24, 25, 27, 28)]
        self.assertEqual([found["loss"] for found in by_day], [1.5, 0.0, 0.0, 1.5])

    def test_a_run_it_was_closed_after_is_not_undone(self):
        """Recorded anew, its money would go another way than it went."""
        dispute = self.disputed()
        self.adjusted(dispute)
        self.won(dispute)
        rows = dispute.row_ids
        free, left = self.env["kash.stripe.reversal"]._undo_plan(
            self.account, rows.sudo()
        )
        self.assertFalse(free)
        self.assertEqual(set(left), set(rows.entry_id))

    def test_telling_again_changes_nothing(self):
        """The sync looks at it every time."""
        dispute = self.disputed()
        self.adjusted(dispute)
        self.won(dispute)
        before = self.ledger()
        self.account.sudo()._book_new()
        self.look()
        self.assertEqual(self.ledger(), before)
        self.assertEqual(len(self.movements()), 1)

    def test_an_appeal_that_is_won_is_of_the_day_it_was_won(self):
        """Not of the day of the loss, which was a closing, too."""
        dispute = self.disputed()
        self.lost(dispute)
        self.stripe.clock.advance(days=2)
        self.appealed(dispute)
        self.stripe.clock.advance(days=2)
        self.won(dispute)
        regained = self.movements().filtered(lambda m: m.kind == "dispute_regained")
        self.assertEqual(regained.entry_id.date, date(2025, 11, 26))
        self.assertEqual(self.ledger(until="2025-11-25")["loss"], 100.0)


@tagged("post_install", "-at_install", "-standard", "long")
class TestDisputeByHand(Disputed):
    """A person records what belongs to a dispute, and it ends all the same."""

    def set_stage(self):
        super().set_stage()
        self.company.sudo().kash_stripe_record_fees = "hand"

    def charged(self, dispute):
        """Let Stripe charge 1.50 for a dispute, by a row that waits for a person."""
        self.stripe.adjust_dispute(dispute.dispute_id, -150, category="fee")
        self.settle()
        self.assertEqual(self.rows_of("by_hand").mapped("amount"), [-150])

    def rows_of(self, state):
        return self.rows().filtered(lambda row: row.state == state)

    def recorded_by_hand(self):
        """Record what waits for a person, as the dialog does."""
        rows, fees = self.rows().sudo()._waiting_for_a_person(self.account.sudo())
        rows._book_deposit(
            self.account.sudo(), rows, fees, date(2025, 12, 5), self.no_bank
        )

    @property
    def no_bank(self):
        return self.env["account.journal"]

    def test_lost_it_is_a_loss_while_its_fee_waits_for_a_person(self):
        """The fee is no part of the disputed money."""
        dispute = self.disputed()
        self.charged(dispute)
        self.lost(dispute)
        self.assertEqual(self.ledger()["disputed"], 0.0)
        self.assertEqual(self.ledger()["loss"], 100.0)
        self.assertEqual(self.ledger()["fees"], 3.2)
        self.recorded_by_hand()
        self.assertNothingDisputed()
        self.assertLedger(
            {"clearing": -19.7, "fees": 19.7, "receivable": -100.0, "loss": 100.0}
        )

    def test_won_what_came_back_and_what_is_left_need_no_fee_either(self):
        """A hundred went, one and a half more, and a hundred came back."""
        dispute = self.disputed()
        self.charged(dispute)
        self.stripe.adjust_dispute(dispute.dispute_id, -150)
        self.won(dispute)
        self.assertEqual(self.ledger()["disputed"], 0.0)
        self.assertEqual(self.movements().mapped("kind"), ["dispute_rest"])
        self.assertEqual(self.ledger()["loss"], 1.5)
        self.recorded_by_hand()
        self.assertNothingDisputed()
        self.assertLedger(
            {"clearing": 78.8, "fees": 19.7, "receivable": -100.0, "loss": 1.5}
        )

    def test_a_fee_recorded_by_hand_before_the_end_is_recorded_once(self):
        """Then the bank decides."""
        dispute = self.disputed()
        self.charged(dispute)
        self.recorded_by_hand()
        self.lost(dispute)
        self.assertNothingDisputed()
        self.assertLedger(
            {"clearing": -19.7, "fees": 19.7, "receivable": -100.0, "loss": 100.0}
        )

    def moved_away(self, amount=100.0):
        """Let a person take disputed money off the account by an entry of his own."""
        disputed = self.account.disputed_account_id
        loss = self.account.sudo()._ledger_account("loss")
        entry = self.env["account.move"].create(
            {
                "date": "2025-11-22",
                "line_ids": [
                    Command.create({"account_id": loss.id, "debit": amount}),
                    Command.create({"account_id": disputed.id, "credit": amount}),
                ],
            }
        )
        entry.action_post()
        lines = self.env["account.move.line"].search(
            [("account_id", "=", disputed.id), ("parent_state", "=", "posted")]
        )
        lines.reconcile()

    def test_what_a_person_wrote_off_is_not_written_off_again(self):
        """Nothing is left to move, and nothing waits."""
        dispute = self.disputed()
        self.moved_away()
        self.lost(dispute)
        self.assertEqual(self.holds("loss"), 100.0)
        self.assertEqual(self.holds("disputed"), 0.0)
        movement = self.movements()
        self.assertEqual((movement.kind, movement.state), ("dispute_lost", "booked"))
        self.assertEqual(movement.reason, "Nothing was left to move.")
        self.assertFalse(movement.entry_id)

    def test_of_what_a_person_wrote_off_in_part_the_rest_is_lost(self):
        """Sixty of a hundred."""
        dispute = self.disputed()
        self.moved_away(60.0)
        self.lost(dispute)
        self.assertEqual(self.holds("loss"), 100.0)
        self.assertEqual(self.holds("disputed"), 0.0)
        self.assertEqual(self.movements().amount, 4000)
