# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payouts: their record, what they are made of, and what the books say of them."""

from datetime import datetime, timezone

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import KashStripeConnected, by_pytest_too


@tagged("post_install", "-at_install")
class KashStripePayouts(KashStripeConnected):
    """An account with money that can be paid out."""

    def sell(self, *amounts):
        """Take payments of no invoice here, and wait until they are available."""
        for amount in amounts:
            self.stripe.charge_elsewhere(self.acct, amount=amount)
        self.stripe.clock.advance(days=5)
        self.stripe.settle()
        self.stripe.add_bank_account(self.acct.id)

    def paid_out(self, *amounts):
        """Sell, and let the automatic payout of the day be made; return its id."""
        self.sell(*amounts)
        self.stripe.pay_out(self.acct.id)
        return self.stripe.objects("payout", self.acct)[-1]["id"]

    def arrive(self, payout_id):
        self.stripe.clock.advance(days=1)
        if self.stripe.object(payout_id)["status"] in {"pending", "in_transit"}:
            self.stripe.arrive_payout(payout_id)
        self.stripe.clock.advance(days=1)

    def booked(self):
        """Sync, as if the last one was long ago; Stripe's clock is not ours."""
        self.stripe.settle()
        self.read_until("2025-11-22", "rows", "payouts")
        self.account.sudo()._stream("payouts").reread_at = False
        self.sync()
        self.assertFalse(self.account.sync_error)
        self.assertClearingIsStripes()

    def payouts(self):
        return self.env["kash.stripe.payout"].search(
            [("account_id", "=", self.account.id)]
        )


@tagged("post_install", "-at_install")
class TestPayout(KashStripePayouts):
    # === RECORD === #

    @by_pytest_too
    def test_a_payout_is_known_with_what_it_is_made_of(self):
        """Two sales, their sum is what arrives."""
        payout_id = self.paid_out(10000, 5000)
        self.arrive(payout_id)
        self.booked()
        payout = self.payouts()
        self.assertEqual(payout.payout_id, payout_id)
        self.assertEqual((payout.status, payout.total), ("paid", 145.05))
        self.assertEqual(payout.destination, "STRIPE TEST BANK 6789")
        self.assertEqual(payout.row_ids.mapped("type"), ["charge", "charge"])
        self.assertEqual((payout.check_state, payout.check_sum), ("agrees", 145.05))
        self.assertEqual(payout.books_state, "booked")
        self.assertLedger({"fees": 4.95, "unallocated": -150.0, "in_transit": 145.05})

    def test_the_day_of_arrival_is_a_day_and_no_moment(self):
        """Midnight in UTC is the evening before in New York."""
        payout = self.stripe.object(self.paid_out(10000))
        self.booked()
        self.assertEqual(payout["arrival_date"] % 86400, 0)
        expected = datetime.fromtimestamp(payout["arrival_date"], timezone.utc).date()
        self.assertEqual(self.payouts().arrival_date, expected)

    def test_what_stripe_has_not_listed_yet_is_listed_later(self):
        """And the sync comes back for it."""
        payout_id = self.paid_out(10000)
        self.booked()
        self.assertEqual(self.payouts().check_state, "later")
        self.arrive(payout_id)
        self.sync()
        self.assertEqual(self.payouts().check_state, "agrees")

    def test_a_payout_somebody_asked_for_has_no_list(self):
        """Stripe draws it on the pool: that is said, and no fault."""
        self.sell(10000)
        self.stripe.payout(self.acct.id, 5000)
        self.booked()
        payout = self.payouts()
        self.assertFalse(payout.automatic)
        self.assertEqual((payout.check_state, payout.differs), ("never", False))
        self.assertIn("somebody asked for", payout.check_text)

    def test_an_instant_payout_carries_its_fee(self):
        """Its row has both; the bank gets the amount."""
        self.sell(10000)
        self.stripe.payout(self.acct.id, 5000, instant=True)
        self.booked()
        self.assertEqual(self.payouts().method, "instant")
        self.assertEqual(self.payouts().total, 50.0)
        self.assertEqual(self.ledger()["in_transit"], 50.0)

    def test_a_negative_balance_is_fetched_from_the_bank(self):
        """A payout of less than nothing."""
        self.stripe.book(self.acct.id, type="stripe_fee", amount=-500)
        self.stripe.clock.advance(days=5)
        self.stripe.add_bank_account(self.acct.id)
        self.stripe.pay_out(self.acct.id)
        self.booked()
        self.assertEqual(self.payouts().total, -5.0)
        self.assertLedger({"fees": 5.0, "in_transit": -5.0})

    def test_rows_that_do_not_make_the_payout_are_shown_to_a_person(self):
        """The check sum is no ornament."""
        payout_id = self.paid_out(10000)
        self.arrive(payout_id)
        self.stripe.tamper(payout_id, amount=9000)
        self.booked()
        self.assertEqual(self.payouts().check_state, "differs")
        self.assertIn("$ 96.80", self.payouts().check_text.replace("\xa0", " "))
        self.assertEqual(len(self.activities("payout")), 1)

    def test_rows_from_before_our_time_count_as_stripe_lists_them(self):
        """The first payout after connecting is made of what was sold before."""
        payout_id = self.paid_out(10000)
        self.account.sudo().mirror_start = "2025-11-24"
        self.arrive(payout_id)
        self.read_until("2025-11-24")
        self.sync()
        payout = self.payouts()
        self.assertEqual((payout.check_state, payout.earlier_count), ("agrees", 1))
        self.assertIn("before your books", payout.check_text)

    # === STATUS === #

    def test_a_paid_payout_may_still_come_back(self):
        """The bank said no days later; the reason is told in words."""
        payout_id = self.paid_out(10000)
        self.arrive(payout_id)
        self.booked()
        self.stripe.fail_payout(payout_id, "account_closed")
        self.booked()
        payout = self.payouts()
        self.assertEqual(payout.status, "failed")
        self.assertEqual(payout.failure_text, "The bank account has been closed.")
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})
        self.assertFalse(payout.in_transit)
        self.assertEqual(len(self.activities("payout")), 1)

    def test_late_news_change_nothing(self):
        """A payout that failed does not become paid by an old word."""
        payout_id = self.paid_out(10000)
        self.booked()
        early = self.account.sudo()._gateway(retries=1).payout(payout_id=payout_id)
        self.stripe.fail_payout(payout_id)
        self.booked()
        self.payouts().sudo()._apply_payouts(self.account.sudo(), [early])
        self.assertEqual(self.payouts().status, "failed")

    def test_a_payout_that_is_called_off_is_nothing_to_look_at(self):
        """Its row and the one that takes it back are matched."""
        self.sell(10000)
        payout = self.stripe.payout(self.acct.id, 5000)
        self.stripe_client(self.acct.secret_key).v1.payouts.cancel(payout["id"])
        self.booked()
        self.assertEqual(self.payouts().status, "canceled")
        self.assertTrue(all(self.payouts().transit_line_ids.mapped("reconciled")))
        self.assertFalse(self.activities("payout"))

    def test_a_bell_tells_of_a_payout(self):
        """Its record and its row, without waiting for the sync."""
        payout_id = self.paid_out(10000)
        self.booked()
        self.stripe.outbox.take()
        self.arrive(payout_id)
        self.work_off()
        self.assertEqual(self.payouts().status, "paid")
        self.assertTrue(self.payouts().trace)
        self.assertEqual(self.payouts().listed, "ready")
        self.assertLessEqual(self.account.next_sync_at, fields.Datetime.now())

    def test_a_key_that_may_not_read_payouts_records_them_all_the_same(self):
        """Only their records are missing; the sync is no failure."""
        self.paid_out(10000)
        self.stripe.fail_next("GET", "/v1/payouts", status=403)
        self.booked()
        self.assertFalse(self.payouts())
        self.assertEqual(self.ledger()["in_transit"], 96.8)

    # === IN TRANSIT === #

    def test_money_in_transit_is_found_by_its_expected_arrival(self):
        """Until something in the books takes it out of transit."""
        self.paid_out(10000)
        self.booked()
        found = self.env["kash.stripe.payout"]._read_group(
            [("in_transit", "=", True)], ["arrival_date:day"], ["total:sum"]
        )
        self.assertEqual([amount for _day, amount in found], [96.8])
        self.assertFalse(
            self.env["kash.stripe.payout"].search([("in_transit", "=", False)])
        )

    def test_payouts_are_read_by_the_company_and_written_by_nobody(self):
        """They are Stripe's facts."""
        self.paid_out(10000)
        self.booked()
        clerk = self.colleague("clerk", "account.group_account_invoice")
        payout = self.payouts().with_user(clerk)
        self.assertEqual(payout.books_state, "booked")
        with self.assertRaises(AccessError):
            payout.status = "paid"
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.colleague(
            "stranger", "account.group_account_invoice", company=other
        )
        self.assertFalse(self.env["kash.stripe.payout"].with_user(stranger).search([]))


@tagged("post_install", "-at_install")
class TestNoStatements(KashStripePayouts):
    """Payouts go straight into the bank where no statement tells of them."""

    def set_stage(self):
        super().set_stage()
        self.bank = self.company_data["default_journal_bank"]
        self.company.sudo().write(
            {
                "kash_stripe_no_statements": True,
                "kash_stripe_payout_journal_id": self.bank.id,
            }
        )

    def in_bank(self):
        """Return what our entries did to the bank, by date."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.bank.default_account_id.id),
                ("move_id.kash_stripe_account_id", "=", self.account.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return {line.date: line.balance for line in lines}

    def test_a_paid_payout_is_in_the_bank_on_the_day_of_its_arrival(self):
        """And nothing of it is in transit; once, however often it is synced."""
        payout_id = self.paid_out(10000)
        self.booked()
        self.assertEqual(self.in_bank(), {})
        self.assertEqual(self.ledger()["in_transit"], 96.8)
        self.arrive(payout_id)
        self.booked()
        self.booked()
        self.assertEqual(self.in_bank(), {self.payouts().arrival_date: 96.8})
        self.assertLedger({"fees": 3.2, "unallocated": -100.0})
        self.env.invalidate_all()
        self.assertFalse(self.payouts().in_transit)

    def test_a_payout_that_comes_back_leaves_the_bank_on_that_day(self):
        """What arrived stays on its own day."""
        payout_id = self.paid_out(10000)
        self.arrive(payout_id)
        self.booked()
        self.stripe.clock.advance(days=2)
        self.stripe.fail_payout(payout_id)
        self.booked()
        failed = self.rows().filtered(lambda row: row.type == "payout_failure")
        self.assertEqual(
            self.in_bank(),
            {self.payouts().arrival_date: 96.8, failed.booking_day: -96.8},
        )
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})
        self.assertTrue(failed.entry_line_id.reconciled)

    def test_an_arrival_in_a_locked_period_is_held(self):
        """Never on another date."""
        payout_id = self.paid_out(10000)
        self.booked()
        self.arrive(payout_id)
        day = self.payouts().arrival_date
        self.company.sudo().fiscalyear_lock_date = day
        self.booked()
        movement = self.env["kash.stripe.movement"].search([])
        self.assertEqual((movement.kind, movement.state), ("payout_paid", "held"))
        self.assertEqual(self.in_bank(), {})

    def test_a_bank_with_statements_is_refused(self):
        """They record the same money."""
        self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "amount": 1.0, "payment_ref": "x"}
        )
        with self.assertRaisesRegex(ValidationError, "has bank statements"):
            self.company.sudo().kash_stripe_no_statements = True

    def test_a_bank_that_got_statements_since_is_not_recorded_twice(self):
        """The movement stops and says why."""
        payout_id = self.paid_out(10000)
        self.arrive(payout_id)
        self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "amount": 1.0, "payment_ref": "x"}
        )
        self.booked()
        movement = self.env["kash.stripe.movement"].search([])
        self.assertEqual(movement.state, "stopped")
        self.assertIn("has bank statements", movement.reason)
        self.assertEqual(self.ledger()["in_transit"], 96.8)

    def test_the_stripe_journal_is_no_bank_to_pay_out_to(self):
        """It is where the money comes from."""
        with self.assertRaises(ValidationError):
            self.company.sudo().kash_stripe_payout_journal_id = self.account.journal_id

    def test_payouts_may_stand_on_the_companys_transfer_account(self):
        """As the accountant does with other transfers."""
        self.company.sudo().kash_stripe_transit = "transfer"
        self.paid_out(10000)
        self.booked()
        lines = self.payouts().transit_line_ids
        self.assertEqual(lines.account_id, self.company.transfer_account_id)
        self.assertEqual(lines.balance, 96.8)
