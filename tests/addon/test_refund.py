# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Refunds of invoices' payments: asked for here, or made in Stripe's dashboard."""

import dataclasses

from freezegun import freeze_time

from odoo.tests import tagged

from .common import KashStripeConnected

# Between an amount and its currency
NBSP = "\N{NO-BREAK SPACE}"


@tagged("post_install", "-at_install")
class TestRefund(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.paid = self.invoice(100.0)
        self.attempt = self.pay(self.paid)
        self.settle()

    def refund_here(self, amount=100.0, user=None):
        """Press Odoo's own Refund on the payment."""
        payment = self.attempt.payment_id
        if user:
            payment = payment.with_user(user)
        wizard = (
            self.env["payment.refund.wizard"]
            .with_user(user or self.env.user)
            .with_context(active_model="account.payment", active_id=payment.id)
            .create({"payment_id": payment.id, "amount_to_refund": amount})
        )
        wizard.action_refund()
        return self.refunds()[-1:]

    def refund_at_stripe(self, amount=None):
        refund = self.stripe.refund(self.attempt.kash_stripe_charge_id, amount)
        self.settle()
        return refund

    def refunds(self):
        return self.attempt.child_transaction_ids.sorted("id")

    def credit_note(self, amount=None):
        """Make and post a credit note of the invoice."""
        note = self.paid._reverse_moves([{"invoice_date": "2025-11-22"}])
        if amount:
            note.invoice_line_ids.price_unit = amount
        note.action_post()
        return note

    # === FROM HERE === #

    def test_a_refund_pressed_here_is_made_at_stripe_and_recorded(self):
        """Receivable and clearing; the fee is Stripe's to keep."""
        refund = self.refund_here()
        self.settle()
        self.assertEqual(refund.state, "done")
        self.assertEqual(refund.payment_id.payment_type, "outbound")
        self.assertLedger({"clearing": -3.2, "fees": 3.2})
        self.assertClearingIsStripes()

    def test_several_parts_until_nothing_is_left(self):
        """What is left is what Stripe has left, recorded or not."""
        self.refund_here(40.0)
        self.attempt.payment_id.invalidate_recordset()
        self.assertEqual(self.attempt.payment_id.amount_available_for_refund, 60.0)
        self.refund_here(60.0)
        self.settle()
        self.attempt.payment_id.invalidate_recordset()
        self.assertEqual(self.attempt.payment_id.amount_available_for_refund, 0.0)
        self.assertEqual(self.refunds().mapped("state"), ["done", "done"])
        self.assertClearingIsStripes()

    def test_a_clerk_may_refund(self):
        """Billing rights are enough, as for Odoo's own providers."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        self.assertEqual(self.refund_here(10.0, user=clerk).state, "done")

    def test_what_stripe_refuses_is_the_refunds_error(self):
        """Disputed, given back behind our back: never an exception, always a reason."""
        self.stripe.refund(self.attempt.kash_stripe_charge_id)
        self.stripe.outbox.take()
        refund = self.refund_here()
        self.assertEqual(refund.state, "error")
        self.assertIn("perhaps in Stripe's dashboard", refund.state_message)

    def test_what_nobody_has_a_sentence_for_is_said_in_stripes_words(self):
        """Part of it was given back behind our back."""
        self.stripe.refund(self.attempt.kash_stripe_charge_id, 6000)
        self.stripe.outbox.take()
        refund = self.refund_here()
        self.assertIn("Stripe says: Refund amount", refund.state_message)

    def test_a_refund_without_a_connection_is_refused_with_the_reason(self):
        """It goes to its own payment's account, or nowhere."""
        self.account.sudo()._push_disconnect()
        self.account.sudo().provider_id._kash_stripe_set_state("test")
        refund = self.refund_here()
        self.assertEqual(refund.state, "error")
        self.assertIn("not connected", refund.state_message)

    def test_without_an_answer_it_stays_pending_and_is_asked_again(self):
        """Under the same key: it is given back once."""
        self.stripe.fail_next("POST", "/v1/refunds", status=503, times=2)
        refund = self.refund_here()
        self.assertEqual(refund.state, "pending")
        self.run_cron("ir_cron_events")
        self.assertEqual(refund.state, "done")
        self.assertEqual(len(self.stripe.objects("refund")), 1)

    def test_a_refund_whose_record_was_undone_is_found_again(self):
        """Stripe gave the money back, then our transaction was rolled back."""
        with self.assertRaises(InterruptedError), self.env.cr.savepoint():
            self.refund_here()
            raise InterruptedError
        self.assertFalse(self.refunds())
        self.settle()
        self.assertEqual(len(self.refunds()), 1)
        self.assertClearingIsStripes()

    # === FROM STRIPE'S DASHBOARD === #

    def test_a_refund_made_at_stripe_is_recorded_without_a_keystroke(self):
        """Child transaction, outbound payment, once."""
        self.refund_at_stripe(4000)
        self.assertEqual(self.refunds().mapped("amount"), [-40.0])
        self.assertLedger({"clearing": 56.8, "fees": 3.2, "receivable": -60.0})
        self.sync()
        self.assertEqual(len(self.refunds()), 1)
        self.assertClearingIsStripes()

    def test_one_of_a_payment_that_a_person_deleted_says_what_to_do(self):
        """It was waited for, for ever and without a word."""
        charge, payment = self.rows(), self.attempt.payment_id
        payment.action_draft()
        payment.unlink()
        self.refund_at_stripe()
        row = self.rows() - charge
        self.assertEqual(row.state, "stopped")
        self.assertIn("removed from the books: record that again", row.reason)
        charge.action_record_again()
        row.action_retry()
        self.assertEqual(row.state, "booked")
        self.assertLedger({"clearing": -3.2, "fees": 3.2})
        self.assertClearingIsStripes()

    def test_it_never_appears_in_a_days_entry(self):
        """A payment of an invoice and its refund are payments."""
        self.refund_at_stripe()
        self.assertFalse(self.rows().entry_id)

    def test_a_refund_on_a_page_before_its_charge_is_found(self):
        """The newest come first: a hundred rows lie between them."""
        attempt = self.pay(self.invoice(50.0))
        self.stripe.settle()
        for _number in range(110):
            self.stripe.book(self.acct.id, type="stripe_fee", amount=-1)
        self.stripe.refund(attempt.kash_stripe_charge_id or self.charge_of(attempt))
        self.stripe.settle()
        self.stripe.outbox.take()
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertClearingIsStripes()

    def charge_of(self, attempt):
        """Return the charge of an attempt that Odoo has not heard of."""
        charges = self.stripe.objects("charge")
        return next(
            c["id"]
            for c in charges
            if c["metadata"].get("kash_attempt") == attempt.reference
        )

    def test_an_answer_lost_for_days_is_looked_for_before_asking_again(self):
        """Stripe forgets its keys after a day: a second 40.00 would go out."""
        self.stripe.fail_next("POST", "/v1/refunds", status=503, after=True, times=2)
        refund = self.refund_here(40.0)
        self.assertEqual(refund.state, "pending")
        made = len(self.stripe.objects("refund"))
        self.stripe.clock.advance(days=2)
        self.run_cron("ir_cron_events")
        self.assertEqual(len(self.stripe.objects("refund")), made)
        self.assertEqual(refund.state, "done")

    def test_an_undone_refund_is_not_taken_for_the_next_one(self):
        """Another amount is another refund."""
        with self.assertRaises(InterruptedError), self.env.cr.savepoint():
            self.refund_here(40.0)
            raise InterruptedError
        self.stripe.fail_next("POST", "/v1/refunds", status=503, times=2)
        self.refund_here(60.0)
        self.settle()
        self.run_cron("ir_cron_events")
        self.assertEqual(sorted(self.refunds().mapped("amount")), [-60.0, -40.0])
        self.assertEqual(set(self.refunds().mapped("state")), {"done"})
        self.settle()
        self.assertClearingIsStripes()

    def test_a_refund_that_ends_without_a_row_is_learned_of(self):
        """Cancelled in the dashboard before Stripe had the money for it."""
        self.stripe.settings.refund_shortfall = "pending"
        self.stripe.add_bank_account(self.acct.id)
        self.stripe.clock.advance(days=5)
        self.stripe.pay_out(self.acct.id)
        refund = self.refund_here(100.0)
        self.assertEqual(refund.state, "pending")
        self.stripe.cancel_refund(refund.kash_stripe_refund_id)
        self.sync()
        self.assertEqual(refund.state, "error")
        self.assertEqual(
            self.paid.activity_ids.mapped("summary"),
            ["The refund of $\xa0100.00 failed at Stripe: give it back another way."],
        )

    def test_late_news_do_not_undo_a_failure(self):
        """Failed is the end of a refund."""
        self.refund_fails()
        facts = (
            self.account.sudo()
            ._gateway()
            .refund(refund_id=self.refunds().kash_stripe_refund_id)
        )
        stale = dataclasses.replace(facts, status="succeeded")
        transactions = self.env["payment.transaction"].sudo()
        transactions._kash_stripe_apply_refunds(self.account.sudo(), [stale])
        self.assertEqual(self.refunds().state, "error")

    def test_a_customers_credit_is_given_back_without_a_credit_note(self):
        """The invoice was paid otherwise: nothing of it has to be corrected."""
        invoice = self.invoice(50.0)
        attempt = self.press_pay(invoice)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.stripe.tamper(attempt.kash_stripe_session_id, status="open")
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        self.assertFalse(attempt.payment_id.is_reconciled)
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        self.assertTrue(attempt.payment_id.is_reconciled)
        self.assertFalse(self.activities("credit"))
        self.assertFalse(self.activities("refund"))

    # === CREDIT NOTES === #

    def test_a_credit_note_that_is_there_is_matched(self):
        """Posted, open, of exactly that amount."""
        note = self.credit_note()
        self.refund_at_stripe()
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(self.paid.payment_state, "paid")
        self.assertFalse(self.activities("refund"))

    def test_without_one_the_invoice_stays_paid_and_a_person_is_asked(self):
        """Nobody knows yet what it was for."""
        self.refund_at_stripe()
        self.assertEqual(self.paid.payment_state, "paid")
        self.assertSaid(
            "$ 100.00", "there is no credit note yet.", "$ 100.00 that they owe"
        )

    def test_one_made_later_finds_its_refund(self):
        """And the activity closes by itself."""
        self.refund_at_stripe(4000)
        note = self.credit_note(40.0)
        self.assertEqual(note.payment_state, "paid")
        self.account.sudo()._refresh_activities()
        self.assertFalse(self.activities("refund"))

    def test_two_of_one_amount_find_a_refund_each(self):
        """Not twice the same."""
        self.refund_at_stripe(4000)
        self.refund_at_stripe(4000)
        notes = self.credit_note(40.0) | self.credit_note(40.0)
        self.assertEqual(notes.mapped("payment_state"), ["paid", "paid"])

    def test_one_of_the_next_month_finds_its_refund_of_a_closed_one(self):
        """Matching them is of the later day."""
        self.refund_at_stripe(4000)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        note = self.paid._reverse_moves(
            [{"invoice_date": "2025-12-05", "date": "2025-12-05"}]
        )
        note.invoice_line_ids.price_unit = 40.0
        note.action_post()
        self.assertEqual(note.payment_state, "paid")

    def test_one_of_another_amount_is_left_alone(self):
        """Nothing is guessed."""
        self.refund_at_stripe(4000)
        self.assertEqual(self.credit_note(50.0).payment_state, "not_paid")

    # === WHAT THERE IS INSTEAD OF ITS CREDIT NOTE === #

    def assertSaid(self, amount, why, account):
        """Assert what the activity says of the one refund, by the books of now."""
        self.account.sudo()._refresh_activities()
        summary = self.activities("refund").summary.replace(NBSP, " ")
        self.assertIn(f"Refund of {amount} for {self.paid.name}: ", summary)
        self.assertIn(why, summary)
        self.assertIn(f"The customer's account shows {account}", summary)

    def test_of_a_taxed_invoice_the_tax_is_said_not_to_be_corrected(self):
        """Of one without tax there is none to correct."""
        tax = self.company_data["default_tax_sale"]
        self.paid.button_draft()
        self.paid.invoice_line_ids.tax_ids = tax
        self.paid.action_post()
        attempt = self.pay(self.paid)
        self.settle()
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        self.assertIn("the tax is not corrected yet", self.activities("refund").summary)

    @freeze_time("2025-11-22 17:00:00")
    def test_a_note_of_the_whole_is_named_where_a_discount_was_granted(self):
        """100.00 less 2 % was paid and given back; the note says 100.00."""
        self.paid = self.discounted_invoice()
        self.attempt = self.pay(self.paid)
        self.settle()
        self.refund_at_stripe()
        note = self.credit_note()
        self.assertSaid(
            "$ 98.00",
            f"open is {note.name} ($ 100.00), $ 2.00 more than the refund.",
            "$ 2.00 in their favour.",
        )

    def test_a_note_of_less_is_named_with_the_difference(self):
        """What of the refund is left the customer owes."""
        self.refund_at_stripe()
        note = self.credit_note(60.0)
        self.assertSaid(
            "$ 100.00",
            f"open is {note.name} ($ 60.00), $ 40.00 less than the refund.",
            "$ 40.00 that they owe.",
        )

    def test_several_notes_are_named_and_summed(self):
        """That they come to the amount makes none of them the refund's."""
        self.refund_at_stripe()
        notes = self.credit_note(60.0) | self.credit_note(40.0)
        named = f"{notes[0].name} ($ 60.00), {notes[1].name} ($ 40.00)"
        self.assertSaid("$ 100.00", f"come to just this, {named}", "nothing of it.")

    def test_a_draft_is_named(self):
        """Nothing is corrected before it is posted."""
        self.refund_at_stripe()
        note = self.paid._reverse_moves([{"invoice_date": "2025-11-22"}])
        self.assertSaid(
            "$ 100.00",
            f"drafts, {note.display_name} ($ 100.00). Post",
            "$ 100.00 that they owe.",
        )

    def test_a_cancelled_one_is_named(self):
        """Somebody thought it wrong."""
        self.refund_at_stripe()
        note = self.credit_note(60.0)
        note.button_draft()
        note.button_cancel()
        self.assertSaid("$ 100.00", "was cancelled", "$ 100.00 that they owe.")
        self.assertIn("60.00", self.activities("refund").summary)

    def test_one_in_another_currency_is_named(self):
        """Amounts of two currencies are not compared."""
        euro = self.quote("eur", {"2025-01-01": 0.5})
        self.refund_at_stripe()
        note = self.paid._reverse_moves([{"invoice_date": "2025-11-22"}])
        note.currency_id = euro
        note.invoice_line_ids.price_unit = 50.0
        note.action_post()
        self.assertSaid(
            "$ 100.00", f"currency, {note.name} (50.00 €)", "nothing of it."
        )

    def test_one_that_is_settled_otherwise_is_named(self):
        """It paid another invoice."""
        self.refund_at_stripe()
        note = self.credit_note(60.0)
        lines = (note | self.invoice(60.0)).line_ids
        lines.filtered(lambda line: line.display_type == "payment_term").reconcile()
        self.assertSaid("$ 100.00", "settled with something else", "$ 100.00 that")

    def test_several_refunds_are_said_one_by_one(self):
        """In the note of the one activity."""
        self.refund_at_stripe(4000)
        self.refund_at_stripe(3000)
        activity = self.activities("refund")
        self.assertIn("no credit note is matched with: 2.", activity.summary)
        self.assertEqual(activity.note.count("<li>"), 2)
        self.assertIn("$&nbsp;40.00", activity.note)
        self.credit_note(40.0)
        self.account.sudo()._refresh_activities()
        self.assertIn("$ 30.00", activity.summary.replace(NBSP, " "))
        self.assertFalse(activity.note)

    # === A REFUND THAT FAILED === #

    def refund_fails(self):
        refund = self.refund_at_stripe()
        self.stripe.fail_refund(refund["id"])
        self.settle()
        self.read_until("2025-11-22")
        self.sync()

    def test_a_refund_that_failed_opens_its_credit_note_again(self):
        """The customer still has nothing: the invoice stays paid, a person is asked."""
        note = self.credit_note()
        self.refund_fails()
        self.assertEqual(self.refunds().state, "error")
        self.assertEqual(note.payment_state, "not_paid")
        self.assertEqual(self.paid.payment_state, "paid")
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "receivable": -100.0})
        self.assertIn("failed at Stripe", self.paid.activity_ids.summary)
        self.assertClearingIsStripes()

    def test_a_failure_waits_until_its_refund_is_recorded(self):
        """A stopped refund: what takes it back is not sent to a person for good."""
        refund = self.stripe.refund(self.attempt.kash_stripe_charge_id, 4000)
        txn = self.stripe.object(refund["id"])["balance_transaction"]
        self.stripe.tamper(txn, net=1)
        self.settle()
        self.stripe.fail_refund(refund["id"])
        self.settle()
        self.read_until("2025-11-22")
        self.sync()
        states = {row.type: row.state for row in self.rows()}
        self.assertEqual(
            (states["refund"], states["refund_failure"]), ("stopped", "new")
        )

    def test_a_failure_known_before_its_refund_is_recorded_once_that_is_known(self):
        """It waited for a person; the next sync looks at it again."""
        self.refund_at_stripe(3000)
        refund = self.refund_at_stripe(4000)
        ours = (
            self.refunds()
            .sudo()
            .filtered(lambda tx: tx.kash_stripe_refund_id == refund["id"])
        )
        account, rows = self.account.sudo(), self.rows().sudo()
        ours.kash_stripe_refund_id = "re_not_told_yet"
        self.stripe.fail_refund(refund["id"])
        self.stripe.outbox.take()
        self.read_until("2025-11-22")
        rows._apply_rows(account, account._pull_new_rows())
        account._book_new()
        failure = self.rows().filtered(lambda row: row.type == "refund_failure")
        self.assertEqual(failure.state, "waiting")
        ours.kash_stripe_refund_id = refund["id"]
        self.sync()
        self.assertEqual(failure.state, "booked")
        self.assertClearingIsStripes()

    def test_it_can_be_refunded_again_after_that(self):
        """What failed does not count as given back."""
        self.refund_fails()
        payment = self.attempt.payment_id
        payment.invalidate_recordset()
        self.assertEqual(payment.amount_available_for_refund, 100.0)

    # === PERIOD LOCK === #

    def test_a_refund_in_a_locked_period_is_held(self):
        """Never on another date."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.refund_at_stripe()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.state, "held")
        self.assertFalse(self.refunds().payment_id)

    def test_a_refund_of_a_held_payment_waits_with_it(self):
        """Both or neither."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-22"
        attempt = self.pay(self.invoice(50.0))
        self.settle()
        self.stripe.clock.advance(days=3)
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        states = (
            attempt.kash_stripe_row_ids
            | attempt.child_transaction_ids.kash_stripe_row_ids
        )
        self.assertEqual(states.mapped("state"), ["held", "held"])
