# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""However a dispute ends, nothing is left on Disputed Funds, and nobody owes more."""

from odoo.tests import tagged

from .test_dispute import Disputed


@tagged("post_install", "-at_install")
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
