# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The day's entry: everything at Stripe that is no payment of an invoice here."""

import dataclasses
from datetime import date, datetime, timezone

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import NOON, KashStripeConnected


@tagged("post_install", "-at_install")
class TestDay(KashStripeConnected):
    def elsewhere(self, amount=10000, **details):
        """Take a payment that no invoice here knows of."""
        charge = self.stripe.charge_elsewhere(self.acct, amount=amount, **details)
        self.stripe.settle()
        return charge

    def entries(self):
        return self.rows().entry_id

    def booked(self):
        """Sync; return the ledger."""
        self.stripe.settle()
        # Stripe's clock of the tests is not ours: read from its beginning.
        self.read_until("2025-11-22")
        self.sync()
        self.assertClearingIsStripes()
        return self.ledger()

    # === EACH KIND === #

    def test_each_row_names_what_the_customer_paid_with(self):
        """A till, a wallet, a brand with a name of its own: none of them in a code."""
        self.elsewhere(card="4000002500001001")
        for paid_by in (
            {
                "type": "card_present",
                "card_present": {"brand": "visa", "country": "DE"},
            },
            {"type": "interac_present", "interac_present": {"brand": "interac"}},
            {"type": "wechat_pay"},
            {"type": "sepa_debit", "sepa_debit": {"last4": "3003", "country": "DE"}},
        ):
            self.elsewhere(paid_by=paid_by)
        self.booked()
        self.assertEqual(
            sorted((row.method, row.card_country or "") for row in self.rows()),
            [
                ("Cartes Bancaires", "FR"),
                ("Interac", ""),
                ("SEPA Debit", ""),
                ("Visa", "DE"),
                ("WeChat Pay", ""),
            ],
        )

    def test_money_taken_elsewhere_stands_unallocated_one_line_each(self):
        """The accountant says whose it is; clearing is right meanwhile."""
        self.elsewhere(10000, description="Shop 1")
        self.elsewhere(5000, description="Shop 2")
        self.booked()
        self.assertLedger({"clearing": 145.05, "fees": 4.95, "unallocated": -150.0})
        lines = self.rows().entry_line_id
        self.assertEqual(sorted(lines.mapped("balance")), [-100.0, -50.0])
        self.assertEqual(len(self.entries()), 1)

    def test_a_refund_of_it_takes_its_line_back(self):
        """Matched, so that nothing of it stays open."""
        charge = self.elsewhere(10000)
        self.booked()
        self.stripe.refund(charge["id"])
        self.booked()
        self.assertLedger({"clearing": -3.2, "fees": 3.2})
        self.assertTrue(all(self.rows().entry_line_id.mapped("reconciled")))

    def test_a_part_refunded_leaves_the_rest_open(self):
        """Forty of a hundred."""
        charge = self.elsewhere(10000)
        self.stripe.refund(charge["id"], 4000)
        self.booked()
        self.assertLedger({"clearing": 56.8, "fees": 3.2, "unallocated": -60.0})

    def test_a_refund_that_failed_stands_as_if_it_had_not_been(self):
        """The money is back in the balance."""
        charge = self.elsewhere(10000)
        refund = self.stripe.refund(charge["id"], 4000)
        self.stripe.settle()
        self.stripe.fail_refund(refund["id"])
        self.booked()
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})

    def test_a_payout_stands_in_transit(self):
        """Until the bank statement has it."""
        self.elsewhere(10000)
        self.stripe.add_bank_account(self.acct.id)
        self.stripe.clock.advance(days=5)
        self.stripe.pay_out(self.acct.id)
        self.booked()
        self.assertLedger({"fees": 3.2, "unallocated": -100.0, "in_transit": 96.8})

    def test_a_failed_payout_is_just_another_row(self):
        """Matched with the payout it takes back."""
        self.elsewhere(10000)
        self.stripe.add_bank_account(self.acct.id)
        self.stripe.clock.advance(days=5)
        payout = self.stripe.payout(self.acct.id, 5000)
        self.stripe.fail_payout(payout["id"])
        self.booked()
        rows = self.rows().filtered(lambda row: row.document_ref == payout["id"])
        self.assertEqual(len(rows), 2)
        self.assertTrue(all(rows.entry_line_id.mapped("reconciled")))

    def test_a_dispute_is_held_back_and_won_again(self):
        """Disputed Funds ends at zero; the fee stays."""
        charge = self.elsewhere(10000)
        dispute = self.stripe.dispute(charge["id"])
        self.booked()
        self.assertLedger(
            {"clearing": -18.2, "fees": 18.2, "unallocated": -100.0, "disputed": 100.0}
        )
        self.stripe.win_dispute(dispute["id"])
        self.booked()
        self.assertEqual(self.ledger()["disputed"], 0.0)

    def test_a_bank_debit_that_fails_is_taken_back(self):
        """Its row came before the money was sure; the failure has a fee of its own."""
        charge = self.elsewhere(50000, method="us_bank_account")
        self.booked()
        self.stripe.fail_debit(charge["id"])
        self.booked()
        self.assertEqual(self.ledger()["unallocated"], 0.0)

    def test_stripes_own_fees_are_fees_by_type(self):
        """A row whose amount is the fee."""
        self.stripe.book(self.acct.id, type="stripe_fee", amount=-500)
        self.booked()
        self.assertLedger({"clearing": -5.0, "fees": 5.0})

    def test_what_nobody_has_heard_of_stands_in_suspense_and_is_counted(self):
        """Never skipped, never guessed."""
        self.stripe.book(self.acct.id, type="moon_levy", amount=-100)
        self.booked()
        self.assertLedger({"clearing": -1.0, "suspense": 1.0})
        self.assertEqual(len(self.activities("suspense")), 1)

    def test_a_reserve_that_is_released_leaves_nothing(self):
        """Its mirror leg on another balance is none of the ledger's."""
        self.elsewhere(10000)
        self.stripe.reserve(self.acct.id, 500)
        self.stripe.release_reserve(self.acct.id, 500)
        self.booked()
        self.assertEqual(self.ledger()["suspense"], 0.0)

    def test_a_refund_of_a_charge_from_before_our_time_stands_in_suspense(self):
        """There is nothing here it could undo."""
        charge = self.elsewhere(10000)
        self.account.sudo().mirror_start = "2025-11-23"
        self.read_until("2025-11-23")
        self.stripe.clock.advance(days=2)
        self.stripe.refund(charge["id"])
        self.stripe.settle()
        self.sync()
        self.assertLedger({"clearing": -100.0, "suspense": 100.0})

    # === DAYS === #

    def test_a_day_is_one_entry_of_its_date(self):
        """Stripe's day in the company's zone; clearing and fees summed."""
        self.elsewhere(10000)
        self.elsewhere(20000)
        self.stripe.clock.advance(days=1)
        self.elsewhere(30000)
        self.booked()
        self.assertEqual(
            sorted(self.entries().mapped("date")),
            [date(2025, 11, 22), date(2025, 11, 23)],
        )
        first = self.entries().sorted("date")[0]
        self.assertEqual(len(first.line_ids), 4)

    def test_today_is_recorded_when_it_is_over(self):
        """Not before: a day's entry is made once."""
        self.elsewhere(10000)
        with freeze_time(datetime.fromtimestamp(NOON, timezone.utc)):
            self.account.sudo()._pull_rows()
            self.account.sudo()._book_new()
        self.assertEqual(self.rows().state, "new")
        self.assertFalse(self.entries())

    def test_what_is_found_later_makes_a_further_entry_of_its_date(self):
        """A posted entry is never changed."""
        self.elsewhere(10000)
        self.booked()
        before = self.entries()
        self.elsewhere(5000)
        self.booked()
        self.assertEqual(len(self.entries()), 2)
        self.assertEqual(len(set(self.entries().mapped("date"))), 1)
        self.assertIn(before, self.entries())

    def test_syncing_again_books_nothing_again(self):
        """Re-pulling any period is harmless."""
        self.elsewhere(10000)
        first = self.booked()
        self.read_until("2025-11-01")
        self.assertEqual(self.booked(), first)

    def test_every_row_knows_its_lines(self):
        """And every line its row."""
        self.elsewhere(10000)
        self.booked()
        row = self.rows()
        self.assertEqual(row.entry_line_id.kash_stripe_row_id, row)
        self.assertEqual(row.entry_line_id.move_id, row.entry_id)
        self.assertEqual(row.entry_id.kash_stripe_account_id, self.account)

    # === PERIOD LOCK === #

    def test_rows_of_every_kind_are_held_in_a_locked_period(self):
        """Never on another date than their own."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.elsewhere(10000)
        self.stripe.book(self.acct.id, type="stripe_fee", amount=-500)
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"held"})
        self.assertLedger({})

    def test_what_undoes_a_held_row_waits_with_it(self):
        """Both or neither."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-22"
        charge = self.elsewhere(10000)
        self.sync()
        self.stripe.clock.advance(days=2)
        self.stripe.refund(charge["id"])
        self.stripe.settle()
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"held"})

    def test_a_failed_payout_of_a_held_one_waits_with_it(self):
        """Payouts and disputes too, not only payments."""
        self.elsewhere(10000)
        self.sync()
        self.stripe.add_bank_account(self.acct.id)
        self.company.sudo().fiscalyear_lock_date = "2025-11-27"
        self.stripe.clock.advance(days=5)
        payout = self.stripe.payout(self.acct.id, 100)
        self.stripe.clock.advance(days=3)
        self.stripe.fail_payout(payout["id"])
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()
        rows = self.rows().filtered(lambda row: row.document_ref == payout["id"])
        self.assertEqual(set(rows.mapped("state")), {"held"})

    # === TROUBLE === #

    def test_a_reversal_of_what_precedes_our_time_stands_in_suspense(self):
        """A dispute won, a payout failed: there is nothing here to take back."""
        charge = self.elsewhere(10000)
        dispute = self.stripe.dispute(charge["id"])
        self.stripe.settle()
        self.stripe.clock.advance(days=3)
        self.account.sudo().mirror_start = "2025-11-24"
        self.read_until("2025-11-24")
        self.stripe.win_dispute(dispute["id"])
        self.stripe.settle()
        self.sync()
        self.assertEqual(self.ledger()["suspense"], -100.0)
        self.assertEqual(self.ledger()["disputed"], 0.0)

    def test_a_refund_follows_the_line_a_person_moved(self):
        """Account and partner of what it takes back."""
        charge = self.elsewhere(10000)
        self.booked()
        line = self.rows().entry_line_id
        receivable = self.company_data["default_account_receivable"]
        line.move_id.button_draft()
        line.write({"account_id": receivable.id, "partner_id": self.customer.id})
        line.move_id.action_post()
        self.stripe.refund(charge["id"])
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.entry_line_id.account_id, receivable)
        self.assertEqual(refund.entry_line_id.partner_id, self.customer)
        self.assertTrue(line.reconciled)

    def test_a_row_of_nothing_needs_no_entry(self):
        """Stripe lists some."""
        self.stripe.book(self.acct.id, type="stripe_fee", amount=0)
        self.sync()
        self.assertEqual(self.rows().state, "booked")
        self.assertFalse(self.activities("stopped"))

    def test_a_row_whose_fee_is_all_of_it_is_recorded(self):
        """It comes to nothing on clearing, which has no line then."""
        self.stripe.book(self.acct, type="adjustment", amount=500, fee=500)
        self.booked()
        self.assertEqual(self.rows().state, "booked")
        self.assertLedger({"fees": 5.0, "suspense": -5.0})

    def test_a_refund_of_what_a_person_deleted_is_recorded(self):
        """It goes where such money goes; the deleted entry is shown by the proof."""
        charge = self.elsewhere(10000)
        self.booked()
        entry = self.entries()
        entry.button_draft()
        entry.unlink()
        self.stripe.refund(charge["id"], 4000)
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertLedger({"clearing": -40.0, "unallocated": 40.0})

    def test_entries_posted_together_are_numbered_without_a_gap(self):
        """By month, as Odoo numbers those of a journal of this kind."""
        account = self.account.sudo()
        # An earlier version let a connected account's journal become one.
        account.connected = False
        account.journal_id.type = "general"
        self.env.flush_all()
        account.connected = True
        for _day in range(4):
            self.elsewhere(1000)
            self.stripe.clock.advance(days=4)
        self.read_until("2025-11-22")
        self.stripe.settle()
        self.sync()
        entries = self.rows().entry_id.sorted("date")
        self.assertEqual(
            [name.partition("/")[2] for name in entries.mapped("name")],
            ["2025/11/0001", "2025/11/0002", "2025/11/0003", "2025/12/0001"],
        )

    def test_lines_say_what_odoo_would_have_worked_out(self):
        """They are made complete, for speed: nothing may differ for that."""
        self.elsewhere(10000)
        self.booked()
        lines = self.entries().line_ids
        names = [
            *("display_type", "sequence", "quantity", "price_unit", "product_uom_id"),
            *("price_subtotal", "price_total", "amount_currency", "currency_id"),
            *("tax_ids", "analytic_distribution"),
        ]
        before = lines.read(names)
        for name in names:
            self.env.add_to_compute(lines._fields[name], lines)
        self.assertEqual(lines.read(names), before)

    def test_a_row_that_contradicts_itself_stops_alone(self):
        """The rest of the day is recorded."""
        bad = self.elsewhere(10000)
        self.elsewhere(5000)
        txn = self.stripe.object(bad["id"])["balance_transaction"]
        self.stripe.tamper(txn, net=1)
        self.sync()
        self.assertEqual(sorted(self.rows().mapped("state")), ["booked", "stopped"])

    def test_which_row_a_line_stands_for_is_not_written_by_hand(self):
        """The proof reads it."""
        self.elsewhere(10000)
        self.booked()
        line = self.rows().entry_line_id
        self.assertFalse(line.env.su)
        with self.assertRaises(AccessError):
            line.kash_stripe_row_id = False

    def test_test_entries_of_the_day_are_reversed_on_going_live(self):
        """Like every other entry of the account's."""
        self.elsewhere(10000)
        self.booked()
        self.account.sudo()._push_leave_test()
        self.assertLedger({})

    # === WHAT STRIPE LEAVES OUT === #

    def test_rows_without_a_source_take_no_other_back(self):
        """They have nothing in common but that Stripe named nothing."""
        self.stripe.book(self.acct, type="adjustment", amount=5000, category="fee")
        self.stripe.clock.advance(seconds=1)
        self.stripe.book(self.acct, type="adjustment", amount=-5000, category="refund")
        self.booked()
        self.assertLedger({"fees": -50.0, "suspense": 50.0})

    def test_a_row_without_a_field_stops_alone(self):
        """The others are recorded; Try Again asks for it once more."""
        broken = self.stripe.book(self.acct, type="stripe_fee", amount=-100)
        self.stripe.book(self.acct, type="stripe_fee", amount=-200)
        self.stripe.tamper(broken["id"], amount=None)
        self.read_until("2025-11-22")
        self.sync()
        states = {row.txn_id: row.state for row in self.rows()}
        self.assertEqual(states.pop(broken["id"]), "stopped")
        self.assertEqual(list(states.values()), ["booked"])
        row = self.rows().filtered(lambda row: row.txn_id == broken["id"])
        self.assertIn("amount", row.reason)
        self.assertTrue(self.activities("stopped"))
        self.stripe.tamper(broken["id"], amount=-100)
        row.action_retry()
        self.assertEqual((row.state, row.amount), ("booked", -100))

    def test_a_payment_that_names_no_source_stops_at_once_and_is_of_no_invoice(self):
        """It was taken for the first attempt that had no charge yet."""
        self.press_pay(self.invoice())
        self.stripe.book(self.acct, type="charge", amount=683)
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(self.rows().state, "stopped")
        self.assertIn("names nothing", self.rows().reason)

    def test_refunds_that_name_no_source_are_of_no_payment(self):
        """They were taken for refunds of the first attempt, which never had one."""
        self.press_pay(self.invoice())
        self.stripe.book(self.acct, type="refund", amount=-105)
        self.stripe.book(self.acct, type="refund_failure", amount=205)
        self.read_until("2025-11-22")
        self.sync()
        self.assertFalse(self.rows().transaction_id)
        self.assertFalse(self.rows().failed_refund_id)
        self.assertLedger({"clearing": 1.0, "suspense": -1.0})
        self.assertFalse(self.rows().transaction_id)

    def test_a_payment_whose_source_is_gone_stops_after_a_day(self):
        """Nobody can tell whether it is an invoice's."""
        charge = self.stripe.charge_elsewhere(self.acct, amount=10000)
        self.stripe.settle()
        account = self.account.sudo()
        self.read_until("2025-11-22")
        bare = [
            dataclasses.replace(row, source=None) for row in account._pull_new_rows()
        ]
        self.env["kash.stripe.balance.transaction"].sudo()._apply_rows(account, bare)
        account._book_new()
        self.assertEqual(self.rows().state, "new")
        self.env.cr.execute(
            "UPDATE kash_stripe_balance_transaction SET create_date = '2025-11-22'"
        )
        self.env.invalidate_all()
        account._book_new()
        self.assertEqual(self.rows().state, "stopped")
        self.assertIn(charge["id"], self.rows().reason)
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(self.rows().state, "booked")
