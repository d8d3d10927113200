# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading Stripe's rows: page by page, resumed where it ended, harmless twice."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected, by_pytest_too

SYNC = "odoo.addons.kash_stripe_connect.models.sync.account"
ROWS = "/v1/balance_transactions"


class SyncCase(KashStripeConnected):
    """Rows that cost little: Stripe's own fees, one line of a day's entry."""

    def fees(self, count, amount=-1):
        """Let Stripe charge ``count`` fees."""
        for _fee in range(count):
            self.stripe.book(self.acct.id, type="stripe_fee", amount=amount)

    def pages_asked(self):
        """Return the cursor of each page of rows asked for, None for a first page."""
        return [
            request.params.get("starting_after")
            for request in self.stripe.requests
            if request.path == ROWS and request.params.get("limit") == 100
        ]

    def read_on(self):
        """Let the job work, with all the time it wants, at imports alone."""
        self.run_cron("ir_cron_sync")

    def news(self):
        return self.account.sudo()._news_pull()

    def rows_until(self):
        return self.account.sudo()._stream("rows").until

    def begin(self, day):
        """Let the books begin with a day (UTC) of November 2025."""
        moment = f"2025-11-{day:02}"
        self.account.sudo().mirror_start = moment
        self.read_until(moment)

    def import_from(self, day, user=None):
        """Fill the dialog *Import from…* as an accounting manager would."""
        action = self.account.action_import()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        return wizard.with_user(user or self.env.user).create({"first_day": day})


@tagged("post_install", "-at_install")
class TestSync(SyncCase):
    # === PAGES === #

    @by_pytest_too
    def test_rows_are_read_by_the_hundred_and_mirrored_once(self):
        """Each page is asked for once, behind the last row of the one before."""
        self.fees(205)
        self.sync()
        self.assertEqual(len(self.rows()), 205)
        asked = self.pages_asked()
        # The last is the proof's: it looks for rows between two readings of balance.
        self.assertEqual([bool(cursor) for cursor in asked], [False, True, True, False])
        self.assertEqual(len(set(asked)), 3)
        self.assertLedger({"clearing": -2.05, "fees": 2.05})

    def test_when_its_time_is_over_the_job_goes_on_at_the_cursor(self):
        """Other jobs wait: a page a run here, and none of them twice."""
        self.fees(205)
        with self.no_time():
            self.sync()
        self.assertEqual((len(self.rows()), self.news().row_count), (100, 100))
        self.assertTrue(self.news().cursor)
        self.assertFalse(self.rows_until())
        self.assertLessEqual(self.account.next_sync_at, fields.Datetime.now())
        self.run_cron("ir_cron_sync")
        self.assertEqual(len(self.rows()), 205)
        self.assertEqual(len({*self.pages_asked()[:3]}), 3)
        self.assertTrue(self.rows_until())
        self.assertLedger({"clearing": -2.05, "fees": 2.05})

    @mute_logger(SYNC, "odoo.sql_db")
    def test_a_job_that_dies_on_a_page_leaves_those_before_it(self):
        """The mirror is said to be complete only when it is; nothing is read again."""
        self.fees(151)
        self.env.cr.execute(
            "ALTER TABLE kash_stripe_pull ADD CONSTRAINT never CHECK (row_count < 101)"
        )
        self.sync()
        self.assertTrue(self.account.sync_error)
        self.assertEqual(len(self.rows()), 100)
        self.assertTrue(self.news().cursor)
        self.assertFalse(self.rows_until())
        self.env.cr.execute("ALTER TABLE kash_stripe_pull DROP CONSTRAINT never")
        before = len(self.pages_asked())
        self.sync()
        self.assertEqual(len(self.rows()), 151)
        self.assertTrue(self.rows_until())
        # On behind the last page, not from the first.
        self.assertTrue(self.pages_asked()[before])

    @mute_logger(SYNC)
    def test_without_an_answer_the_cursor_stays(self):
        """Stripe is away in the middle: the next sync goes on there."""
        self.fees(105)
        with self.no_time():
            self.sync()
        cursor = self.news().cursor
        self.stripe.fail_next(path=ROWS, status=500, should_retry=False)
        self.sync()
        self.assertTrue(self.account.sync_error)
        self.assertEqual(self.news().cursor, cursor)
        self.sync()
        self.assertFalse(self.account.sync_error)
        self.assertEqual(len(self.rows()), 105)

    def test_what_came_while_a_window_was_half_read_is_read_too(self):
        """A window ends where it ended when it was opened."""
        self.fees(105)
        with self.no_time():
            self.sync()
        self.news().until = "2025-11-22 18:00:00"
        self.stripe.clock.advance(days=2)
        self.fees(1)
        self.sync()
        self.assertEqual(len(self.rows()), 106)

    def test_a_cursor_that_is_gone_begins_the_window_again(self):
        """Harmless: known rows change nothing."""
        self.fees(105)
        with self.no_time():
            self.sync()
        self.news().cursor = "txn_gone"
        self.sync()
        self.assertEqual(len(self.rows()), 105)

    # === STRIPE IS BUSY === #

    def test_a_rate_limit_is_waited_out(self):
        """As long as Stripe asks, if that is short."""
        self.fees(1)
        self.stripe.fail_next(path=ROWS, status=429, times=2, retry_after=0)
        self.sync()
        self.assertEqual(len(self.rows()), 1)
        self.assertFalse(self.account.sync_error)

    @mute_logger(SYNC)
    def test_a_long_rate_limit_sends_the_job_away(self):
        """It comes back when Stripe said, and not before."""
        self.stripe.fail_next(path=ROWS, status=429, times=2, retry_after=900)
        self.sync()
        wait = self.account.next_sync_at - fields.Datetime.now()
        self.assertGreater(wait, timedelta(minutes=14))
        self.assertTrue(self.account.sync_error)

    # === BOOKING MEANWHILE === #

    def test_a_refund_waits_for_its_charge_on_an_older_page(self):
        """It precedes nothing: it was only read first."""
        charge = self.stripe.charge_elsewhere(self.acct, amount=10000)
        self.stripe.settle()
        self.fees(105)
        self.stripe.clock.advance(days=1)
        self.stripe.refund(charge["id"])
        self.stripe.settle()
        with self.no_time():
            self.sync()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.state, "new")
        self.assertIn("still being read", refund.reason)
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertEqual(self.ledger()["suspense"], 0.0)
        self.assertEqual(self.ledger()["unallocated"], 0.0)

    def test_a_refund_read_before_the_payment_it_gives_back_finds_it(self):
        """Newest first: whose it is stands on a page to come."""
        invoice = self.invoice(100.0)
        attempt = self.pay(invoice)
        self.stripe.settle()
        self.fees(105)
        charge = self.stripe.objects("charge", self.acct.id)[0]
        self.stripe.refund(charge["id"])
        self.stripe.settle()
        attempt.sudo().kash_stripe_session_state = "expired"
        with self.no_time():
            self.sync()
        self.assertFalse(attempt.child_transaction_ids)
        self.sync()
        self.assertEqual(attempt.child_transaction_ids.state, "done")
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})

    # === BY HAND === #

    def test_sync_now_leaves_a_long_window_to_the_job(self):
        """Nobody waits minutes at a button."""
        self.fees(310)
        answer = self.account.action_sync_now()
        self.assertEqual(answer["params"]["type"], "info")
        self.assertEqual(len(self.rows()), 300)
        self.assertEqual(self.account.reading_state, "running")
        self.assertIn("Rows read: 300,", self.account.reading_text)
        self.run_cron("ir_cron_sync")
        self.assertEqual(len(self.rows()), 310)
        self.assertFalse(self.account.reading_state)

    def test_sync_now_does_not_meddle_with_a_job_at_work(self):
        """Two of them would read the same."""
        self.fees(1)
        with db_connect(self.env.cr.dbname).cursor() as job:
            job.execute(
                "SELECT pg_advisory_xact_lock(hashtext('kash.stripe.account'), %s)",
                [self.account.id],
            )
            answer = self.account.action_sync_now()
            job.rollback()
        self.assertIn("right now", answer["params"]["message"])
        self.assertFalse(self.rows())

    @mute_logger(SYNC, "odoo.sql_db")
    def test_unforeseen_trouble_is_shown_and_keeps_nobody_waiting(self):
        """Whatever it is, the job comes back to the other accounts."""
        self.fees(1)
        self.env.cr.execute(
            "ALTER TABLE kash_stripe_run ADD CONSTRAINT never CHECK (row_count < 0)"
        )
        self.sync()
        self.assertIn("unforeseen", self.account.sync_error)
        self.assertGreater(self.account.sudo().next_sync_at, fields.Datetime.now())
        self.env.cr.execute("ALTER TABLE kash_stripe_run DROP CONSTRAINT never")
        self.sync()
        self.assertFalse(self.account.sync_error)
        self.assertEqual(self.rows().state, "booked")


@tagged("post_install", "-at_install")
class TestImport(SyncCase):
    def set_stage(self):
        super().set_stage()
        self.fees(2)
        self.stripe.clock.advance(days=4)
        self.fees(3)
        self.begin(27)
        self.sync()

    def test_earlier_rows_are_imported_and_recorded_on_their_days(self):
        """From the chosen day on, in the company's zone."""
        self.assertFalse(self.rows())
        self.import_from("2025-11-24").action_apply()
        self.read_on()
        self.assertEqual(len(self.rows()), 3)
        self.assertFalse(self.account.reading_state)
        self.sync()
        self.assertEqual(self.rows().entry_id.date, date(2025, 11, 26))
        self.assertEqual(
            self.account.mirror_start,
            fields.Datetime.to_datetime("2025-11-24 05:00:00"),
        )
        self.assertLedger({"clearing": -0.03, "fees": 0.03})

    def test_payouts_of_that_time_are_known_too(self):
        """They were before the first look at payouts."""
        account = self.account.sudo()
        self.stripe.charge_elsewhere(self.acct, amount=10000)
        self.stripe.settle()
        self.stripe.add_bank_account(self.acct.id)
        self.stripe.clock.advance(days=5)
        self.stripe.pay_out(self.acct.id)
        self.stripe.clock.advance(days=5)
        account.mirror_start = "2025-12-06"
        self.read_until("2025-12-06")
        self.read_until(False, "payouts")
        self.sync()
        self.assertFalse(account.payout_ids)
        self.import_from("2025-11-20").action_apply()
        self.read_on()
        self.sync()
        self.assertEqual(set(account.payout_ids.mapped("status")), {"paid"})

    def test_rows_here_already_change_nothing(self):
        """An import twice, further back: each row once."""
        for day in ("2025-11-24", "2025-11-20"):
            self.import_from(day).action_apply()
            self.read_on()
            self.sync()
        self.assertEqual(len(self.rows()), 5)
        self.assertLedger({"clearing": -0.05, "fees": 0.05})
        self.assertEqual(len(self.rows().entry_id), 2)

    def test_the_books_begin_earlier_only_when_all_is_read(self):
        """A crash in between leaves a mirror that is as complete as it says."""
        self.fees(105)
        self.import_from("2025-11-20").action_apply()
        with self.no_time():
            self.read_on()
        self.assertEqual(self.account.mirror_start.day, 27)
        self.assertEqual(self.account.reading_percent, 4)
        self.read_on()
        self.assertEqual(self.account.mirror_start.day, 20)

    def test_an_import_is_stopped_and_resumed_where_it_was(self):
        """What was read stays; what was not is not read meanwhile."""
        self.fees(105)
        self.import_from("2025-11-20").action_apply()
        with self.no_time():
            self.read_on()
        self.account.action_stop_reading()
        self.read_on()
        self.assertEqual(len(self.rows()), 100)
        self.assertEqual(self.account.reading_state, "stopped")
        before = len(self.pages_asked())
        self.account.action_resume_reading()
        self.read_on()
        self.assertEqual(len(self.rows()), 110)
        self.assertTrue(self.pages_asked()[before])

    def test_the_daily_sync_goes_on_while_an_import_is_stopped(self):
        """Today's money is not the history's hostage."""
        self.import_from("2025-11-20").action_apply()
        self.account.action_stop_reading()
        self.stripe.clock.advance(days=2)
        self.fees(1, amount=-700)
        self.read_until("2025-11-27")
        self.sync()
        self.assertLedger({"clearing": -7.0, "fees": 7.0})

    def test_days_read_again_change_nothing(self):
        """Re-reading any period is harmless."""
        self.import_from("2025-11-20").action_apply()
        self.read_on()
        self.sync()
        before, asked = self.ledger(), len(self.pages_asked())
        wizard = self.import_from("2025-11-20")
        wizard.write({"way": "again", "last_day": "2025-11-26"})
        wizard.action_apply()
        self.read_on()
        self.assertGreater(len(self.pages_asked()), asked)
        self.assertEqual((len(self.rows()), self.ledger()), (5, before))

    def test_what_falls_into_a_locked_period_is_held_and_said_before(self):
        """Never re-dated, not by an import either."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-25"
        wizard = self.import_from("2025-11-20")
        self.assertIn("11/25/2025", wizard.note)
        wizard.action_apply()
        self.read_on()
        self.sync()
        self.assertEqual(
            sorted(self.rows().mapped("state")), ["booked"] * 3 + ["held"] * 2
        )

    def test_a_day_that_is_here_already_is_refused(self):
        """The books do not begin later than they do."""
        with self.assertRaisesRegex(UserError, "earlier day"):
            self.import_from("2025-11-27").action_apply()

    def test_one_import_at_a_time(self):
        """The second would move the beginning under the first."""
        self.import_from("2025-11-24").action_apply()
        with self.assertRaisesRegex(UserError, "already"):
            self.import_from("2025-11-20").action_apply()

    def test_importing_is_for_accounting_managers(self):
        """It writes into past periods."""
        clerk = self.colleague("clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.account.with_user(clerk).action_import()
        with self.assertRaises(AccessError):
            self.account.with_user(clerk).action_stop_reading()
