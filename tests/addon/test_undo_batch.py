# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many entries undone at once are undone as one by one; large runs by the job."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_undo import UndoCase

SYNC = "odoo.addons.kash_stripe_connect.models.sync.account"
RUN = "odoo.addons.kash_stripe_connect.models.undo.run"


class _SeenError(Exception):
    """The ledger was looked at; all of it is taken back."""


@tagged("post_install", "-at_install", "-standard", "long")
class TestUndoBatch(UndoCase):
    """What Odoo makes of each entry by itself is what a batch must come to."""

    def lines(self):
        """Return what the ledger says, line by line."""
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        return sorted(
            repr(
                (
                    line.move_id.name,
                    line.move_id.reversed_entry_id.name,
                    line.move_id.ref,
                    line.move_id.partner_id.id,
                    line.move_id.amount_total,
                    line.move_id.amount_residual,
                    line.move_id.payment_state,
                    str(line.date),
                    line.name,
                    line.account_id.code,
                    line.partner_id.id,
                    line.balance,
                    (line.debit, line.credit),
                    line.amount_currency,
                    line.currency_id.name,
                    line.amount_residual,
                    line.reconciled,
                    bool(line.full_reconcile_id),
                    line.display_type,
                    line.sequence,
                    line.tax_ids.ids,
                    line.tax_tag_ids.ids,
                    line.tax_repartition_line_id.id,
                    line.tax_base_amount,
                    (line.quantity, line.price_unit),
                    (line.price_subtotal, line.price_total),
                    line.analytic_distribution,
                    str(line.date_maturity),
                )
            )
            for line in lines
        )

    def notes(self, moves):
        return [sorted(move.message_ids.mapped("body")) for move in moves]

    def seen(self, act):
        """Do something, look at the ledger, and take it back."""
        found = []
        try:
            with self.env.cr.savepoint():
                moves = act()
                self.env.flush_all()
                self.env.invalidate_all()
                found = [self.lines(), self.notes(moves)]
                raise _SeenError
        except _SeenError:
            self.env.invalidate_all()
        return found

    def one_by_one(self, moves):
        """Reverse entries as Odoo does, on their own dates."""
        reversal = self.env["kash.stripe.reversal"]
        followers = reversal._followers(moves)
        made = moves.with_context(
            tracking_disable=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            mail_notrack=True,
            kash_stripe_writer=True,
        )._reverse_moves(
            [
                {
                    "date": move.date,
                    "kash_stripe_account_id": self.account.id,
                    "ref": f"Reversal of {move.name}",
                }
                for move in moves
            ],
            cancel=True,
        )
        reversal._date_followers(followers)
        return made

    def assertAsOneByOne(self):
        moves = self.rows().sudo()._entries()
        reversal = self.env["kash.stripe.reversal"].sudo()
        account = self.account.sudo()
        before = self.lines()
        single = self.seen(lambda: self.one_by_one(moves))
        batch = self.seen(lambda: reversal._book_reversal(account, moves))
        self.assertNotEqual(single[0], before)
        self.assertEqual(batch[0], single[0])
        self.assertEqual(batch[1], single[1])

    def test_a_month_is_reversed_to_the_line_as_one_by_one(self):
        """Payments, refunds, a day's entry, a dispute, a payout."""
        self.a_full_month()
        self.assertAsOneByOne()

    def test_cash_basis_taxes_are_reversed_to_the_line_as_one_by_one(self):
        """What matching had posted included."""
        for move in (self.cash_basis_invoice(), self.invoice(50.0)):
            self.pay(move)
        self.settle()
        self.assertAsOneByOne()

    def test_income_with_its_tax_is_reversed_to_the_line_as_one_by_one(self):
        """Tax lines, grids and analytics are copied as Odoo copies them."""
        tax = self.company_data["default_tax_sale"]
        self.company.sudo().write(
            {
                "kash_stripe_receipts": "income",
                "kash_stripe_income_account_id": self.company_data[
                    "default_account_revenue"
                ].id,
                "kash_stripe_income_tax_id": tax.id,
            }
        )
        for amount in (10000, 5050):
            self.elsewhere(amount)
        self.synced()
        self.assertAsOneByOne()

    def test_another_currency_is_reversed_to_the_line_as_one_by_one(self):
        """Payments, fees and a payout settled in euros."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "name": "2025-01-01",
                "rate": 0.8,
                "company_id": self.company.id,
            }
        )
        self.stripe.settle_in(self.acct, ["eur"])
        self.pay(self.invoice(100.0))
        self.settle()
        for amount, kind in ((-8000, "payout"), (8000, "payout_failure")):
            self.stripe.book(
                self.acct, type=kind, amount=amount, currency="eur", source="po_1"
            )
            self.stripe.clock.advance(days=1)
        self.synced()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertAsOneByOne()

    def test_the_preview_says_to_the_cent_what_is_done(self):
        """Nothing is posted to see it; taxes due on payment count."""
        self.pay(self.cash_basis_invoice())
        self.elsewhere(10000)
        self.settle()
        self.synced()
        for run in self.runs():
            dialog = self.dialog(run)
            effects = dialog.effect_ids
            told = {line.account: (line.before, line.after) for line in effects}
            before = self.balances(told)
            standing = set(self.rows().sudo()._entries().ids)
            dialog.action_undo()
            after = self.balances(told)
            gone = standing - set(self.rows().sudo()._entries().ids)
            self.assertEqual(dialog.move_count, len(gone))
            self.assertEqual(
                {name: (round(b, 2), round(a, 2)) for name, (b, a) in told.items()},
                {name: (before[name], after[name]) for name in told},
            )

    def balances(self, names):
        groups = self.env["account.move.line"]._read_group(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        held = {ledger.display_name: round(total, 2) for ledger, total in groups}
        return {name: held.get(name, 0.0) for name in names}


@tagged("post_install", "-at_install")
class TestUndoInJob(UndoCase):
    """More than somebody waits for at a button."""

    def set_stage(self):
        super().set_stage()
        self.invoices = [self.invoice(100.0 + number) for number in range(4)]
        for move in self.invoices:
            self.pay(move)
        self.elsewhere(10000)
        self.settle()
        self.stripe.clock.advance(days=1)
        self.elsewhere(20000)
        self.synced()
        self.account.sudo().row_ids.run_id = self.runs()[:1]
        self.large = self.account.sudo().row_ids.run_id
        self.after = self.trial_balance()

    def setUp(self):
        super().setUp()
        small = {"_AT_ONCE": 2, "_PORTION": 2, "_LOOSE_PORTION": 2}
        for name, value in small.items():
            patcher = patch(f"{RUN}.{name}", value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def job(self):
        self.account.sudo().next_sync_at = "2100-01-01"
        self.run_cron("ir_cron_sync")

    def assertUndone(self):
        """Assert that each entry was reversed once, and nothing is recorded."""
        moves = self.env["account.move"].search(
            [
                ("kash_stripe_account_id", "=", self.account.id),
                ("reversed_entry_id", "=", False),
            ]
        )
        self.assertTrue(moves)
        self.assertEqual({len(move.reversal_move_ids) for move in moves}, {1})
        self.assertLedger({})
        self.assertEqual(set(self.rows().mapped("state")), {"new"})
        self.assertFalse(self.rows().run_id)

    def test_a_large_run_is_left_to_the_job(self):
        """The button returns at once; the run says how far it is."""
        dialog = self.dialog(self.large)
        self.assertTrue(dialog.in_background)
        answer = dialog.action_undo()
        self.assertIn("background", answer["params"]["message"])
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertIn("begins", self.large.undo_text)
        self.job()
        self.assertUndone()
        self.assertFalse(self.large.undoing)
        self.assertTrue(self.large.undone_at)
        self.assertEqual(self.large.undone_by_id, self.env.user)
        self.synced()
        self.assertEqual(self.trial_balance(), self.after)

    def test_a_run_half_undone_goes_on_and_nothing_is_done_twice(self):
        """The worker was ended between two portions; what is new is recorded then."""
        self.dialog(self.large).action_undo()
        with self.no_time():
            self.job()
        half = self.rows().filtered(lambda row: row.state == "new")
        self.assertTrue(half)
        self.assertLess(len(half), len(self.rows()))
        self.assertIn(
            f"Rows looked at: {len(half)} of {len(self.rows())},", self.large.undo_text
        )
        self.account.sudo()._book_new()
        self.assertFalse(half.filtered(lambda row: row.state == "booked"))
        self.job()
        self.assertUndone()
        self.synced()
        self.assertEqual(self.trial_balance(), self.after)
        self.assertEqual({move.payment_state for move in self.invoices}, {"paid"})

    def test_who_pays_while_a_run_is_undone_is_recorded(self):
        """However much waits for the end of it."""
        self.dialog(self.large).action_undo()
        with self.no_time():
            self.job()
        invoice = self.invoice(70.0)
        self.pay(invoice)
        with patch(f"{SYNC}._INLINE_ROWS", 1):
            self.settle()
        self.assertEqual(invoice.payment_state, "paid")

    def test_pressed_twice_it_is_done_once(self):
        """By two people, or by one who is in a hurry."""
        first, second = self.dialog(self.large), self.dialog(self.large)
        first.action_undo()
        self.assertEqual(second.action_undo()["params"]["type"], "info")
        self.job()
        self.assertUndone()
        second.action_undo()
        self.assertUndone()

    def test_what_is_left_is_listed_on_the_run_with_its_reason(self):
        """The rest is undone; what is left is not tried for ever."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-22"
        self.dialog(self.large).action_undo()
        self.job()
        left = self.large.left_row_ids
        self.assertEqual(left, self.large.row_ids)
        self.assertEqual({str(row.booking_day) for row in left}, {"2025-11-22"})
        self.assertIn("locked", left[0].left_reason)
        self.assertEqual(set((self.rows() - left).mapped("state")), {"new"})
        self.assertFalse(self.large.undoing)
        self.company.sudo().fiscalyear_lock_date = False
        self.dialog(self.large).action_undo()
        self.job()
        self.assertUndone()

    def test_a_payment_is_looked_at_together_with_its_refund(self):
        """Wherever the refund stands in a large run: both are undone, or neither."""
        refund, rows = self.opened_by_a_refund(self.invoices[0])
        refund.sudo().run_id = self.large
        self.secure(refund.payment_id.move_id)
        self.dialog(self.large).action_undo()
        self.job()
        payment = rows - refund
        self.assertEqual(set(rows.mapped("state")), {"booked"})
        self.assertIn("hash", refund.left_reason)
        self.assertIn("refund that is left", payment.left_reason)
        self.assertEqual(self.invoices[0].amount_residual, 40.0)
        shared = self.rows().filtered(lambda r: r.fee_move_id == payment.fee_move_id)
        others = self.rows() - rows - shared
        self.assertEqual(set(others.mapped("state")), {"new"})

    @mute_logger("odoo.sql_db", RUN)
    def test_one_entry_that_cannot_be_reversed_keeps_no_other(self):
        """Whatever it is that nobody foresaw."""
        bad = self.rows().filtered("payment_id")[:1]
        self.env.cr.execute(
            "ALTER TABLE account_move ADD CONSTRAINT never"
            " CHECK (reversed_entry_id IS NULL OR reversed_entry_id != %s)",
            [bad.payment_id.move_id.id],
        )
        self.dialog(self.large).action_undo()
        self.job()
        together = self.rows().filtered(
            lambda row: row.fee_move_id and row.fee_move_id == bad.fee_move_id
        )
        self.assertEqual(self.large.left_row_ids, together)
        self.assertIn("unforeseen", bad.left_reason)
        self.assertEqual(set((self.rows() - together).mapped("state")), {"new"})
