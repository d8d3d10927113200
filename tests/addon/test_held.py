# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Recording what came in a locked period: a person's act, on a chosen date."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import KashStripeConnected

BOOKABLE = "odoo.addons.kash_stripe_connect.models.ledger.bookable"


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
        dialog = self.dialog(way="chosen", day="2025-11-21")
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

    # === OPEN AGAIN === #

    def test_a_held_row_says_at_once_that_its_day_is_open_again(self):
        """In the list, in the form, and in the activity that counts it."""
        self.lock(False)
        row = self.rows()
        self.assertEqual(row.state, "held")
        self.assertEqual(row.reason, "11/22/2025 is open again: record it.")
        self.assertTrue(row.ceased)
        summary = self.activities("held").summary
        self.assertIn("their day is open again: 1. Record them.", summary)
        self.assertNotIn("day is locked", summary)

    def test_it_says_which_lock_holds_it_when_another_one_comes(self):
        """There, and gone, and there again."""
        self.lock(False)
        self.lock("2025-11-23", "hard_lock_date")
        self.assertIn("11/22/2025 is locked: Hard", self.rows().reason)
        self.assertFalse(self.rows().ceased)
        self.assertIn("day is locked", self.activities("held").summary)

    def test_both_are_counted_apart(self):
        """One day is open, another one is not."""
        self.stripe.clock.advance(days=3)
        self.pay(self.invoice(50.0))
        self.settle()
        self.lock("2025-11-23", "hard_lock_date")
        self.lock(False)
        self.assertEqual(self.rows().mapped("ceased"), [True, False])
        summary = self.activities("held").summary
        self.assertIn("Stripe rows whose day is locked: 1. They wait.", summary)
        self.assertIn("open again: 1.", summary)

    def test_record_proposes_the_days_that_are_open_again(self):
        """It is what the row says; with one that is locked a person chooses."""
        row = self.rows()
        self.assertEqual(row.action_record()["context"]["default_way"], "chosen")
        self.lock(False)
        self.dialog().action_record()
        self.assertEqual(row.payment_id.move_id.date, date(2025, 11, 22))
        self.assertFalse(self.activities("held"))

    def test_what_takes_back_a_locked_row_says_that_one_is_locked(self):
        """Its own day is open; it is not recorded without the other."""
        self.stripe.clock.advance(days=10)
        self.stripe.refund(self.locked.transaction_ids.kash_stripe_charge_id)
        self.settle()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.booking_day, date(2025, 12, 2))
        self.assertIn("11/22/2025 is locked", refund.reason)
        self.sync()
        self.assertIn("11/22/2025 is locked", refund.reason)
        self.lock(False)
        self.assertEqual(refund.reason, "12/02/2025 is open again: record it.")

    def exception(self, **vals):
        """Make an exception that opens every day."""
        return self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "fiscalyear_lock_date": False,
                "end_datetime": fields.Datetime.now() + timedelta(hours=1),
                **vals,
            }
        )

    def test_where_nobody_syncs_any_more_it_is_a_persons(self):
        """Disconnected: "with the next sync" would be never."""
        self.company.sudo().kash_stripe_record_when_open = True
        self.account.sudo()._push_disconnect()
        self.lock(False)
        self.assertIn("record it", self.rows().reason)

    def test_an_exception_for_everybody_opens_the_day_until_it_ends(self):
        """The job is everybody, too; one person's exception says nothing to others."""
        self.exception(user_id=self.env.user.id)
        self.assertFalse(self.rows().ceased)
        everybodys = self.exception(user_id=False)
        self.assertTrue(self.rows().ceased)
        everybodys.action_revoke()
        self.assertFalse(self.rows().ceased)

    def test_where_it_is_recorded_by_itself_the_row_says_that(self):
        """Nobody need record it."""
        self.company.kash_stripe_record_when_open = True
        self.lock(False)
        self.assertIn("recorded with the next sync", self.rows().reason)
        self.sync()
        self.assertEqual(self.rows().state, "booked")


@tagged("post_install", "-at_install", "-standard", "long")
class TestMended(KashStripeConnected):
    """What stopped a row may end without a word to it."""

    def stopped(self):
        """Let money come in a currency that Odoo has not enabled; return its row."""
        self.stripe.settle_in(self.acct, ["eur"])
        self.foreign = self.quote("eur", {"2025-01-01": 0.8})
        self.foreign.active = False
        self.stripe.charge_elsewhere(self.acct, amount=5000)
        self.booked()
        self.assertEqual(self.rows().state, "stopped")
        return self.rows()

    def booked(self):
        """Let a day go by at the job."""
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.account.sudo().tried_at = False
        self.sync()

    def test_a_currency_that_is_enabled_stops_nothing_any_more(self):
        """The row says so, and the activity counts it; recording is a person's act."""
        row = self.stopped()
        self.booked()
        self.assertIn("which is not enabled", row.reason)
        self.assertFalse(row.ceased)
        self.foreign.active = True
        self.booked()
        self.assertEqual(row.state, "stopped")
        self.assertIn("Nothing stops it any more: try again.", row.reason)
        self.assertTrue(row.ceased)
        self.assertIn("any more: 1. Try them", self.activities("stopped").summary)
        row.action_retry()
        self.assertEqual(row.state, "booked")

    def test_what_stops_it_now_is_said_when_that_is_something_else(self):
        """First the currency was missing, then its rate."""
        row = self.stopped()
        self.foreign.active = True
        self.foreign.rate_ids.name = "2025-12-01"
        self.booked()
        self.assertIn("Odoo has no rate", row.reason)
        self.foreign.rate_ids.name = "2025-11-01"
        self.booked()
        self.assertIn("Nothing stops it", row.reason)
        self.foreign.active = False
        self.booked()
        self.assertIn("which is not enabled", row.reason)
        self.assertFalse(row.ceased)

    def test_an_archived_account_that_is_there_again_stops_nothing(self):
        """Odoo itself refused it, and answers itself."""
        income = self.other_account(account_type="income", code="401777")
        self.company.write(
            {
                "kash_stripe_receipts": "income",
                "kash_stripe_income_account_id": income.id,
            }
        )
        income.active = False
        self.stripe.charge_elsewhere(self.acct, amount=5000)
        self.booked()
        row = self.rows()
        self.assertEqual(row.state, "stopped")
        income.active = True
        self.booked()
        self.assertIn("Nothing stops it", row.reason)

    def two_stopped(self):
        """Let money come in two currencies that Odoo has not; return euro, pound.

        One text stands for both reasons, as that of a fault nobody foresaw does.
        """
        row = self.stopped()
        self.stripe.settle_in(self.acct, ["eur", "gbp"])
        self.quote("gbp", {"2025-01-01": 0.7}).active = False
        self.stripe.charge_elsewhere(self.acct, amount=7000, currency="gbp")
        self.booked()
        rows = self.rows().sorted(lambda r: r != row)
        self.assertEqual(rows.mapped("currency_code"), ["eur", "gbp"])
        rows.sudo().write({"reason": "Something unforeseen: see the log."})
        return rows

    def test_each_answers_for_itself(self):
        """What one reason stands for may have ceased for one of them alone."""
        euro, pound = self.two_stopped()
        self.foreign.active = True
        self.booked()
        self.assertTrue(euro.ceased)
        self.assertFalse(pound.ceased)
        self.assertIn("GBP", pound.reason)

    def test_each_has_its_turn(self):
        """However many are stopped: some in one hour, others in the next."""
        rows = self.two_stopped()
        self.env["res.currency"].with_context(active_test=False).search(
            [("name", "in", ["EUR", "GBP"])]
        ).active = True
        account = self.account.sudo()
        with patch(f"{BOOKABLE}._MOST_TRIED", 1):
            for hour in (9, 10):
                with freeze_time(f"2030-01-01 {hour:02}:30:00"):
                    rows.sudo()._look_at_stopped(account)
                self.assertEqual(len(rows.filtered("ceased")), hour - 8)

    def test_it_is_looked_at_once_an_hour(self):
        """Each event would try it again."""
        row = self.stopped()
        self.foreign.active = True
        self.account.sudo()._refresh_activities()
        self.assertFalse(row.ceased)
        self.account.sudo().tried_at -= timedelta(hours=2)
        self.account.sudo()._refresh_activities()
        self.assertTrue(row.ceased)
