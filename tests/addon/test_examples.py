# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe does with money, one example each, as the books have it afterwards."""

from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install", "-standard", "long")
class TestExamples(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.read_until("2025-11-22")

    def card(self):
        """An invoice of 100.00 was paid by card."""
        self.move = self.invoice(100.0)
        self.attempt = self.pay(self.move)
        self.settle()
        return self.attempt.kash_stripe_charge_id

    def debit(self):
        """An invoice of 500.00 is being paid by ACH debit."""
        self.give_debits()
        self.move = self.invoice(500.0)
        attempt = self.press_pay(self.move)
        charge = self.stripe.pay(
            attempt.kash_stripe_session_id, method="us_bank_account"
        )
        self.settle()
        return charge["id"]

    def told(self):
        """Work off what Stripe tells, then look for what it did not tell."""
        self.settle()
        self.read_until("2025-11-22")
        self.sync()
        self.assertClearingIsStripes()

    def assertTold(self, **ledger):
        """Assert the ledger, once all is told."""
        self.told()
        self.assertLedger(ledger)

    # === A CARD === #

    def test_a_card_payment(self):
        """100.00 less 3.20."""
        self.card()
        self.assertTold(clearing=96.8, fees=3.2, receivable=-100.0)

    def test_its_partial_refund(self):
        """The fee stays with Stripe."""
        self.stripe.refund(self.card(), 4000)
        self.assertTold(clearing=56.8, fees=3.2, receivable=-60.0)

    # === A DISPUTE === #

    def test_a_dispute_takes_the_money_and_a_fee(self):
        """It stands among the disputed funds."""
        self.stripe.dispute(self.card())
        self.assertTold(clearing=-18.2, fees=18.2, disputed=100.0, receivable=-100.0)

    def test_a_dispute_lost_is_a_loss(self):
        """No row of Stripe's; the invoice stays paid."""
        dispute = self.stripe.dispute(self.card())
        self.stripe.lose_dispute(dispute["id"])
        self.assertTold(clearing=-18.2, fees=18.2, loss=100.0, receivable=-100.0)
        self.assertEqual(self.move.payment_state, "paid")

    def test_a_dispute_won(self):
        """The money comes back, the fee does not."""
        dispute = self.stripe.dispute(self.card())
        self.stripe.win_dispute(dispute["id"])
        self.assertTold(clearing=81.8, fees=18.2, receivable=-100.0)

    def test_a_dispute_won_by_the_old_rules(self):
        """The fee comes back too."""
        self.stripe.settings.dispute_fee_returned = True
        dispute = self.stripe.dispute(self.card())
        self.stripe.win_dispute(dispute["id"])
        self.assertTold(clearing=96.8, fees=3.2, receivable=-100.0)

    # === A BANK DEBIT === #

    def test_a_debit_that_is_processing(self):
        """Money that Stripe counts on."""
        self.debit()
        self.assertTold(clearing=496.0, fees=4.0, in_process=-500.0)

    def test_a_debit_that_fails_before_success(self):
        """The failure costs a fee, nothing, or returns the first fee."""
        for fee in (400, 0, -400):
            with self.subTest(fee=fee):
                before = self.ledger()["clearing"]
                self.stripe.settings.debit_failure_fee = fee
                self.stripe.fail_debit(self.debit(), "insufficient_funds")
                self.told()
                ledger = self.ledger()
                lost = round(before - ledger["clearing"], 2)
                self.assertEqual(lost, 4.0 + fee / 100)
                self.assertEqual(ledger["in_process"], 0.0)
                self.assertEqual(self.move.amount_residual, 500.0)

    def test_a_debit_that_succeeds(self):
        """No row: from in process to the receivable."""
        self.debit()
        self.stripe.clock.advance(days=4)
        self.assertTold(clearing=496.0, fees=4.0, receivable=-500.0)

    def test_a_debit_returned_as_a_dispute_opens_the_invoice_again(self):
        """Lost from the beginning: there is no answer to it."""
        charge = self.debit()
        self.stripe.succeed_debit(charge)
        self.settle()
        self.stripe.return_debit(charge)
        self.assertTold(clearing=-19.0, fees=19.0)
        self.assertEqual(self.move.amount_residual, 500.0)

    def test_a_debit_returned_by_a_reversal_opens_the_invoice_again(self):
        """A row of its own type, without a category."""
        charge = self.debit()
        self.stripe.succeed_debit(charge)
        self.settle()
        self.stripe.return_debit(charge, by="reversal")
        self.assertTold(clearing=-8.0, fees=8.0)
        self.assertEqual(self.move.amount_residual, 500.0)

    # === A PAYOUT === #

    def test_a_payout_that_fails(self):
        """In transit, and back."""
        self.card()
        self.stripe.add_bank_account(self.acct)
        self.stripe.clock.advance(days=3)
        self.assertTold(in_transit=96.8, fees=3.2, receivable=-100.0)
        payout = self.stripe.objects("payout")[0]
        self.stripe.clock.advance(days=3)
        self.stripe.fail_payout(payout["id"])
        self.assertTold(clearing=96.8, fees=3.2, receivable=-100.0)
