# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taxes due on payment: what we unmatch takes them back on the day it happened."""

from odoo import Command
from odoo.tests import tagged

from .common import KashStripeConnected

# The payment is of 22 November, what takes it back of December.
DECLARED, LATER = "2025-11-30", "2025-12-05"


class CashBasis(KashStripeConnected):
    """An invoice over 80.00 and 20.00 of tax, which is due once it is paid."""

    def set_stage(self):
        super().set_stage()
        self.company.tax_exigibility = True
        self.tax_account = self.other_account(
            code="201010", account_type="liability_current"
        )
        transition = self.other_account(
            code="201011", account_type="liability_current", reconcile=True
        )
        part = {"repartition_type": "tax", "account_id": self.tax_account.id}
        parts = [
            Command.create({"repartition_type": "base"}),
            Command.create(part),
        ]
        self.tax = self.env["account.tax"].create(
            {
                "name": "25 % on payment",
                "amount": 25.0,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )
        self.owed = self.taxed()

    def taxed(self):
        """Return a posted invoice over 100.00, tax included."""
        line = {"name": "Books", "price_unit": 80.0, "tax_ids": self.tax.ids}
        return self.invoice(invoice_line_ids=[Command.create(line)])

    # === ACTS === #

    def pay_now(self):
        """Let the customer pay on 22 November; Odoo knows."""
        self.attempt = self.pay(self.owed)
        self.settle()
        self.assertEqual(self.owed.payment_state, "paid")
        self.charge_id = self.attempt.kash_stripe_charge_id

    def weeks_later(self):
        """Let it be 5 December at Stripe."""
        self.stripe.clock.advance(days=13)

    def sync_all(self):
        """Read all of Stripe's rows again."""
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()

    def lose(self, amount=10000):
        """Let a dispute be lost that opens the invoice again."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        self.weeks_later()
        made = self.stripe.dispute(self.charge_id, amount=amount)
        self.stripe.lose_dispute(made["id"])
        self.settle()

    def refund(self, amount=None):
        """Let a refund open the invoice again."""
        self.company.kash_stripe_refund_without_note = "reopen"
        self.weeks_later()
        refund = self.stripe.refund(self.charge_id, amount)
        self.settle()
        return refund["id"]

    # === ASSERTIONS === #

    def due(self, until):
        """Return the tax that is due by the end of a day."""
        [[total]] = self.env["account.move.line"]._read_group(
            [
                ("account_id", "=", self.tax_account.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", until),
            ],
            aggregates=["balance:sum"],
        )
        return round(-(total or 0.0), 2)

    def assertDue(self, **amounts):
        """Assert the tax due at the end of some days; those of a name like d1205."""
        found = {day: self.due(f"2025-{day[1:3]}-{day[3:]}") for day in amounts}
        self.assertEqual(found, amounts)


@tagged("post_install", "-at_install", "-standard", "long")
class TestCashBasis(CashBasis):
    # === DISPUTE LOST === #

    def test_a_lost_dispute_takes_the_tax_back_on_its_own_day(self):
        """November stays as it was declared."""
        self.pay_now()
        self.lose()
        self.assertEqual(self.owed.amount_residual, 100.0)
        self.assertDue(d1121=0.0, d1122=20.0, d1130=20.0, d1204=20.0, d1205=0.0)

    def test_of_a_part_lost_it_is_that_parts_tax(self):
        """Forty of a hundred; the rest is not declared anew in November."""
        self.pay_now()
        self.lose(4000)
        self.assertEqual(self.owed.amount_residual, 40.0)
        self.assertDue(d1122=20.0, d1130=20.0, d1205=12.0)

    def test_november_may_be_declared(self):
        """The lock of the tax return is on the payment's day, not on the loss's."""
        self.pay_now()
        self.company.sudo().tax_lock_date = DECLARED
        self.lose()
        self.assertEqual(self.owed.amount_residual, 100.0)
        self.assertDue(d1130=20.0, d1205=0.0)

    def test_a_closed_november_is_left_alone(self):
        """What was open in it stays; a person is asked."""
        self.pay_now()
        self.company.sudo().fiscalyear_lock_date = DECLARED
        self.lose()
        self.assertEqual(self.owed.amount_residual, 0.0)
        self.assertDue(d1130=20.0, d1231=20.0)
        entry = self.env["kash.stripe.movement"].search([]).entry_id
        self.assertIn("match by hand", entry.activity_ids.summary)

    def test_settled_in_another_currency_it_is_the_same(self):
        """The invoice is in ours."""
        self.quote("eur", {"2025-01-01": 0.8})
        self.stripe.settle_in(self.acct, ["eur"])
        self.pay_now()
        self.lose()
        self.assertEqual(self.owed.amount_residual, 100.0)
        self.assertDue(d1130=20.0, d1205=0.0)

    def test_won_on_appeal_it_is_due_on_that_day(self):
        """Paid again by what came back."""
        self.pay_now()
        self.lose()
        [made] = self.env["kash.stripe.dispute"].search([]).mapped("dispute_id")
        self.stripe.move_dispute(made, "appeal_needs_response")
        self.stripe.clock.advance(days=5)
        self.stripe.win_dispute(made)
        self.settle()
        self.assertEqual(self.owed.amount_residual, 0.0)
        self.assertDue(d1130=20.0, d1205=0.0, d1209=0.0, d1210=20.0)

    # === BANK RETURN === #

    def pay_by_debit(self):
        """Let the customer pay by a debit that succeeded on 22 November."""
        self.give_debits()
        self.attempt = self.press_pay(self.owed)
        charge = self.stripe.pay(
            self.attempt.kash_stripe_session_id, method="us_bank_account"
        )
        self.charge_id = charge["id"]
        self.stripe.succeed_debit(self.charge_id)
        self.settle()
        self.assertEqual(self.owed.payment_state, "paid")

    def test_a_returned_debit_takes_the_tax_back_on_the_day_of_the_return(self):
        """Whichever way Stripe tells it."""
        self.pay_by_debit()
        self.weeks_later()
        self.stripe.return_debit(self.charge_id, "insufficient_funds", by="reversal")
        self.settle()
        self.sync_all()
        self.assertEqual(self.owed.amount_residual, 100.0)
        self.assertDue(d1122=20.0, d1204=20.0, d1205=0.0)

    def test_a_debit_returned_as_a_dispute_does_as_well(self):
        """Lost from its beginning."""
        self.pay_by_debit()
        self.weeks_later()
        self.stripe.return_debit(self.charge_id, "insufficient_funds", by="dispute")
        self.settle()
        self.sync_all()
        self.assertEqual(self.owed.amount_residual, 100.0)
        self.assertDue(d1122=20.0, d1204=20.0, d1205=0.0)

    # === REFUND THAT OPENS THE INVOICE AGAIN === #

    def test_a_refund_takes_the_tax_back_on_its_own_day(self):
        """And of what stays paid nothing is declared anew before that."""
        self.pay_now()
        self.refund(4000)
        self.assertEqual(self.owed.amount_residual, 40.0)
        self.assertDue(d1122=20.0, d1130=20.0, d1204=20.0, d1205=12.0)

    def test_refunds_of_two_days_that_come_at_once_have_a_day_each(self):
        """Read by one sync."""
        self.company.kash_stripe_refund_without_note = "reopen"
        self.pay_now()
        for _refund in range(2):
            self.stripe.clock.advance(days=10)
            self.stripe.refund(self.charge_id, 4000)
        self.sync_all()
        self.assertEqual(self.owed.amount_residual, 80.0)
        self.assertDue(d1201=20.0, d1202=12.0, d1211=12.0, d1212=4.0)

    def test_a_refund_that_failed_makes_it_due_on_the_day_it_failed(self):
        """The invoice is paid again by its own payment."""
        self.pay_now()
        refund = self.refund()
        self.assertDue(d1130=20.0, d1205=0.0)
        self.stripe.clock.advance(days=5)
        self.stripe.fail_refund(refund)
        self.settle()
        self.sync_all()
        self.assertEqual(self.owed.payment_state, "paid")
        self.assertDue(d1122=20.0, d1130=20.0, d1205=0.0, d1209=0.0, d1210=20.0)

    def test_the_tax_of_its_credit_note_is_due_on_the_day_it_failed(self):
        """The note is open again: nobody was given anything."""
        self.pay_now()
        self.weeks_later()
        note = self.owed._reverse_moves([{"invoice_date": LATER, "date": LATER}])
        note.action_post()
        refund = self.stripe.refund(self.charge_id)
        self.settle()
        self.assertEqual(note.payment_state, "paid")
        self.assertDue(d1130=20.0, d1205=0.0)
        self.stripe.clock.advance(days=5)
        self.stripe.fail_refund(refund["id"])
        self.settle()
        self.sync_all()
        self.assertEqual(note.payment_state, "not_paid")
        self.assertDue(d1130=20.0, d1209=0.0, d1210=20.0)

    # === UNDO OF A RUN === #

    def test_a_payment_and_its_refund_are_not_undone_together(self):
        """The tax was taken back apart from the match: it would be due twice."""
        self.pay_now()
        self.refund()
        rows = self.rows()
        free, left = self.env["kash.stripe.reversal"]._undo_plan(self.account, rows)
        self.assertFalse(free)
        self.assertEqual(len(left), len(rows._entries()))

    def test_undoing_a_run_keeps_the_payments_day(self):
        """It never was recorded: no event took it back."""
        self.pay_now()
        run = self.rows().run_id
        action = run.action_undo()
        self.env[action["res_model"]].browse(action["res_id"]).action_undo()
        self.assertDue(d1122=0.0, d1130=0.0)
        self.sync()
        self.assertDue(d1121=0.0, d1122=20.0, d1130=20.0)
