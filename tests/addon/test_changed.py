# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows in the books that Stripe changed after it said they were final."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_proof import ProofCase


@tagged("post_install", "-at_install", "-standard", "long")
class TestChanged(ProofCase):
    def changed(self, row, **fields):
        """Let Stripe change a row that is in the books, and learn of it."""
        self.stripe.tamper(row.txn_id, **fields)
        self.synced()
        self.assertEqual((row.state, row.changed), ("booked", True))

    def keep(self, rows, why="Stripe's support: an error of theirs"):
        """Press *Keep as Recorded* and say why."""
        action = rows.action_keep_recorded()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        form.why = why
        form.save().action_keep()

    def test_a_payment_is_recorded_again_as_stripe_says_now(self):
        """Reversed on its day, recorded anew on its day: nothing is edited."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        row = self.rows()
        before = row._entries()
        self.changed(row, fee=500, net=9500)
        row.action_record_as_stripe_says()
        self.assertLedger({"clearing": 95.0, "fees": 5.0, "receivable": -100.0})
        self.assertEqual((row.state, row.changed, row.fee), ("booked", False, 500))
        self.assertFalse(row.reason)
        self.assertEqual(set(before.reversal_move_ids.mapped("date")), {row.entry_day})
        self.assertFalse(before & row._entries())
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(row.run_id.kind, "person")
        self.assertFalse(self.activities("stopped"))
        told = before[:1].message_ids.filtered(lambda note: "changed" in note.body)
        self.assertEqual(told.author_id, self.env.user.partner_id)
        self.assertEqual(self.prove("2025-11-23").difference_ids.ids, [])

    def test_what_shares_its_day_is_recorded_again_as_it_was(self):
        """A day is one entry; the proof agrees, and the opening may be recorded."""
        self.elsewhere(10000)
        self.elsewhere(5000)
        self.synced()
        rows = self.rows()
        entry = rows.entry_id
        row = rows.filtered(lambda r: r.amount == 5000)
        self.changed(row, amount=6000, net=5825)
        with self.assertRaisesRegex(UserError, "Record as Stripe Says"):
            self.account.action_opening()
        row.action_record_as_stripe_says()
        self.assertLedger({"clearing": 155.05, "fees": 4.95, "unallocated": -160.0})
        self.assertEqual(len(rows.entry_id), 1)
        self.assertNotEqual(rows.entry_id, entry)
        self.assertTrue(self.account.action_opening())
        self.assertFalse(self.prove("2025-11-23").difference_ids.filtered("amount"))

    def test_what_else_changed_on_the_day_is_taken_over_with_it(self):
        """What shares an entry is recorded again: never by figures known to be old."""
        self.elsewhere(10000)
        self.elsewhere(5000)
        self.synced()
        one, two = self.rows().sorted("amount")
        self.stripe.tamper(two.txn_id, fee=0, net=two.amount)
        self.changed(one, fee=0, net=one.amount)
        one.action_record_as_stripe_says()
        self.assertFalse(two.changed)
        self.assertLedger({"clearing": 150.0, "unallocated": -150.0})

    def test_a_match_by_a_person_is_not_lost(self):
        """It says what to unmatch first."""
        self.elsewhere(10000)
        self.elsewhere(5000)
        self.synced()
        two, one = self.rows().sorted("amount")
        line = one.entry_line_id
        theirs = self.env["account.move"].create(
            {
                "date": "2025-11-22",
                "line_ids": [
                    Command.create({"account_id": line.account_id.id, "debit": 100}),
                    Command.create(
                        {"account_id": self.other_account().id, "credit": 100}
                    ),
                ],
            }
        )
        theirs.action_post()
        (line | theirs.line_ids[:1]).reconcile()
        self.changed(two, fee=9, net=4991)
        with self.assertRaisesRegex(UserError, f"matched with {theirs.name}"):
            two.action_record_as_stripe_says()
        self.assertTrue(line.reconciled)

    def test_an_invoice_that_a_refund_opened_again_stays_open(self):
        """The refund of another run was matched with the payment: undo it first."""
        self.company.kash_stripe_refund_without_note = "reopen"
        refunded, other = self.invoice(100.0), self.invoice(200.0)
        attempt = self.pay(refunded)
        self.pay(other)
        self.settle()
        self.stripe.refund(attempt.kash_stripe_charge_id, 4000)
        self.settle()
        row = self.rows().filtered(lambda r: r.amount == 20000)
        self.changed(row, fee=500, net=19500)
        with self.assertRaisesRegex(UserError, "opened its invoice again"):
            row.action_record_as_stripe_says()
        self.assertEqual(refunded.amount_residual, 40.0)

    def test_a_changed_row_that_is_undone_is_asked_for_again(self):
        """It is not recorded by figures known to be old."""
        self.elsewhere(10000)
        self.synced()
        row = self.rows()
        self.changed(row, fee=9, net=9991)
        action = row.run_id.action_undo()
        self.env[action["res_model"]].browse(action["res_id"]).action_undo()
        self.assertEqual(row.state, "stopped")
        self.assertIn("Stripe changed this row", row.reason)
        row.action_retry()
        self.assertLedger({"clearing": 99.91, "fees": 0.09, "unallocated": -100.0})

    def test_stripe_has_to_be_connected_to_settle_it(self):
        """Said in a sentence that names the remedy."""
        self.elsewhere(10000)
        self.synced()
        self.changed(self.rows(), fee=9, net=9991)
        self.account.action_disconnect()
        with self.assertRaisesRegex(UserError, "Connect Stripe again"):
            self.keep(self.rows())

    def test_what_was_kept_and_is_stripes_again_is_kept_no_more(self):
        """The fee's entry was reversed in Odoo, then recorded again."""
        self.pay(self.invoice(100.0))
        self.settle()
        row = self.rows()
        self.changed(row, fee=500, net=9500)
        self.keep(row)
        row.fee_move_id._reverse_moves([{"date": row.entry_day}], cancel=True)
        row.action_record_again()
        self.assertEqual(row.fee_move_id.amount_total, 5.0)
        self.assertFalse(row.kept or row.reason)

    def test_what_stripe_took_back_again_leaves_the_books_alone(self):
        """It says what is recorded: nothing is reversed."""
        self.elsewhere(10000)
        self.synced()
        row = self.rows()
        entry = row.entry_id
        self.changed(row, fee=9, net=9991)
        self.stripe.tamper(row.txn_id, fee=320, net=9680)
        row.action_record_as_stripe_says()
        self.assertEqual((row.entry_id, row.changed), (entry, False))
        self.assertFalse(entry.reversal_move_ids)

    def test_what_cannot_be_reversed_is_refused_with_the_remedy(self):
        """A locked day: nothing was changed, at neither side."""
        self.elsewhere(10000)
        self.synced()
        row = self.rows()
        self.changed(row, fee=9, net=9991)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        with self.assertRaisesRegex(UserError, "locked.*Keep as Recorded"):
            row.action_record_as_stripe_says()
        self.assertEqual((row.state, row.changed, row.fee), ("booked", True, 320))
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})

    def test_what_stripe_says_now_may_not_fit_its_payment(self):
        """Another amount than was asked for: refused, the entries stand."""
        self.pay(self.invoice(100.0))
        self.settle()
        row = self.rows()
        self.changed(row, amount=9000, net=8680)
        with (
            self.assertRaisesRegex(UserError, "was asked for"),
            self.cr.savepoint(),
        ):
            row.action_record_as_stripe_says()
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "receivable": -100.0})

    def test_kept_as_recorded_the_proof_names_the_difference(self):
        """Who and why stands on the row and its entry; the opening is free again."""
        self.elsewhere(10000)
        self.synced()
        row = self.rows()
        entry = row.entry_id
        self.changed(row, fee=9, net=9991)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.keep(row)
        self.assertEqual((row.entry_id, row.changed, row.net), (entry, False, 9991))
        self.assertIn("an error of theirs", row.reason)
        self.assertIn(self.env.user.name, row.reason)
        self.assertIn("an error of theirs", entry.message_ids[0].body)
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})
        named = self.prove("2025-11-23").difference_ids
        self.assertEqual(
            [(line.kind, line.amount) for line in named if line.step == "books"],
            [("changed", 311)],
        )
        self.account.sudo()._check_rows_are_final()
        self.synced()
        self.assertFalse(row.changed)
        self.assertFalse(self.activities("stopped"))

    def test_what_was_kept_can_be_recorded_as_stripe_says_later(self):
        """Its entry is reversed in Odoo, and the row recorded again."""
        self.elsewhere(10000)
        self.synced()
        row = self.rows()
        self.changed(row, fee=9, net=9991)
        self.keep(row)
        _free, left = row.run_id.sudo()._undo_plan()
        self.assertIn("press Record Again", left[row.entry_id])
        row.entry_id._reverse_moves([{"date": row.entry_day}], cancel=True)
        row.action_record_again()
        self.assertEqual((row.reason, row.kept), (False, False))
        proof = self.prove("2025-11-23")
        self.assertEqual((proof.mirror_minor, proof.ledger_minor), (9991, 9991))
        self.assertFalse(
            proof.difference_ids.filtered(lambda line: line.step == "books")
        )

    def test_both_are_for_accounting_managers(self):
        """By RPC either."""
        self.elsewhere(10000)
        self.synced()
        row = self.rows()
        self.changed(row, fee=9, net=9991)
        clerk = self.colleague("clerk", "account.group_account_invoice")
        mine = row.with_user(clerk).sudo(False)
        with self.assertRaises(AccessError):
            mine.action_record_as_stripe_says()
        with self.assertRaises(AccessError):
            mine.action_keep_recorded()
        with self.assertRaises(AccessError):
            self.env["kash.stripe.keep.wizard"].with_user(clerk).create(
                {"row_ids": row.ids, "why": "x"}
            )
