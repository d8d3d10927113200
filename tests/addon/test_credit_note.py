# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credit notes that are made with the refund: both or neither, taxes pro rata."""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestCreditNote(KashStripeConnected):
    def paid(self, *invoices, discount=0.0):
        """Let a customer pay invoices, all in one payment."""
        first, *others = invoices
        attempt = self.press_pay(first)
        for invoice in others:
            attempt.sudo().write(
                {
                    "amount": attempt.amount + invoice.amount_residual,
                    "kash_stripe_allocation_ids": [
                        Command.create(
                            {
                                "move_id": invoice.id,
                                "move_name": invoice.name,
                                "company_id": invoice.company_id.id,
                                "currency_id": invoice.currency_id.id,
                                "amount": invoice.amount_residual,
                            }
                        )
                    ],
                }
            )
        if others:
            self.stripe.tamper(
                attempt.kash_stripe_session_id,
                amount_total=round(attempt.amount * 100),
            )
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        return attempt

    def taxed(self, *lines):
        """Make an invoice of (price, taxes) lines."""
        return self.invoice(
            invoice_line_ids=[
                Command.create(
                    {"name": "Books", "price_unit": price, "tax_ids": taxes.ids}
                )
                for price, taxes in lines
            ]
        )

    def tax(self, amount, **vals):
        return self.env["account.tax"].create(
            {"name": f"T {amount} {vals}", "amount": amount, **vals}
        )

    def dialog(self, attempt, amount=None, user=None, **vals):
        """Open Odoo's refund dialog on the payment."""
        payment = attempt.payment_id.with_user(user or self.env.user)
        payment.invalidate_recordset()
        vals = {"payment_id": payment.id, **vals}
        if amount:
            vals["amount_to_refund"] = amount
        return payment.env["payment.refund.wizard"].create(vals)

    def notes(self, invoice):
        return invoice.reversal_move_ids.sorted("id")

    # === WITH THE REFUND === #

    def test_a_full_refund_makes_the_full_credit_note(self):
        """Posted, dated today, matched with the refund once Stripe's row is there."""
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        self.dialog(attempt).action_refund()
        note = self.notes(invoice)
        self.assertEqual((note.state, note.amount_total), ("posted", 100.0))
        self.assertEqual(note.date, self.company._kash_stripe_today())
        self.assertEqual(note.payment_state, "not_paid")
        self.settle()
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.activities("refund"))
        self.assertClearingIsStripes()

    def test_a_part_corrects_each_tax_by_its_share(self):
        """33.33 of two rates: to the cent, the difference on the biggest line."""
        low, high = self.tax(7), self.tax(19)
        invoice = self.taxed((40.0, low), (100.0, high), (-10.0, high))
        attempt = self.paid(invoice)
        self.dialog(attempt, 33.33).action_refund()
        note = self.notes(invoice)
        self.assertEqual(note.amount_total, 33.33)
        shares = {
            line.tax_line_id: line.amount_currency
            for line in note.line_ids
            if line.tax_line_id
        }
        total = invoice.amount_total
        self.assertEqual(
            shares,
            {low: round(2.8 * 33.33 / total, 2), high: round(17.1 * 33.33 / total, 2)},
        )

    def test_a_part_of_prices_with_included_taxes(self):
        """What the customer paid is what is credited."""
        tax = self.tax(19, price_include_override="tax_included")
        invoice = self.taxed((119.0, tax), (9.99, tax))
        self.dialog(self.paid(invoice), 50.0).action_refund()
        note = self.notes(invoice)
        self.assertEqual(note.amount_total, 50.0)
        self.assertAlmostEqual(note.amount_tax, 50 * 19 / 119, delta=0.011)

    def test_a_fixed_tax_is_credited_by_its_share(self):
        """It does not follow the price by itself."""
        tax = self.tax(2, amount_type="fixed")
        invoice = self.taxed((98.0, tax))
        self.dialog(self.paid(invoice), 50.0).action_refund()
        note = self.notes(invoice)
        self.assertEqual((note.amount_total, note.amount_tax), (50.0, 1.0))

    def test_a_discounted_line_is_credited_by_its_share(self):
        """Quantity and discount are in the price of what is given back."""
        invoice = self.invoice(
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Books",
                        "price_unit": 0.07,
                        "quantity": 1000,
                        "discount": 10,
                        "tax_ids": [],
                    }
                )
            ]
        )
        self.dialog(self.paid(invoice), 21.0).action_refund()
        self.assertEqual(self.notes(invoice).amount_total, 21.0)

    def test_several_parts_never_credit_more_than_the_invoice(self):
        """The last dialog offers what is left."""
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        self.dialog(attempt, 40.0).action_refund()
        self.dialog(attempt).action_refund()
        self.assertEqual(self.notes(invoice).mapped("amount_total"), [40.0, 60.0])
        self.settle()
        self.assertEqual(self.notes(invoice).mapped("payment_state"), ["paid", "paid"])

    def test_without_the_tick_none_is_made(self):
        """As Odoo's refund was: the invoice stays paid, a person is asked."""
        invoice = self.invoice(100.0)
        wizard = self.dialog(self.paid(invoice))
        wizard.kash_stripe_make_note = False
        wizard.action_refund()
        self.settle()
        self.assertFalse(self.notes(invoice))
        self.assertTrue(self.activities("refund"))

    def test_its_note_is_left_to_it(self):
        """An older refund of the same amount does not take it."""
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        self.stripe.refund(attempt.kash_stripe_charge_id, 4000)
        self.settle()
        self.dialog(attempt, 40.0).action_refund()
        self.settle()
        told = attempt.payment_id.message_ids.mapped("body")
        self.assertEqual(len([b for b in told if "has been confirmed" in b]), 2)
        old, new = attempt.child_transaction_ids.sorted("id")
        self.assertFalse(old.payment_id.is_reconciled)
        self.assertTrue(new.payment_id.is_reconciled)

    def test_an_open_one_of_just_the_amount_is_taken_instead(self):
        """It is not made twice."""
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        note = invoice._reverse_moves([{"invoice_date": "2025-11-22"}])
        note.action_post()
        wizard = self.dialog(attempt)
        self.assertFalse(wizard.kash_stripe_can_credit)
        self.assertIn(note.name, wizard.kash_stripe_hint)
        wizard.action_refund()
        self.settle()
        self.assertEqual(note.payment_state, "paid")

    def test_a_clerk_makes_both(self):
        """Billing rights are enough."""
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        clerk = self.colleague("kash_note_clerk", "account.group_account_invoice")
        self.dialog(attempt, user=clerk).action_refund()
        self.assertEqual(self.notes(invoice).state, "posted")
        self.assertEqual(attempt.child_transaction_ids.state, "done")

    # === ALL OR NOTHING === #

    def test_what_stripe_refuses_leaves_no_credit_note(self):
        """The reason is said, and stands on the refund."""
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        self.stripe.dispute(attempt.kash_stripe_charge_id)
        action = self.dialog(attempt).action_refund()
        self.assertFalse(self.notes(invoice))
        refund = attempt.child_transaction_ids
        self.assertEqual(refund.state, "error")
        self.assertIn("disputes this payment", refund.state_message)
        self.assertIn("disputes this payment", action["params"]["message"])

    def test_in_a_locked_period_nothing_is_refunded(self):
        """No credit note on another date, and no refund without it."""
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        self.company.sudo().fiscalyear_lock_date = "2099-12-31"
        wizard = self.dialog(attempt)
        with self.assertRaisesRegex(UserError, "nothing was refunded"):
            wizard.action_refund()
        self.assertFalse(self.stripe.objects("refund"))

    def test_without_an_answer_both_stay_until_stripe_refuses(self):
        """Asked again later: what is refused then leaves no credit note either."""
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        self.stripe.fail_next("POST", "/v1/refunds", status=503, times=2)
        action = self.dialog(attempt).action_refund()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertEqual(attempt.child_transaction_ids.state, "pending")
        self.assertEqual(self.notes(invoice).state, "posted")
        self.stripe.dispute(attempt.kash_stripe_charge_id)
        self.run_cron("ir_cron_events")
        self.assertEqual(attempt.child_transaction_ids.state, "error")
        self.assertEqual(self.notes(invoice).state, "cancel")

    def test_more_than_is_left_is_not_even_asked_for(self):
        """What we know is said without Stripe."""
        attempt = self.paid(self.invoice(100.0))
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        asked = len(self.stripe.requests)
        attempt.sudo()._refund(amount_to_refund=100.0)
        self.assertEqual(len(self.stripe.requests), asked)
        error = attempt.child_transaction_ids.sorted("id")[-1:]
        self.assertIn("given back in full already", error.state_message)

    # === SEVERAL INVOICES === #

    def test_one_payment_of_several_invoices_is_split_by_itself(self):
        """The newest first; a credit note each; one refund matched with all."""
        old = self.invoice(60.0)
        new = self.invoice(40.0, invoice_date="2025-11-02")
        attempt = self.paid(old, new)
        wizard = self.dialog(attempt, 70.0)
        self.assertEqual(
            [(p.move_id, p.amount) for p in wizard.kash_stripe_part_ids],
            [(new, 40.0), (old, 30.0)],
        )
        wizard.action_refund()
        self.settle()
        notes = self.notes(old) | self.notes(new)
        self.assertEqual(notes.mapped("amount_total"), [30.0, 40.0])
        self.assertEqual(notes.mapped("payment_state"), ["paid", "paid"])
        self.assertClearingIsStripes()

    def test_the_split_can_be_in_proportion_or_by_hand(self):
        """What does not add up is refused before anything happens."""
        old, new = self.invoice(60.0), self.invoice(40.0)
        wizard = self.dialog(self.paid(old, new), 50.0, kash_stripe_split="pro_rata")
        parts = {p.move_id: p.amount for p in wizard.kash_stripe_part_ids}
        self.assertEqual(parts, {old: 30.0, new: 20.0})
        wizard.kash_stripe_part_ids[:1].amount = 1.0
        with self.assertRaisesRegex(UserError, "add up"):
            wizard.action_refund()
        self.assertFalse(self.stripe.objects("refund"))

    def test_a_refund_made_at_stripe_gets_its_notes_in_one_click(self):
        """From the refund itself, with the same proposal."""
        old, new = self.invoice(60.0), self.invoice(40.0)
        attempt = self.paid(old, new)
        self.stripe.refund(attempt.kash_stripe_charge_id, 7000)
        self.settle()
        refund = attempt.child_transaction_ids.payment_id
        self.assertTrue(refund.kash_stripe_wants_note)
        action = refund.action_kash_stripe_credit_note()
        self.env[action["res_model"]].browse(action["res_id"]).action_make()
        notes = self.notes(old) | self.notes(new)
        self.assertEqual(sorted(notes.mapped("amount_total")), [30.0, 40.0])
        self.assertTrue(refund.is_reconciled)

    # === A REFUND THAT OPENS THE INVOICE AGAIN === #

    def reopened(self, amount=None, **vals):
        self.company.kash_stripe_refund_without_note = "reopen"
        invoice = self.invoice(100.0, **vals)
        attempt = self.paid(invoice)
        refund = self.stripe.refund(attempt.kash_stripe_charge_id, amount)
        self.settle()
        return invoice, attempt, refund

    def test_by_setting_the_refunded_part_is_due_again(self):
        """Nobody is asked to pay it until a person says so."""
        invoice, attempt, _refund = self.reopened(4000)
        self.assertEqual(invoice.amount_residual, 40.0)
        self.assertTrue(attempt.child_transaction_ids.payment_id.is_reconciled)
        self.assertFalse(self.activities("refund"))
        link = attempt.kash_stripe_link_id
        self.assertEqual(link.state, "waiting")
        self.assertEqual(invoice._kash_stripe_pay_problems()[invoice.id].code, "paused")
        self.assertFalse(invoice._has_to_be_paid())
        self.assertIn(
            invoice,
            self.env["account.move"].search(
                [("kash_stripe_link_state", "in", ["waiting"])]
            ),
        )
        invoice.action_kash_stripe_resume_collecting()
        link.invalidate_recordset()
        self.assertEqual(link.state, "live")
        self.assertClearingIsStripes()

    def test_two_refunds_open_both_parts(self):
        """The first one's match stays; two of one batch are one note."""
        invoice, attempt, _refund = self.reopened(4000)
        self.stripe.refund(attempt.kash_stripe_charge_id, 2000)
        self.stripe.refund(attempt.kash_stripe_charge_id, 4000)
        self.settle()
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertTrue(
            all(attempt.child_transaction_ids.payment_id.mapped("is_reconciled"))
        )

    def test_where_the_match_is_locked_nothing_is_unmatched(self):
        """The refund stands open, with an activity."""
        self.company.kash_stripe_refund_without_note = "reopen"
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        self.company.sudo().fiscalyear_lock_date = "2025-11-22"
        self.stripe.clock.advance(days=3)
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        refund = attempt.child_transaction_ids.payment_id
        self.assertTrue(refund)
        self.assertFalse(refund.is_reconciled)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertTrue(self.activities("refund"))

    def test_a_failed_refund_pays_the_invoice_again(self):
        """By its own payment; nothing is paused any more."""
        invoice, attempt, refund = self.reopened()
        self.assertEqual(invoice.payment_state, "not_paid")
        self.stripe.fail_refund(refund["id"])
        self.settle()
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(invoice.kash_stripe_collecting_paused)
        self.assertEqual(attempt.child_transaction_ids.state, "error")
        self.assertIn("failed at Stripe", invoice.activity_ids.summary)
        self.assertClearingIsStripes()

    def test_a_failed_refund_pays_nothing_again_in_a_locked_period(self):
        """Nothing is unmatched: the money that came back stands open."""
        self.company.kash_stripe_refund_without_note = "reopen"
        invoice = self.invoice(100.0)
        attempt = self.paid(invoice)
        self.stripe.clock.advance(days=3)
        refund = self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        self.company.sudo().fiscalyear_lock_date = "2025-11-24"
        self.stripe.fail_refund(refund["id"])
        self.settle()
        self.read_until("2025-11-22")
        self.sync()
        row = self.rows().filtered(lambda row: row.type == "refund_failure")
        self.assertEqual(row.state, "booked")
        self.assertFalse(row.entry_line_id.reconciled)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertIn("failed at Stripe", invoice.activity_ids.summary)

    def test_a_tax_due_on_payment_is_undone_on_its_own_day(self):
        """Opening the invoice takes the tax entry back where it was."""
        self.company.tax_exigibility = True
        transition = self.other_account(
            code="101778", account_type="liability_current", reconcile=True
        )
        tax = self.tax(
            25,
            tax_exigibility="on_payment",
            cash_basis_transition_account_id=transition.id,
        )
        self.company.kash_stripe_refund_without_note = "reopen"
        invoice = self.taxed((80.0, tax))
        attempt = self.paid(invoice)
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        self.assertEqual(invoice.payment_state, "not_paid")
        entries = self.env["account.move"].search(
            [("tax_cash_basis_origin_move_id", "=", invoice.id)]
        )
        self.assertEqual(len(entries | entries.reversal_move_ids), 2)
        self.assertEqual(
            set((entries | entries.reversal_move_ids).mapped("date")),
            {fields.Date.to_date("2025-11-22")},
        )
