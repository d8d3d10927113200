# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The proof of a day: Stripe's balance is Stripe Clearing, or each cent has a name."""

import json
from datetime import date, datetime, timezone
from io import BytesIO

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .common import NOON, KashStripeConnected, by_pytest_too

TODAY = date(2025, 11, 22)


class ProofCase(KashStripeConnected):
    """Builders of what a proof finds."""

    def elsewhere(self, amount=10000, **details):
        """Take a payment that no invoice here knows of."""
        charge = self.stripe.charge_elsewhere(self.acct, amount=amount, **details)
        self.stripe.settle()
        return charge

    def synced(self):
        """Sync; Stripe's clock of the tests is not ours: read from its beginning."""
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()

    def prove(self, day=TODAY):
        """Prove a day by the dialog, as an accounting manager does."""
        self.read_until("2025-11-22")
        dialog = Form(self.env["kash.stripe.prove.wizard"])
        dialog.account_id, dialog.day = self.account, day
        action = dialog.save().action_prove()
        return self.env["kash.stripe.proof"].browse(action["res_id"])

    def assertProof(self, proof, colour, named=None):
        """Assert the colour, and {kind: minor units} of the differences."""
        found = {}
        for line in proof.difference_ids:
            found[line.kind] = found.get(line.kind, 0) + line.amount
        self.assertEqual((proof.colour, found), (colour, named or {}))

    def by_hand(self, *amounts, day="2025-11-22"):
        """Post an entry of our own: (account, balance) each."""
        move = self.env["account.move"].create(
            {
                "date": day,
                "line_ids": [
                    Command.create({"account_id": ledger.id, "balance": balance})
                    for ledger, balance in amounts
                ],
            }
        )
        move.action_post()
        return move


@tagged("post_install", "-at_install")
class TestProof(ProofCase):
    # === GREEN === #

    @by_pytest_too
    def test_the_sync_stores_a_green_proof_when_all_is_recorded(self):
        """Payments, refunds, fees and payouts: three equal figures."""
        attempt = self.pay(self.invoice(100.0))
        self.elsewhere(5000)
        self.settle()
        self.stripe.refund(attempt.kash_stripe_charge_id, 4000)
        self.synced()
        proof = self.account.proof_id
        self.assertProof(proof, "green")
        balance = self.stripe.balance(self.account.stripe_id, "usd")
        held = balance["available"] + balance["pending"]
        figures = (proof.stripe_minor, proof.mirror_minor, proof.ledger_minor)
        self.assertEqual(figures, (held, held, held))
        self.assertNotEqual(held, 0)

    def test_any_past_day_is_computed(self):
        """What came later is taken off Stripe's balance of today."""
        self.elsewhere(10000)
        self.stripe.clock.advance(days=2)
        self.elsewhere(20000)
        self.synced()
        proof = self.prove(date(2025, 11, 23))
        self.assertProof(proof, "green")
        self.assertEqual(proof.stripe_minor, 9680)
        before = self.prove(date(2025, 11, 21))
        self.assertEqual((before.stripe_minor, before.ledger_minor), (0, 0))

    def test_a_day_proved_again_is_the_same_record(self):
        """One a day: what was red does not stay beside what is green."""
        self.elsewhere(10000)
        self.synced()
        self.assertEqual(self.prove(), self.prove())

    def test_a_clearing_account_changed_by_its_entry_is_no_difference(self):
        """The balance moved from one to the other; both are Stripe's."""
        self.elsewhere(10000)
        self.synced()
        other = self.other_account()
        account = self.account.sudo()
        account._book_move_clearing(
            other,
            account.fee_account_id,
            date(2025, 11, 23),
            shown=account._clearing_parts(),
        )
        self.assertProof(self.prove(TODAY), "green")
        self.assertProof(self.prove(date(2025, 11, 24)), "green")

    def test_another_settlement_currency_has_a_proof_of_its_own(self):
        """Compared in that currency, with its own clearing account."""
        euro = self.env.ref("base.EUR")
        euro.active = True
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
        self.stripe.book(self.acct, type="stripe_fee", amount=-700, currency="eur")
        self.synced()
        self.env["kash.stripe.proof"].sudo()._prove(self.account.sudo(), [TODAY])
        proofs = self.account.proof_ids.filtered(lambda proof: proof.day == TODAY)
        euros = proofs.filtered(lambda proof: proof.currency_id == euro)
        self.assertEqual(set(proofs.mapped("colour")), {"green"})
        balance = self.stripe.balance(self.account.stripe_id, "eur")
        self.assertEqual(euros.ledger_minor, balance["available"] + balance["pending"])
        self.assertNotEqual(euros.ledger_minor, 0)

    def test_the_opening_counts_from_its_day(self):
        """What Stripe held before the first row is in all three figures."""
        self.elsewhere(10000)
        self.stripe.clock.advance(days=2)
        account = self.account.sudo()
        account.mirror_start = "2025-11-24"
        self.read_until("2025-11-24")
        openings = account._pull_openings()
        books = self.env["kash.stripe.booking.opening"].sudo()
        books._book_openings(account, openings, self.other_account())
        self.elsewhere(5000)
        self.read_until("2025-11-24")
        self.sync()
        self.assertProof(self.prove(date(2025, 11, 24)), "green")
        self.assertEqual(self.account.proof_id.mirror_minor, 9680 + 4825)

    def test_an_opening_that_was_reversed_counts_no_more(self):
        """An import from an earlier day takes its place."""
        self.elsewhere(10000)
        self.stripe.clock.advance(days=2)
        account = self.account.sudo()
        account.mirror_start = "2025-11-24"
        self.read_until("2025-11-24")
        openings = account._pull_openings()
        books = self.env["kash.stripe.booking.opening"].sudo()
        move = books._book_openings(account, openings, self.other_account())
        move._reverse_moves([{"date": move.date}], cancel=True)
        account._open_import(date(2025, 11, 1))
        self.run_cron("ir_cron_sync")
        self.sync()
        proof = self.prove(date(2025, 11, 24))
        self.assertProof(proof, "green")
        self.assertEqual(proof.mirror_minor, 9680)

    def test_what_is_read_in_part_is_not_compared(self):
        """A first sync of many pages alarms nobody."""
        for _fee in range(310):
            self.stripe.book(self.acct, type="stripe_fee", amount=-1)
        self.account.action_sync_now()
        self.assertFalse(self.account.sudo().balance_agreed)
        self.assertFalse(self.activities("unexplained"))
        self.run_cron("ir_cron_sync")
        self.assertEqual(self.account.proof_colour, "green")

    def test_a_debit_in_process_is_no_difference(self):
        """Clearing has it as Stripe has it; what may still fail stands beside."""
        self.give_debits()
        attempt = self.press_pay(self.invoice(500.0))
        self.stripe.pay(attempt.kash_stripe_session_id, method="us_bank_account")
        self.settle()
        proof = self.prove()
        self.assertProof(proof, "green")
        self.assertEqual(proof.beside_ids.mapped("kind"), ["in_process"])

    # === AMBER === #

    def test_today_is_amber_until_it_is_over(self):
        """A day's entry is made once, when nothing more can come."""
        self.elsewhere(10000)
        with freeze_time(datetime.fromtimestamp(NOON, timezone.utc)):
            self.account.sudo()._sync()
            self.assertEqual(self.account.proof_id.day, TODAY)
            self.assertProof(self.account.proof_id, "amber", {"day_not_over": 9680})

    def test_held_rows_are_named_and_opened(self):
        """By the line that names them."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.pay(self.invoice(100.0))
        self.settle()
        self.synced()
        proof = self.prove()
        self.assertProof(proof, "amber", {"held": 9680})
        action = proof.difference_ids.action_open()
        self.assertEqual(action["res_id"], self.rows().id)

    def test_fees_recorded_by_hand_are_named_until_then(self):
        """Of an invoice's payment and of a day's entry."""
        self.company.sudo().kash_stripe_record_fees = "hand"
        self.pay(self.invoice(100.0))
        self.elsewhere(10000)
        self.settle()
        self.synced()
        self.assertProof(self.prove(), "amber", {"by_hand": -640})
        rows, account = self.rows().sudo(), self.account.sudo()
        books = self.env["kash.stripe.booking.row"].sudo()
        books._book_waiting_fees(account, rows, date(2025, 11, 24))
        self.assertProof(self.prove(), "amber", {"later": -640})
        self.assertProof(self.prove(date(2025, 11, 24)), "green")

    def test_a_row_recorded_on_a_later_date_is_named_until_then(self):
        """Recorded by a person, on the date that person chose."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.pay(self.invoice(100.0))
        self.settle()
        self.rows().sudo()._book_held(date(2025, 12, 1))
        self.assertProof(self.prove(), "amber", {"later": 9680})
        self.assertProof(self.prove(date(2025, 12, 1)), "green")

    def test_a_stopped_row_is_named(self):
        """It contradicts itself: Stripe's own balance does not say what it says."""
        charge = self.elsewhere(10000)
        self.stripe.tamper(
            self.stripe.object(charge["id"])["balance_transaction"], fee=1
        )
        self.synced()
        self.assertProof(self.prove(), "amber", {"stopped": 9680})

    def test_an_entry_without_a_row_is_named(self):
        """Money typed onto clearing by hand."""
        self.elsewhere(10000)
        self.synced()
        clearing, other = self.account.clearing_account_id, self.other_account()
        move = self.by_hand((clearing, 5.0), (other, -5.0))
        proof = self.prove()
        self.assertProof(proof, "amber", {"no_row": -500})
        self.assertEqual(proof.difference_ids.record, move)

    def test_a_changed_entry_is_named(self):
        """Somebody set it back to draft and wrote another amount."""
        self.elsewhere(10000)
        self.synced()
        move = self.rows().entry_id
        clearing = self.account.clearing_account_id
        line = move.line_ids.filtered(lambda line: line.account_id == clearing)
        other = move.line_ids.filtered("kash_stripe_row_id")
        move.button_draft()
        move.write(
            {
                "line_ids": [
                    Command.update(line.id, {"balance": 90.0}),
                    Command.update(other.id, {"balance": -93.2}),
                ]
            }
        )
        move.action_post()
        self.assertProof(self.prove(), "amber", {"changed": 680})

    def test_a_changed_date_is_named(self):
        """Odoo lets a draft's date be changed; the proof does not."""
        self.elsewhere(10000)
        self.synced()
        move = self.rows().entry_id
        move.button_draft()
        move.date = "2025-11-25"
        move.action_post()
        self.assertProof(self.prove(), "amber", {"changed": 9680})
        self.assertProof(self.prove(date(2025, 11, 25)), "green")

    def test_reclassifying_the_counterpart_is_no_difference(self):
        """It is the accountant's work."""
        self.elsewhere(10000)
        self.synced()
        line = self.rows().entry_line_id
        line.move_id.button_draft()
        line.account_id = self.company_data["default_account_revenue"]
        line.move_id.action_post()
        self.assertProof(self.prove(), "green")

    def test_a_payment_recorded_twice_is_named(self):
        """A second payment of the same attempt."""
        self.pay(self.invoice(100.0))
        self.settle()
        payment = self.rows().payment_id
        double = payment.sudo().with_context(kash_stripe_writer=True).copy()
        double.payment_transaction_id = payment.payment_transaction_id
        double.date = "2025-11-22"
        double.action_post()
        self.assertProof(self.prove(), "amber", {"doubled": -10000})

    # === REMOVED AND RECORDED AGAIN === #

    def test_a_reversed_days_entry_is_named_and_recorded_again(self):
        """By a person only: no sync brings it back."""
        self.elsewhere(10000)
        self.synced()
        entry = self.rows().entry_id
        entry._reverse_moves([{"date": entry.date}], cancel=True)
        self.synced()
        proof = self.prove()
        self.assertProof(proof, "amber", {"removed": 9680})
        proof.difference_ids.action_record_again()
        self.assertProof(proof, "green")
        self.assertNotEqual(self.rows().entry_id, entry)

    def test_a_deleted_entry_is_named_and_recorded_again(self):
        """Of the row nothing else is left to point to."""
        self.elsewhere(10000)
        self.synced()
        self.rows().entry_id.button_draft()
        self.rows().entry_id.with_context(force_delete=True).unlink()
        proof = self.prove()
        self.assertProof(proof, "amber", {"removed": 9680})
        self.assertTrue(self.rows().is_removed)
        self.rows().action_record_again()
        self.assertProof(self.prove(), "green")

    def test_a_cancelled_payment_is_recorded_again_beside_its_fee(self):
        """The fee stands: it is not recorded twice."""
        move = self.invoice(100.0)
        self.pay(move)
        self.settle()
        fee = self.rows().fee_move_id
        payment = self.rows().payment_id
        payment.action_draft()
        payment.action_cancel()
        proof = self.prove()
        self.assertProof(proof, "amber", {"removed": 10000})
        proof.difference_ids.action_record_again()
        self.assertProof(proof, "green")
        self.assertEqual(self.rows().fee_move_id, fee)
        self.assertNotEqual(self.rows().payment_id, payment)
        self.assertEqual(move.payment_state, "paid")

    def test_a_reversed_fee_is_recorded_again_alone(self):
        """The payment stands."""
        self.pay(self.invoice(100.0))
        self.settle()
        payment, fee = self.rows().payment_id, self.rows().fee_move_id
        fee._reverse_moves([{"date": fee.date}], cancel=True)
        proof = self.prove()
        self.assertProof(proof, "amber", {"removed": -320})
        proof.difference_ids.action_record_again()
        self.assertProof(proof, "green")
        self.assertEqual(self.rows().payment_id, payment)

    def test_in_a_locked_period_nothing_is_recorded_again(self):
        """Never on another date, whoever asks."""
        self.pay(self.invoice(100.0))
        self.settle()
        fee = self.rows().fee_move_id
        fee._reverse_moves([{"date": fee.date}], cancel=True)
        proof = self.prove()
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        with self.assertRaisesRegex(UserError, "locked"):
            proof.difference_ids.action_record_again()

    # === RED === #

    def test_money_nobody_knows_of_is_red_and_asks_for_a_person(self):
        """And the request closes by itself when the reason is found."""
        self.synced()
        self.elsewhere(10000)
        self.sync()
        proof = self.account.proof_id
        self.assertProof(proof, "red")
        self.assertEqual(proof.unexplained_mirror, 9680)
        [activity] = self.activities("unexplained")
        self.assertIn("96.80", activity.summary)
        self.synced()
        self.assertEqual(self.account.proof_id.colour, "green")
        self.assertFalse(self.activities("unexplained"))

    def test_what_was_paid_and_has_no_row_yet_is_named(self):
        """Stripe's balance has it, its row was not told."""
        self.pay(self.invoice(100.0))
        self.settle()
        self.rows().sudo().payment_id = False
        self.rows().sudo().unlink()
        self.account.sudo().mirror_start = "2025-11-23"
        proof = self.prove()
        named = {line.kind: line.amount for line in proof.difference_ids}
        self.assertEqual(named["no_stripe_row"], 10000)
        self.assertEqual(named["no_stripe_row_fee"], -320)
        self.assertEqual(proof.unexplained_mirror, 0)

    # === NOT COMPARED === #

    def test_nothing_is_compared_while_rows_come_in(self):
        """A row after the balance was read would be a difference that is none."""
        self.elsewhere(10000)
        self.synced()
        self.assertTrue(self.account.balance_agreed)
        self.elsewhere(5000)
        self.work_off()
        self.assertFalse(self.account.balance_agreed)
        self.account.sudo().connected = False
        self.assertEqual(self.prove().colour, "unknown")

    # === BESIDE, RIGHTS === #

    def test_open_items_stand_beside_it(self):
        """They are no difference."""
        self.elsewhere(10000)
        self.synced()
        proof = self.prove()
        self.assertEqual(
            [(line.kind, line.amount) for line in proof.beside_ids],
            [("unallocated", -10000)],
        )
        action = proof.beside_ids.action_open()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines, self.rows().entry_line_id)

    def test_a_branchs_entries_count(self):
        """The proof sums the family."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        receivable = self.company_data["default_account_receivable"]
        self.customer.with_company(branch).property_account_receivable_id = receivable
        move = self.invoice(company=branch)
        self.pay(move)
        self.settle()
        self.assertEqual(self.rows().payment_id.company_id, branch)
        self.assertProof(self.prove(), "green")

    def test_a_clerk_reads_proofs_and_makes_none(self):
        """By RPC either."""
        self.elsewhere(10000)
        self.synced()
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        proof = self.account.proof_id.with_user(clerk).sudo(False)
        self.assertIn("Stripe Clearing", proof.bridge)
        with self.assertRaises(AccessError):
            proof.action_prove_again()
        with self.assertRaises(AccessError):
            proof.write({"colour": "green"})

    def test_the_card_shows_the_colour_and_opens_the_proof(self):
        """On the accounting dashboard."""
        self.elsewhere(10000)
        self.synced()
        journal = self.account.journal_id
        [card] = journal._get_journal_dashboard_data_batched().values()
        self.assertEqual(card["kash_stripe"]["proof"]["colour"], "green")
        action = journal.action_kash_stripe_proof()
        self.assertEqual(action["res_id"], self.account.proof_id.id)

    def test_the_dashboard_opens_before_there_is_a_proof(self):
        """Just connected: it is read as JSON, all journals at once."""
        card = json.loads(self.account.journal_id.kanban_dashboard)["kash_stripe"]
        self.assertNotIn("proof", card)


@tagged("post_install", "-at_install")
class TestProofPages(ProofCase, HttpCase):
    def odoo_url(self):
        """The server of the tests."""
        return self.base_url()

    def test_the_proof_is_printed_and_exported_by_who_may_read_it(self):
        """And by nobody else."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.elsewhere(10000, description="Shop 1")
        self.synced()
        address = f"/kash/proof/{self.prove().id}"
        self.colleague("kash_reader", "account.group_account_readonly")
        self.colleague("kash_seller", "base.group_user")
        self.authenticate("kash_reader", "kash_reader")
        page = self.url_open(address)
        self.assertIn("Held by a lock date", page.text)
        self.assertIn("96.80", page.text)
        book = load_workbook(BytesIO(self.url_open(f"{address}/xlsx").content))
        cells = [row[:4] for row in book.worksheets[1].iter_rows(values_only=True)]
        self.assertEqual(cells[1][0], "Held by a lock date")
        self.assertEqual(cells[1][3], -96.8)
        self.authenticate("kash_seller", "kash_seller")
        self.assertEqual(self.url_open(address).status_code, 403)
