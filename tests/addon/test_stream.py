# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far each kind of list has been read, and where the next reading begins."""

from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger, sql

from .test_sync import SyncCase

KINDS = ["disputes", "payouts", "rows"]
START = fields.Datetime.to_datetime("2025-11-01")
NOW = fields.Datetime.to_datetime("2025-12-20")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@tagged("post_install", "-at_install", "-standard", "long")
class TestStream(SyncCase):
    def stream(self, kind, **vals):
        """Return a stream that was read to the full until now, with other values."""
        stream = self.account.sudo()._stream(kind)
        stream.write({"until": NOW, "reread_at": NOW, "deep_read_at": NOW, **vals})
        return stream

    def test_the_mirrors_start_makes_one_of_each_kind(self):
        """Connecting again makes no second one, and forgets nothing."""
        self.assertEqual(sorted(self.account.stream_ids.mapped("kind")), KINDS)
        self.stream("rows")
        self.connect()
        self.assertEqual(sorted(self.account.stream_ids.mapped("kind")), KINDS)
        self.assertEqual(self.rows_until(), NOW)

    def test_a_second_one_of_a_kind_is_impossible(self):
        """Whoever comes first: the other one's cursor would be lost."""
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
        ):
            vals = {"account_id": self.account.id, "company_id": self.company.id}
            self.env["kash.stripe.stream"].sudo().create({**vals, "kind": "rows"})

    def test_they_are_read_by_accounting_and_written_by_nobody(self):
        """Moving one back or on would lose or hide money."""
        for group in ("readonly", "invoice", "manager"):
            person = self.colleague(f"kash_{group}", f"account.group_account_{group}")
            stream = self.stream("rows").with_user(person).sudo(False)
            self.assertEqual(stream.until, NOW)
            with self.subTest(group), self.assertRaises(AccessError):
                stream.until = False

    # === WINDOWS === #

    def test_the_first_reading_begins_where_the_mirror_does(self):
        """It is the longer looks too."""
        for kind in KINDS:
            stream = self.stream(kind, until=False, reread_at=False)
            self.assertEqual(stream._since(NOW), START)
            longer = {"rows", "payouts"} & {kind}
            self.assertEqual(stream.reread_at, NOW if longer else False)

    def test_each_time_it_looks_a_little_back(self):
        """A thing can be listed later than it was created."""
        for kind in KINDS:
            stream = self.stream(kind)
            with self.subTest(kind):
                self.assertEqual(stream._since(NOW + HOUR / 2), NOW - 2 * HOUR)
                self.assertEqual(stream.reread_at, NOW)

    def test_each_hour_it_looks_further_back(self):
        """Rows three days, payouts three weeks, and not again within the hour."""
        for kind, back in (("rows", 72 * HOUR), ("payouts", 21 * DAY)):
            stream = self.stream(kind)
            with self.subTest(kind):
                self.assertEqual(stream._since(NOW + HOUR), NOW - back)
                self.assertEqual(stream._since(NOW + HOUR * 1.5), NOW - 2 * HOUR)
        self.assertEqual(self.stream("disputes")._since(NOW + HOUR), NOW - 2 * HOUR)

    def test_each_week_it_looks_as_far_back_as_rows_change(self):
        """And an hour later, no further than each hour."""
        stream, week = self.stream("rows"), NOW + 7 * DAY
        self.assertEqual(stream._since(week), NOW - 35 * DAY)
        self.assertEqual((stream.reread_at, stream.deep_read_at), (week, week))
        self.assertEqual(stream._since(week + HOUR), NOW - 72 * HOUR)

    def test_it_never_looks_before_the_beginning(self):
        """What lies before was never asked for."""
        stream = self.stream("rows", until=START + DAY)
        self.assertEqual(stream._since(NOW + HOUR), START)

    def test_it_looks_as_far_back_as_there_may_be_news(self):
        """A payout on its way for weeks, a dispute that is still open."""
        stream = self.stream("payouts")
        self.assertEqual(stream._since(NOW, oldest=NOW - 30 * DAY), NOW - 30 * DAY)
        self.assertEqual(stream._since(NOW, oldest=NOW), NOW - 2 * HOUR)
        self.assertEqual(stream._since(NOW, oldest=START - DAY), START)
        first = START - 120 * DAY
        since = stream._since(NOW, first=first, oldest=START - DAY)
        self.assertEqual(since, START - DAY)

    def test_what_an_event_is_about_is_behind_what_is_known(self):
        """The window that is half read ends where the news begin."""
        stream = self.stream("rows")
        self.assertEqual(stream._since_known(), NOW - 2 * HOUR)
        pulls = self.env["kash.stripe.pull"].sudo()
        window = pulls._prepare_window(stream, "news", NOW, NOW + DAY)
        pulls.create({**window, "cursor": "txn_half_read"})
        self.assertEqual(stream._since_known(), NOW + DAY - 2 * HOUR)

    # === IMPORT === #

    def test_an_import_lets_the_others_begin_anew(self):
        """What else is of that time is not known yet; the rows are."""
        self.begin(27)
        self.sync()
        self.read_until("2025-11-27", *KINDS)
        self.import_from("2025-11-20").action_apply()
        self.assertEqual(self.account.pull_ids.stream_id.kind, "rows")
        self.read_on()
        found = {stream.kind: stream.until for stream in self.account.stream_ids}
        self.assertEqual(
            found,
            {"rows": START + 26 * DAY, "payouts": False, "disputes": False},
        )

    # === MIGRATION === #

    def as_in_the_last_version(self, **columns):
        """Let the account have its cursors as columns, and no stream."""
        cr = self.env.cr
        self.env.flush_all()
        for name in columns:
            sql.create_column(cr, "kash_stripe_account", name, "timestamp")
        values = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in columns.items()
        )
        cr.execute(SQL("UPDATE kash_stripe_account SET %s", values))
        sql.drop_not_null(cr, "kash_stripe_pull", "stream_id")
        cr.execute("UPDATE kash_stripe_pull SET stream_id = NULL")
        cr.execute("DELETE FROM kash_stripe_stream")
        self.env.invalidate_all()

    def update(self):
        """Run what an update to this version runs."""
        self.run_migration("19.0.1.2.0/post-migrate.py", "19.0.1.1.0")

    def test_an_update_carries_the_cursors_over(self):
        """Nothing is read anew, and doing it twice changes nothing."""
        moments = [NOW + number * HOUR for number in range(6)]
        rows, reread, deep, payouts, payouts_reread, disputes = moments
        self.as_in_the_last_version(
            mirrored_until=rows,
            reread_at=reread,
            deep_read_at=deep,
            payouts_until=payouts,
            payouts_reread_at=payouts_reread,
            disputes_until=disputes,
        )
        for _time in range(2):
            self.update()
            found = {
                stream.kind: (stream.until, stream.reread_at, stream.deep_read_at)
                for stream in self.account.stream_ids
            }
            self.assertEqual(
                found,
                {
                    "rows": (rows, reread, deep),
                    "payouts": (payouts, payouts_reread, False),
                    "disputes": (disputes, False, False),
                },
            )
        self.assertEqual(self.account.stream_ids.company_id, self.company)

    def test_a_window_that_was_half_read_goes_on_after_an_update(self):
        """Behind the page it had reached."""
        self.fees(105)
        with self.no_time():
            self.sync()
        names = "mirrored_until reread_at deep_read_at payouts_until"
        names = [*names.split(), "payouts_reread_at", "disputes_until"]
        self.as_in_the_last_version(**dict.fromkeys(names))
        self.update()
        asked = len(self.pages_asked())
        self.sync()
        self.assertTrue(self.pages_asked()[asked])
        self.assertEqual(len(self.rows()), 105)
        self.assertTrue(self.rows_until())
