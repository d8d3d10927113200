# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is read newest first is recorded oldest first, and each day whole."""

from datetime import date
from unittest.mock import patch

from odoo.models import BaseModel
from odoo.tests import tagged

from .test_sync import SYNC, SyncCase

FINDER = "odoo.addons.kash_stripe_connect.models.proof.finder"


class WholeDaysCase(SyncCase):
    """Days 22, 23 and 24: sales, fees, and refunds that stand pages before them."""

    def set_stage(self):
        super().set_stage()
        self.begin_and_sell()

    def begin_and_sell(self):
        sold = [self.sold(10000), self.sold(20000)]
        self.fees(60)
        for charge in sold:
            self.stripe.clock.advance(days=1)
            self.stripe.refund(charge["id"])
            self.stripe.settle()
            self.fees(60)
        self.stripe.clock.advance(days=3)

    def sold(self, amount):
        charge = self.stripe.charge_elsewhere(self.acct, amount=amount)
        self.stripe.settle()
        return charge

    def entries(self):
        """Return (number, date) of the entries, in the order of their numbers."""
        moves = self.env["account.move"].search(
            [("kash_stripe_account_id", "=", self.account.id)]
        )
        posted = moves.filtered(lambda move: move.state == "posted")
        return [(m.name, m.date.day) for m in posted.sorted("sequence_number")]

    def assertWholeDays(self, *days):
        """Assert one entry a day, numbered as the days follow each other."""
        self.assertEqual([day for _name, day in self.entries()], list(days))
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})


@tagged("post_install", "-at_install", "-standard", "long")
class TestImportWholeDays(WholeDaysCase):
    def set_stage(self):
        super().set_stage()
        self.begin(27)
        self.sync()

    def read_a_page(self):
        """Let the job's time be over after a page; a sync finds its time beside it."""
        with self.no_time():
            self.read_on()
            self.sync()

    def test_an_import_is_recorded_once_it_is_whole_and_the_oldest_day_first(self):
        """No day in two entries, no number that runs against the days."""
        self.import_from("2025-11-20").action_apply()
        self.read_a_page()
        self.assertEqual(len(self.rows()), 100)
        self.assertFalse(self.entries())
        self.read_on()
        self.sync()
        self.assertEqual(len(self.rows()), 184)
        self.assertWholeDays(22, 23, 24)

    def test_an_import_stopped_and_resumed_is_recorded_the_same(self):
        """A stop keeps nothing half recorded."""
        self.import_from("2025-11-20").action_apply()
        self.read_a_page()
        self.account.action_stop_reading()
        self.sync()
        self.assertFalse(self.entries())
        self.account.action_resume_reading()
        self.read_on()
        self.sync()
        self.assertWholeDays(22, 23, 24)

    def test_a_refund_says_that_its_sale_is_still_being_read(self):
        """Whoever looks at the rows knows why they are not in the books."""
        self.import_from("2025-11-20").action_apply()
        self.read_a_page()
        refund = self.rows().filtered(lambda row: row.type == "refund")[:1]
        self.assertEqual(refund.state, "new")
        self.assertIn("still being read", refund.reason)

    def test_what_is_sold_beside_an_import_is_recorded_on_its_day(self):
        """The history is older, and waits for itself alone."""
        self.import_from("2025-11-20").action_apply()
        self.read_a_page()
        self.fees(1, amount=-700)
        self.read_until("2025-11-27")
        with self.no_time():
            self.sync()
        self.assertEqual([day for _name, day in self.entries()], [27])
        self.read_on()
        self.sync()
        self.assertWholeDays(27, 22, 23, 24)

    def test_rows_that_wait_for_the_import_are_not_looked_at(self):
        """However long it is: the sync beside it does not read them."""
        self.import_from("2025-11-20").action_apply()
        self.read_a_page()
        rows = self.env["kash.stripe.balance.transaction"].sudo()
        self.assertEqual(len(self.rows()), 100)
        self.assertFalse(rows.search(rows._to_record_now(self.account.sudo())))

    def test_the_proof_does_not_count_what_is_read_in_part(self):
        """It would tell of a hole that is none, row by row."""
        self.import_from("2025-11-20").action_apply()
        self.read_a_page()
        self.assertEqual(self.proved(), [])
        self.read_on()
        self.assertEqual(len(self.proved()), len(self.rows()))

    def test_rows_that_wait_in_great_number_have_one_line_in_the_proof(self):
        """A year on its way into the books is one sentence."""
        self.import_from("2025-11-20").action_apply()
        self.read_on()
        named = self.proved()
        count, total = len(named), sum(line.amount for line in named)
        with patch(f"{FINDER}._MOST_NAMED", 10):
            [line] = self.proved()
        self.assertEqual(line.amount, total)
        self.assertEqual(line.label, f"Rows: {count}")

    def proved(self):
        """Return the lines of rows to record, as of the last day of the import."""
        proofs = self.env["kash.stripe.proof"].sudo()
        proof = proofs._prove(self.account.sudo(), [date(2025, 11, 26)])
        return list(proof.line_ids.filtered(lambda line: line.kind == "to_record"))

    def test_more_than_somebody_waits_for_is_recorded_by_the_job(self):
        """An event after an import is not the one that records a year."""
        self.import_from("2025-11-20").action_apply()
        self.read_on()
        attempt = self.pay(self.invoice(100.0))
        self.account.sudo().next_sync_at = "2100-01-01"
        with patch(f"{SYNC}._INLINE_ROWS", 10):
            self.settle()
        self.assertEqual(attempt.payment_id.state, "paid")
        self.assertFalse(self.rows().entry_id)
        self.assertLess(self.account.sudo().next_sync_at.year, 2100)
        self.run_cron("ir_cron_sync")
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        days = [move.date for move in self.rows().entry_id.sorted("sequence_number")]
        self.assertEqual(days, [date(2025, 11, day) for day in (22, 23, 24)])

    def test_an_event_reads_few_of_the_rows_that_are_ready(self):
        """However long the import: the job looks at the rest."""
        self.import_from("2025-11-20").action_apply()
        self.read_on()
        ready = self.rows().filtered(lambda row: row.state == "new")
        self.assertGreater(len(ready), 180)
        read = self.rows_read_by_an_event(self.pay(self.invoice(100.0)))
        self.assertLess(read, 20)
        self.assertEqual(set(ready.mapped("state")), {"new"})
        self.run_cron("ir_cron_sync")
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})

    def rows_read_by_an_event(self, attempt):
        """Let a customer's payment be told; return how many rows Odoo reads for it."""
        self.account.sudo().next_sync_at = "2100-01-01"
        read, fetch = [], BaseModel._fetch_query

        def counted(records, query, fields):
            found = fetch(records, query, fields)
            if records._name == "kash.stripe.balance.transaction":
                read.extend(found.ids)
            return found

        with (
            patch(f"{SYNC}._INLINE_ROWS", 10),
            patch.object(BaseModel, "_fetch_query", counted),
        ):
            self.settle()
        self.assertEqual(attempt.payment_id.state, "paid")
        return len(read)


@tagged("post_install", "-at_install", "-standard", "long")
class TestCatchUpWholeDays(WholeDaysCase):
    def test_what_came_while_nobody_read_is_recorded_the_oldest_day_first(self):
        """A long absence is read as an import is: from its end."""
        with self.no_time():
            self.sync()
        self.assertEqual(len(self.rows()), 100)
        self.assertFalse(self.entries())
        self.sync()
        self.assertWholeDays(22, 23, 24)

    def test_a_payment_of_an_invoice_does_not_wait_for_a_long_window(self):
        """The customer paid, and the business wants to know."""
        attempt = self.pay(self.invoice(100.0))
        self.stripe.settle()
        with self.no_time():
            self.sync()
        self.assertTrue(self.news().cursor)
        self.assertEqual(attempt.payment_id.state, "paid")
