# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payouts and fees by hand: the dialog lists what waits, and books exactly that."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_payout import KashStripePayouts


@tagged("post_install", "-at_install")
class TestDeposit(KashStripePayouts):
    def by_hand(self, *, payouts="auto", fees="auto"):
        self.company.sudo().write(
            {"kash_stripe_move_payouts": payouts, "kash_stripe_record_fees": fees}
        )

    def dialog(self, user=None, **vals):
        """Open the dialog and choose; what is not named is left as it comes."""
        action = self.account.with_user(user or self.env.user).action_deposit()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user or self.env.user)
            .with_context(**action["context"])
        )
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def record(self, **vals):
        dialog = self.dialog(**vals)
        dialog.action_preview()
        self.assertFalse(dialog.error)
        dialog.action_record()
        self.assertClearingOrWaiting()
        return dialog

    def assertClearingOrWaiting(self):
        """Assert that clearing is Stripe's balance but for what waits, to the cent."""
        rows, fees = self.rows()._waiting_for_a_person(self.account)
        waits = sum(rows.mapped("net")) - sum(fees.mapped("fee"))
        balance = self.stripe.balance(self.account.stripe_id, "usd")
        held = balance["available"] + balance["pending"]
        self.assertEqual(round(self.ledger()["clearing"] * 100) + waits, held)

    def synced(self):
        """Sync, where clearing is not Stripe's because something waits."""
        self.stripe.settle()
        self.read_until("2025-11-22", "rows", "payouts")
        self.sync()
        self.assertClearingOrWaiting()

    # === PAYOUTS === #

    def test_a_payout_by_hand_waits_and_is_asked_for(self):
        """Stripe has paid it out; the books follow when somebody says so."""
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.synced()
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})
        self.assertEqual(self.payouts().books_state, "by_hand")
        self.assertEqual(len(self.activities("by_hand")), 1)

    def test_the_dialog_records_it_on_the_chosen_date(self):
        """Into transit, where the bank statement finds it."""
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.synced()
        self.record(day="2025-12-05")
        self.assertLedger({"fees": 3.2, "unallocated": -100.0, "in_transit": 96.8})
        row = self.rows().filtered(lambda row: row.type == "payout")
        self.assertEqual(row.entry_id.date, date(2025, 12, 5))
        self.assertFalse(self.activities("by_hand"))

    def test_with_a_bank_without_statements_it_is_there_at_once(self):
        """One press: out of clearing, and into the bank."""
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.synced()
        bank = self.company_data["default_journal_bank"]
        dialog = self.record(day="2025-12-05", bank_journal_id=bank)
        changes = {line.account: line.change for line in dialog.effect_ids}
        self.assertEqual(changes[bank.default_account_id.display_name], 96.8)
        self.assertLedger({"fees": 3.2, "unallocated": -100.0})
        lines = self.env["account.move.line"].search(
            [("account_id", "=", bank.default_account_id.id)]
        )
        self.assertEqual((lines.date, lines.balance), (date(2025, 12, 5), 96.8))

    def test_a_bank_with_statements_leaves_it_in_transit(self):
        """Its statement records the money; the dialog says so."""
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.synced()
        bank = self.company_data["default_journal_bank"]
        self.env["account.bank.statement.line"].create(
            {"journal_id": bank.id, "amount": 1.0, "payment_ref": "x"}
        )
        dialog = self.record(day="2025-12-05", bank_journal_id=bank)
        self.assertIn("has bank statements", dialog.bank_note)
        self.assertEqual(self.ledger()["in_transit"], 96.8)

    def test_what_took_it_back_waits_too_and_both_are_recorded_together(self):
        """Nothing stays in transit, and nothing reaches the bank."""
        self.by_hand(payouts="hand")
        payout_id = self.paid_out(10000)
        self.stripe.clock.advance(days=1)
        self.stripe.fail_payout(payout_id)
        self.synced()
        bank = self.company_data["default_journal_bank"]
        self.record(day="2025-12-05", bank_journal_id=bank)
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})
        self.assertFalse(self.env["kash.stripe.movement"].search([]))

    # === FEES === #

    def test_fees_by_hand_leave_the_payment_in_full(self):
        """Of an invoice, and of what was sold elsewhere."""
        self.by_hand(fees="hand")
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.sell(10000)
        self.synced()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertLedger(
            {"clearing": 200.0, "receivable": -100.0, "unallocated": -100.0}
        )
        self.assertEqual(self.rows().mapped("fee_by_hand"), [True, True])

    def test_the_dialog_records_fees_in_one_entry(self):
        """By type, on the chosen date; Stripe's own charges with them."""
        self.by_hand(fees="hand")
        self.pay(self.invoice(100.0))
        self.settle()
        self.sell(10000)
        self.stripe.book(self.acct.id, type="stripe_fee", amount=-500)
        self.synced()
        dialog = self.record(day="2025-12-05")
        self.assertEqual(dialog.fee_total, 11.4)
        self.assertLedger(
            {
                "clearing": 188.6,
                "fees": 11.4,
                "receivable": -100.0,
                "unallocated": -100.0,
            }
        )
        moves = self.rows().fee_move_id
        self.assertEqual(moves.mapped("date"), [date(2025, 12, 5)])
        self.assertClearingIsStripes()

    def test_fees_that_come_to_nothing_are_recorded_all_the_same(self):
        """One was charged, another one given back: neither waits any more."""
        self.by_hand(fees="hand")
        self.sell(10000, 10000)
        row, _other = self.stripe.objects("balance_transaction", self.acct.id)
        details = [{**row["fee_details"][0], "amount": -320}]
        self.stripe.tamper(row["id"], fee=-320, net=10320, fee_details=details)
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(self.rows().mapped("fee_by_hand"), [True, True])
        self.dialog(day="2025-12-05").action_record()
        self.assertFalse(self.rows().filtered("fee_by_hand"))
        self.assertEqual(self.rows().fee_move_id.date, date(2025, 12, 5))

    def test_fees_recorded_together_are_undone_with_one_of_their_runs(self):
        """All of them wait again; recorded on the same date the books are the same."""
        self.by_hand(fees="hand")
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        first = self.rows().run_id
        self.sell(10000)
        self.synced()
        self.record(day="2025-12-05")
        fees = self.rows().fee_move_id
        after = self.ledger()
        action = first.action_undo()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertFalse(dialog.left_ids)
        self.assertEqual((dialog.move_count, dialog.row_count), (2, 1))
        dialog.action_undo()
        self.assertEqual(fees.reversal_move_ids.date, fees.date)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertLedger({"clearing": 100.0, "unallocated": -100.0})
        self.assertEqual(len(self.activities("by_hand")), 1)
        self.synced()
        self.assertEqual(self.rows().mapped("fee_by_hand"), [True, True])
        self.record(day="2025-12-05")
        self.assertEqual(self.ledger(), after)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(any(self.rows().mapped("is_removed")))

    def test_each_leg_is_recorded_once_whichever_way(self):
        """A second dialog, a sync, the setting changed: nothing again."""
        self.by_hand(payouts="hand", fees="hand")
        self.paid_out(10000)
        self.synced()
        stale = self.dialog(day="2025-12-05")
        self.record(day="2025-12-05")
        after = self.ledger()
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            stale.action_record()
        self.by_hand()
        self.synced()
        self.assertEqual(self.ledger(), after)
        self.assertFalse(self.dialog(day="2025-12-05").line_ids)

    def test_what_waits_goes_on_waiting_when_the_setting_is_turned_back(self):
        """Only what comes later is recorded by itself."""
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.synced()
        self.by_hand()
        self.stripe.clock.advance(days=1)
        self.paid_out(5000)
        self.synced()
        states = self.payouts().sorted("created_at").mapped("books_state")
        self.assertEqual(states, ["by_hand", "booked"])

    def test_a_payout_of_a_locked_day_is_recorded_as_what_is_held(self):
        """By the dialog for held rows: it asks for a date, too."""
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.stripe.settle()
        self.sync()
        row = self.rows().filtered(lambda row: row.type == "payout")
        self.assertEqual(row.state, "held")
        self.rows().sudo()._book_held(date(2025, 12, 5))
        self.assertEqual((row.state, row.entry_id.date), ("booked", date(2025, 12, 5)))

    # === THE DIALOG === #

    def test_a_payout_a_person_removed_is_recorded_again_by_a_person(self):
        """By hand or not: the button is a person's act."""
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.synced()
        self.record(day="2025-11-28")
        payout = self.rows().filtered(lambda row: row.type == "payout")
        entry = payout.entry_id
        entry._reverse_moves([{"date": entry.date}], cancel=True)
        payout.action_record_again()
        self.assertEqual((payout.state, payout.is_removed), ("booked", False))
        self.assertEqual(payout.entry_id.date, date(2025, 11, 28))

    def test_a_row_that_is_but_a_fee_waits_for_a_person(self):
        """It has no entry of its own."""
        self.by_hand(fees="hand")
        self.stripe.book(self.acct, type="adjustment", amount=0, fee=500)
        self.synced()
        row = self.rows().filtered("fee_by_hand")
        self.assertEqual((row.state, row.is_removed), ("booked", False))
        self.record(day="2025-11-28")
        self.assertEqual((row.fee_move_id.state, row.is_removed), ("posted", False))
        self.assertEqual(self.ledger()["fees"], 5.0)

    def test_only_what_is_ticked_is_recorded(self):
        """The rest goes on waiting."""
        self.by_hand(payouts="hand", fees="hand")
        self.paid_out(10000)
        self.synced()
        dialog = self.dialog(day="2025-12-05")
        self.assertEqual(
            dialog.line_ids.mapped(lambda line: (line.part, line.amount)),
            [("row", 96.8), ("fee", 3.2)],
        )
        dialog.line_ids[0].chosen = False
        dialog.action_record()
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})
        self.assertEqual(self.payouts().books_state, "by_hand")

    def test_what_is_recorded_is_no_payout_again_by_its_fee(self):
        """A line sent by hand, against what the dialog listed."""
        self.by_hand(fees="hand")
        self.sell(10000)
        self.synced()
        dialog = self.dialog(day="2025-12-05")
        dialog.line_ids.part = "row"
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            dialog.action_record()

    def test_the_preview_posts_nothing(self):
        """Per account before, change and after."""
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.synced()
        entries = self.env["account.move"].search_count([])
        dialog = self.dialog(day="2025-12-05")
        dialog.action_preview()
        changes = {line.account: line.change for line in dialog.effect_ids}
        clearing = self.account.clearing_account_id.display_name
        self.assertEqual(changes[clearing], -96.8)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertEqual(self.payouts().books_state, "by_hand")

    def test_a_date_before_the_row_or_in_a_locked_period_is_refused(self):
        """Nothing is recorded then, not even a part."""
        self.by_hand(payouts="hand", fees="hand")
        self.paid_out(10000)
        self.synced()
        before = self.ledger()
        early = self.dialog(day="2025-11-23")
        early.action_preview()
        self.assertIn("before", early.error)
        self.company.sudo().fiscalyear_lock_date = "2025-12-31"
        locked = self.dialog(day="2025-12-05")
        locked.action_preview()
        self.assertIn("locked", locked.error)
        with self.assertRaisesRegex(UserError, "locked"), self.cr.savepoint():
            locked.action_record()
        self.assertEqual(self.ledger(), before)

    def test_it_is_for_those_who_keep_the_books(self):
        """And for the rows of one's own account."""
        clerk = self.colleague("clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.dialog(user=clerk)
        keeper = self.colleague("keeper", "account.group_account_manager")
        self.by_hand(payouts="hand")
        self.paid_out(10000)
        self.synced()
        dialog = self.dialog(user=keeper, day="2025-12-05")
        dialog.action_record()
        self.assertEqual(self.ledger()["in_transit"], 96.8)
