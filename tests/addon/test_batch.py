# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is done for many payments at once, and what each of them shows of it."""

from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install", "-standard", "long")
class TestBatch(KashStripeConnected):
    def paid(self, count):
        """Return attempts that customers paid, each of an invoice of its own."""
        attempts = self.env["payment.transaction"]
        for number in range(count):
            attempts |= self.pay(self.invoice(100.0 + number))
        self.settle()
        return attempts

    def told(self, invoice):
        """Return the notes on an invoice that a payment was confirmed."""
        return invoice.message_ids.filtered(
            lambda note: "has been confirmed" in note.body
        )

    # === NOTES === #

    def test_each_invoice_of_a_batch_is_told_once(self):
        """One note with the attempt's name, whoever asks again."""
        attempts = self.paid(2)
        self.settle()
        for attempt in attempts:
            [note] = self.told(attempt.invoice_ids)
            self.assertIn(attempt.reference, note.body)
            self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))

    def test_four_are_told_with_as_many_queries_as_two(self):
        """Batch first: nobody waits longer for notes because more was paid."""
        attempts = self.paid(6)
        self.queries(attempts)  # what Odoo learns once is not counted
        self.assertEqual(self.queries(attempts[:2]), self.queries(attempts[2:]))

    def queries(self, attempts):
        """Count what it takes to tell of attempts."""
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        attempts._log_received_message()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_customer_who_comes_back_is_the_author(self):
        """As in Odoo's own providers; a job speaks for itself."""
        attempt = self.paid(1)
        visitor = self.env.ref("base.public_user")
        attempt.with_user(visitor).sudo()._log_received_message()
        notes = self.told(attempt.invoice_ids).sorted("id")
        self.assertEqual(notes[1].author_id, attempt.partner_id)
        self.assertNotEqual(notes[0].author_id, attempt.partner_id)

    # === THE PAYMENT === #

    def test_a_payment_shows_the_invoice_it_is_matched_with(self):
        """Its button follows the match, and so does the invoice's."""
        attempt = self.paid(1)
        payment, invoice = attempt.payment_id, attempt.invoice_ids
        self.assertEqual(payment.reconciled_invoice_ids, invoice)
        self.assertEqual(invoice.reconciled_payment_ids, payment)
        self.assertEqual(payment.state, "paid")

    def test_a_payment_taken_off_its_invoice_shows_none(self):
        """It is a customer's credit: no button says otherwise."""
        attempt = self.paid(1)
        attempt.payment_id.move_id.line_ids.remove_move_reconcile()
        self.assertFalse(attempt.payment_id.reconciled_invoice_ids)
        self.assertFalse(attempt.invoice_ids.reconciled_payment_ids)
        self.assertEqual(attempt.invoice_ids.payment_state, "not_paid")
