# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Undo This Run: the books as before it, and after the next sync as after it."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_proof import ProofCase


class UndoCase(ProofCase):
    """Builders of what is undone."""

    def trial_balance(self):
        """Return {(account, date): balance} of all posted lines, without zeros."""
        groups = self.env["account.move.line"]._read_group(
            [("parent_state", "=", "posted"), ("company_id", "=", self.company.id)],
            ["account_id", "date:day"],
            ["balance:sum"],
        )
        return {
            (account.code, day): round(balance, 2)
            for account, day, balance in groups
            if round(balance, 2)
        }

    def runs(self):
        return self.env["kash.stripe.run"].search(
            [("account_id", "=", self.account.id)]
        )

    def dialog(self, run):
        """Open the dialog, which shows at once what it would do."""
        action = run.action_undo()
        return self.env[action["res_model"]].browse(action["res_id"])

    def a_full_month(self):
        """Payments, refunds, money from elsewhere, a dispute, a payout; recorded."""
        self.paid = self.invoice(100.0)
        attempt = self.pay(self.paid)
        self.elsewhere(10000)
        disputed = self.elsewhere(5000)
        self.settle()
        self.stripe.refund(attempt.kash_stripe_charge_id, 4000)
        self.stripe.clock.advance(days=1)
        self.stripe.win_dispute(self.stripe.dispute(disputed["id"])["id"])
        self.stripe.clock.advance(days=4)
        self.stripe.add_bank_account(self.acct.id)
        self.stripe.pay_out(self.acct.id)
        self.synced()

    def cash_basis_invoice(self):
        """Return an invoice whose tax is due when it is paid."""
        self.company.tax_exigibility = True
        self.env.flush_all()
        tax = self.env["account.tax"].create(
            {
                "name": "Cash basis",
                "amount": 10.0,
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": self.other_account(
                    code="101778", reconcile=True
                ).id,
            }
        )
        return self.invoice(
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Books",
                        "price_unit": 100.0,
                        "tax_ids": [Command.set(tax.ids)],
                    }
                )
            ]
        )

    def opened_by_a_refund(self, invoice):
        """Give 40.00 of a paid invoice back, which opens it again; return its rows."""
        self.company.kash_stripe_refund_without_note = "reopen"
        charge = invoice.transaction_ids.kash_stripe_charge_id
        self.stripe.refund(charge, 4000)
        self.settle()
        self.synced()
        self.assertEqual(invoice.amount_residual, 40.0)
        rows = self.rows().filtered(lambda row: row.document_ref == charge)
        return rows.filtered(lambda row: row.type == "refund"), rows

    def secure(self, move):
        """Secure one entry by a hash, and not those before it as Odoo does."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET inalterable_hash = 'x' WHERE id = %s", [move.id]
        )
        move.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestUndo(UndoCase):
    def test_undo_then_sync_is_the_same_trial_balance_at_every_date(self):
        """Every run of a full month, the last one first."""
        self.a_full_month()
        after = self.trial_balance()
        for run in self.runs():
            self.dialog(run).action_undo()
        self.assertLedger({})
        self.assertEqual(set(self.rows().mapped("state")), {"new"})
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertClearingIsStripes()
        self.assertProof(self.prove("2025-11-27"), "green")

    def test_one_run_of_several_and_sync_is_the_same_trial_balance(self):
        """What a later run built on it stays, and finds it again."""
        self.a_full_month()
        after = self.trial_balance()
        first = self.runs().sorted("id")[0]
        self.assertGreater(len(self.runs()), 1)
        self.dialog(first).action_undo()
        self.assertNotEqual(self.trial_balance(), after)
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        self.assertEqual(self.paid.payment_state, "paid")

    def test_cash_basis_taxes_come_back_the_same(self):
        """Matching posts tax entries: they are taken back and made again."""
        move = self.cash_basis_invoice()
        self.pay(move)
        self.settle()
        after = self.trial_balance()
        self.dialog(self.runs()).action_undo()
        self.assertNotEqual(self.trial_balance(), after)
        self.sync()
        self.assertEqual(self.trial_balance(), after)

    def test_money_that_was_undone_is_not_asked_for_again(self):
        """Stripe has it: it counts as taken until it is recorded again."""
        move = self.invoice(100.0)
        self.pay(move)
        self.settle()
        self.dialog(self.runs()).action_undo()
        self.assertEqual(move.payment_state, "not_paid")
        self.assertEqual(move.kash_stripe_due_online, 0.0)
        self.assertIn("paid at Stripe", move.kash_stripe_taken_text)
        self.assertFalse(move._has_to_be_paid())

    def test_the_preview_says_what_it_does_and_undoes_nothing(self):
        """Per account: before, change, after."""
        self.pay(self.invoice(100.0))
        self.settle()
        before = self.trial_balance()
        dialog = self.dialog(self.runs())
        changes = {line.account: line.change for line in dialog.effect_ids}
        self.assertEqual(changes[self.account.clearing_account_id.display_name], -96.8)
        self.assertEqual(changes[self.account.fee_account_id.display_name], -3.2)
        for line in dialog.effect_ids:
            self.assertAlmostEqual(line.before + line.change, line.after)
        self.assertEqual((dialog.move_count, dialog.row_count), (2, 1))
        self.assertEqual(self.trial_balance(), before)
        self.assertEqual(self.rows().state, "booked")

    def test_a_debit_in_process_is_undone_and_recorded_again(self):
        """It may still fail."""
        self.give_debits()
        attempt = self.press_pay(self.invoice(500.0))
        self.stripe.pay(attempt.kash_stripe_session_id, method="us_bank_account")
        self.settle()
        after = self.trial_balance()
        self.dialog(self.runs()).action_undo()
        self.assertLedger({})
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        self.assertTrue(self.rows().in_process)

    def test_suspense_from_before_an_import_is_undone_with_its_run(self):
        """The import brought what it takes back; it goes where it stood before."""
        charge = self.elsewhere(10000)
        self.account.sudo().mirror_start = "2025-11-24 05:00:00"
        self.stripe.clock.advance(days=2)
        self.stripe.refund(charge["id"])
        self.synced()
        run = self.runs()
        self.assertEqual(self.ledger()["suspense"], 100.0)
        self.account.sudo()._open_import(date(2025, 11, 22))
        self.run_cron("ir_cron_sync")
        self.synced()
        self.assertEqual(len(self.runs()), 2)
        after = self.trial_balance()
        dialog = self.dialog(run)
        self.assertFalse(dialog.left_ids)
        dialog.action_undo()
        self.assertEqual(self.ledger()["suspense"], 0.0)
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        # And again: what it was is not forgotten.
        self.dialog(self.runs()[:1]).action_undo()
        self.synced()
        self.assertEqual(self.trial_balance(), after)

    # === WHAT IS LEFT === #

    def test_a_debit_that_arrived_is_left(self):
        """Recorded anew, it would not go over in process."""
        self.give_debits()
        attempt = self.press_pay(self.invoice(500.0))
        self.stripe.pay(attempt.kash_stripe_session_id, method="us_bank_account")
        self.settle()
        self.stripe.clock.advance(days=4)
        self.settle()
        dialog = self.dialog(self.runs())
        self.assertEqual(dialog.left_ids.move_id, self.rows().entry_id)
        self.assertIn("arrived", dialog.left_ids.reason)

    def returned(self, *amounts):
        """Pay 500.00 by debit; let the bank take back so much; return that last run."""
        self.give_debits()
        attempt = self.press_pay(self.invoice(500.0))
        charge = self.stripe.pay(
            attempt.kash_stripe_session_id, method="us_bank_account"
        )
        self.stripe.succeed_debit(charge["id"])
        self.settle()
        for amount in amounts:
            self.stripe.clock.advance(days=1)
            self.stripe.return_debit(charge["id"], by="reversal", amount=amount)
            self.settle()
        return self.runs()[0]

    def test_a_return_beyond_its_payment_is_undone(self):
        """What goes beyond stands on a line of ours: no person split it."""
        run = self.returned(51250)
        self.assertEqual(run.row_ids.mapped("amount"), [-51250])
        after = self.trial_balance()
        dialog = self.dialog(run)
        self.assertFalse(dialog.left_ids)
        dialog.action_undo()
        self.assertNotEqual(self.trial_balance(), after)
        self.synced()
        self.assertEqual(self.trial_balance(), after)

    def test_a_return_after_all_was_taken_back_is_undone(self):
        """It is a loss, all of it."""
        run = self.returned(50000, 1250)
        self.assertEqual(run.row_ids.mapped("amount"), [-1250])
        after = self.trial_balance()
        dialog = self.dialog(run)
        self.assertFalse(dialog.left_ids)
        dialog.action_undo()
        self.synced()
        self.assertEqual(self.trial_balance(), after)

    def test_a_failure_beyond_a_pending_debit_is_undone(self):
        """With the debit, and without."""
        self.give_debits()
        attempt = self.press_pay(self.invoice(500.0))
        charge = self.stripe.pay(
            attempt.kash_stripe_session_id, method="us_bank_account"
        )
        self.settle()
        self.stripe.clock.advance(days=1)
        self.stripe.fail_debit(charge["id"], amount=51250)
        self.settle()
        after = self.trial_balance()
        for run in self.runs():
            dialog = self.dialog(run)
            self.assertFalse(dialog.left_ids)
            dialog.action_undo()
        self.assertLedger({})
        self.synced()
        self.assertEqual(self.trial_balance(), after)

    def test_a_return_that_a_person_made_a_loss_is_left(self):
        """Two hundred are still paid: it was no loss when it was recorded."""
        run = self.returned(30000)
        line = self.rows().filtered(lambda row: row.amount < 0).entry_line_id
        line.remove_move_reconcile()
        line.move_id.button_draft()
        line.account_id = self.account.sudo()._ledger_account("loss")
        line.move_id.action_post()
        dialog = self.dialog(run)
        self.assertIn("changed", dialog.left_ids.reason)

    def test_a_payment_whose_dispute_was_lost_is_left(self):
        """Recorded anew, it would pay the invoice that the loss opened again."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        move = self.invoice(100.0)
        attempt = self.pay(move)
        self.settle()
        run = self.runs()
        dispute = self.stripe.dispute(attempt.kash_stripe_charge_id)
        self.settle()
        self.stripe.lose_dispute(dispute["id"])
        self.settle()
        self.assertEqual(move.amount_residual, 100.0)
        for each in self.runs():
            self.assertEqual(self.dialog(each).move_count, 0)
        dialog = self.dialog(run)
        self.assertIn("taken back", dialog.left_ids[0].reason)

    def test_a_refund_that_failed_since_is_left(self):
        """Recorded anew, it would use up the credit note that is open again."""
        move = self.invoice(100.0)
        attempt = self.pay(move)
        self.settle()
        refund = self.stripe.refund(attempt.kash_stripe_charge_id, 10000)
        self.settle()
        row = self.rows().filtered(lambda r: r.type == "refund")
        note = move._reverse_moves(
            [{"date": "2025-11-22", "invoice_date": "2025-11-22"}]
        )
        note.action_post()
        self.stripe.fail_refund(refund["id"])
        self.settle()
        dialog = self.dialog(row.run_id)
        self.assertEqual(dialog.move_count, 0)
        self.assertEqual(dialog.left_ids.move_id, row.payment_id.move_id)
        self.assertEqual(note.amount_residual, 100.0)

    def refunded_run(self):
        """Return (refund, its payment and itself) of a run, with a payment besides."""
        paid = self.invoice(100.0)
        self.pay(paid)
        self.settle()
        self.stripe.clock.advance(days=2)
        self.pay(self.invoice(70.0))
        found = self.opened_by_a_refund(paid)
        self.rows().sudo().run_id = self.runs()[:1]
        return found

    def assertLeft(self, rows, dialog):
        """Assert that these are left as previewed, and all others come back."""
        after = self.trial_balance()
        self.assertEqual(set(dialog.left_ids.move_id), set(rows._entries()))
        dialog.action_undo()
        self.assertEqual(set(rows.mapped("state")), {"booked"})
        self.assertEqual(set((self.rows() - rows).mapped("state")), {"new"})
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        matched = rows.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertTrue(all(matched.mapped("reconciled")))

    def reason_of(self, dialog, row):
        [left] = dialog.left_ids.filtered(lambda x: x.move_id == row.payment_id.move_id)
        return left.reason

    def test_a_payment_whose_refund_is_left_is_left_too(self):
        """Recorded anew it would pay all of the invoice, which the refund opened."""
        refund, rows = self.refunded_run()
        self.secure(refund.payment_id.move_id)
        dialog = self.dialog(refund.run_id)
        self.assertIn("hash", self.reason_of(dialog, refund))
        reason = self.reason_of(dialog, rows - refund)
        self.assertIn("refund that is left opened its invoice", reason)
        self.assertLeft(rows, dialog)

    def test_a_refund_whose_payment_is_of_a_locked_day_is_left_too(self):
        """Recorded anew the two would not be matched again."""
        refund, rows = self.refunded_run()
        self.company.sudo().fiscalyear_lock_date = "2025-11-22"
        dialog = self.dialog(refund.run_id)
        self.assertIn("not be matched", self.reason_of(dialog, refund))
        self.assertLeft(rows, dialog)

    def test_a_payment_and_its_refund_are_undone_together(self):
        """And matched again as they were."""
        refund, rows = self.refunded_run()
        after = self.trial_balance()
        dialog = self.dialog(refund.run_id)
        self.assertFalse(dialog.left_ids)
        dialog.action_undo()
        self.assertEqual(set(self.rows().mapped("state")), {"new"})
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        lines = rows.payment_id.move_id.line_ids
        paid = lines.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertTrue(all(paid.mapped("reconciled")))

    def test_locked_entries_are_listed_and_left(self):
        """The open ones are undone."""
        self.elsewhere(10000)
        self.stripe.clock.advance(days=2)
        self.elsewhere(20000)
        self.synced()
        self.company.sudo().fiscalyear_lock_date = "2025-11-22"
        dialog = self.dialog(self.runs())
        locked = self.rows().filtered(lambda row: str(row.booking_day) == "2025-11-22")
        self.assertEqual(dialog.left_ids.move_id, locked.entry_id)
        self.assertIn("locked", dialog.left_ids.reason)
        dialog.action_undo()
        self.assertEqual(locked.state, "booked")
        self.assertEqual((self.rows() - locked).state, "new")

    def test_what_shares_its_fee_with_a_left_payment_is_left_too(self):
        """Payment and fee are one unit."""
        moves = [self.invoice(100.0), self.invoice(50.0)]
        for move in moves:
            self.pay(move)
        self.settle()
        rows = self.rows()
        self.assertEqual(len(rows.fee_move_id), 1)
        rows[0].payment_id.action_draft()
        rows[0].payment_id.action_cancel()
        dialog = self.dialog(self.runs())
        self.assertEqual(dialog.move_count, 0)
        self.assertEqual(dialog.left_ids.move_id, rows._entries())
        with self.assertRaises(UserError):
            dialog.action_undo()

    def test_what_the_bank_statement_matched_is_left(self):
        """The accountant's match is worth more than the undo."""
        self.elsewhere(10000)
        self.stripe.add_bank_account(self.acct.id)
        self.stripe.clock.advance(days=5)
        self.stripe.pay_out(self.acct.id)
        self.synced()
        payout = self.rows().filtered(lambda row: row.type == "payout")
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": payout.booking_day,
                "payment_ref": "STRIPE",
                "amount": 96.8,
            }
        )
        suspense = line.move_id.line_ids.filtered(
            lambda item: item.account_id == line.journal_id.suspense_account_id
        )
        suspense.account_id = self.account.transit_account_id
        (suspense | payout.entry_line_id).reconcile()
        dialog = self.dialog(payout.run_id)
        self.assertEqual(dialog.left_ids.move_id, payout.entry_id)
        self.assertIn("bank", dialog.left_ids.reason)

    def test_hashed_entries_are_left(self):
        """They are secured."""
        self.elsewhere(10000)
        self.synced()
        entry = self.rows().entry_id
        entry.journal_id.restrict_mode_hash_table = True
        entry.sudo().button_hash()
        self.assertTrue(entry.inalterable_hash)
        dialog = self.dialog(self.runs())
        self.assertEqual(dialog.left_ids.move_id, entry)
        self.assertIn("hash", dialog.left_ids.reason)

    def test_what_a_person_moved_to_another_account_is_left(self):
        """Recording it anew would lose that work."""
        self.elsewhere(10000)
        self.synced()
        line = self.rows().entry_line_id
        line.move_id.button_draft()
        line.account_id = self.company_data["default_account_revenue"]
        line.move_id.action_post()
        dialog = self.dialog(self.runs())
        self.assertEqual(dialog.left_ids.move_id, line.move_id)

    # === RUNS === #

    def test_each_row_knows_the_run_it_was_recorded_in(self):
        """By itself, or by a person."""
        self.elsewhere(10000)
        self.synced()
        self.assertEqual((self.runs().kind, self.runs().row_count), ("job", 1))
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.pay(self.invoice(100.0))
        self.settle()
        held = self.rows().filtered(lambda row: row.state == "held")
        held.sudo()._book_held(self.company._kash_stripe_today())
        self.assertEqual(held.run_id.kind, "person")

    def test_a_clerk_cannot_undo(self):
        """By RPC either."""
        self.elsewhere(10000)
        self.synced()
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        run = self.runs().with_user(clerk).sudo(False)
        self.assertEqual(run.standing_count, 1)
        with self.assertRaises(AccessError):
            run.action_undo()
        with self.assertRaises(AccessError):
            self.env["kash.stripe.undo.wizard"].with_user(clerk).create(
                {"account_id": self.account.id, "run_id": run.id}
            )
