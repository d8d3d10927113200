# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recording what came in a locked period: a person's act, on a chosen date."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestHeld(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.locked = self.invoice(100.0)
        self.lock("2025-11-30")
        self.pay(self.locked)
        self.settle()

    def lock(self, day, field="fiscalyear_lock_date"):
        self.company.sudo()[field] = day

    def dialog(self, user=None, rows=None, **vals):
        """Open the dialog on the held rows and choose."""
        rows = rows or self.rows().filtered(lambda row: row.state == "held")
        action = rows.action_record()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user or self.env.user)
            .with_context(**action["context"])
        )
        for name, value in vals.items():
            form[name] = value
        dialog = form.save()
        dialog.action_preview()
        return dialog

    def test_a_held_row_is_recorded_on_the_date_a_person_chose(self):
        """Payment and fee together, and the invoice is paid."""
        self.dialog(day="2025-12-01").action_record()
        row = self.rows()
        self.assertEqual(row.state, "booked")
        self.assertEqual(row.payment_id.move_id.date, date(2025, 12, 1))
        self.assertEqual(row.fee_move_id.date, date(2025, 12, 1))
        self.assertEqual(row.booking_day, date(2025, 11, 22))
        self.assertEqual(self.locked.payment_state, "paid")
        self.assertClearingIsStripes()
        self.assertFalse(self.activities("held"))

    def test_the_preview_says_what_it_does_and_posts_nothing(self):
        """Per account: before, change, after."""
        entries = self.env["account.move"].search_count([])
        dialog = self.dialog(day="2025-12-01")
        changes = {line.account: line.change for line in dialog.effect_ids}
        self.assertEqual(changes[self.account.clearing_account_id.display_name], 96.8)
        self.assertEqual(changes[self.account.fee_account_id.display_name], 3.2)
        for line in dialog.effect_ids:
            self.assertAlmostEqual(line.before + line.change, line.after)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertEqual(self.rows().state, "held")

    def test_a_chosen_date_that_is_locked_is_refused(self):
        """Checked like any other day."""
        dialog = self.dialog(day="2025-11-29")
        self.assertIn("locked", dialog.error)
        self.assertFalse(dialog.effect_ids)
        with self.assertRaisesRegex(UserError, "locked"):
            dialog.action_record()
        self.assertEqual(self.rows().state, "held")

    def test_a_date_before_stripes_is_refused(self):
        """Money cannot be in the books before it came."""
        self.lock(False)
        dialog = self.dialog(day="2025-11-21")
        self.assertIn("before that", dialog.error)
        with self.assertRaisesRegex(UserError, "before that"):
            dialog.action_record()
        self.assertEqual(self.rows().state, "held")

    def test_with_a_lock_exception_it_is_recorded_on_its_true_date(self):
        """The exception is the person's; no job uses it."""
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.env.user.id,
                "fiscalyear_lock_date": False,
                "end_datetime": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        self.sync()
        self.assertEqual(self.rows().state, "held")
        self.dialog(way="own").action_record()
        self.assertEqual(self.rows().payment_id.move_id.date, date(2025, 11, 22))

    def test_no_exception_opens_a_hard_lock(self):
        """It is final."""
        self.lock(False)
        self.lock("2025-11-30", "hard_lock_date")
        self.assertIn("locked", self.dialog(way="own").error)

    def test_many_at_once_all_or_none(self):
        """A payment, its refund, and money taken elsewhere."""
        attempt = self.locked.transaction_ids
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.stripe.charge_elsewhere(self.acct, amount=5000)
        self.settle()
        self.sync()
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"held"})
        self.dialog(day="2025-12-01").action_record()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertClearingIsStripes()

    def test_what_undoes_a_held_row_is_not_recorded_without_it(self):
        """Both or neither."""
        self.stripe.refund(self.locked.transaction_ids.kash_stripe_charge_id)
        self.settle()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.state, "held")
        dialog = self.dialog(rows=refund, day="2025-12-01")
        self.assertTrue(dialog.error)

    def test_a_clerk_cannot_record(self):
        """By RPC either."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.dialog(user=clerk, day="2025-12-01")

    def test_lifting_the_lock_records_by_itself_only_where_it_is_set(self):
        """Off by default."""
        self.lock(False)
        self.sync()
        self.assertEqual(self.rows().state, "held")
        self.company.kash_stripe_record_when_open = True
        self.sync()
        self.assertEqual(self.rows().state, "booked")
        self.assertEqual(self.locked.payment_state, "paid")
