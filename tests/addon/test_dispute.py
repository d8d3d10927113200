# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Disputes: what Stripe says of them, who must answer, and where the money ends."""

import io
import zipfile
from datetime import date

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected, by_pytest_too

ACCOUNT = "odoo.addons.kash_stripe_connect.models.account.wire"


class Disputed(KashStripeConnected):
    """An invoice over 100.00, paid by card."""

    def set_stage(self):
        super().set_stage()
        self.paid = self.invoice(100.0)
        self.attempt = self.pay(self.paid)
        self.settle()
        self.charge_id = self.attempt.kash_stripe_charge_id

    def disputed(self, charge_id=None, **details):
        """Let the customer's bank dispute a payment, and tell Odoo; return ours."""
        made = self.stripe.dispute(charge_id or self.charge_id, **details)
        self.settle()
        return self.found(made)

    def found(self, made):
        return self.env["kash.stripe.dispute"].search([("dispute_id", "=", made["id"])])

    def won(self, dispute):
        self.stripe.win_dispute(dispute.dispute_id)
        self.settle()

    def lost(self, dispute):
        self.stripe.lose_dispute(dispute.dispute_id)
        self.settle()

    def look(self):
        """Let the sync find what no doorbell told."""
        self.stripe.settle()
        self.stripe.outbox.take()
        self.read_until("2025-11-22", "rows", "disputes")
        self.sync()

    def movements(self):
        return self.env["kash.stripe.movement"].search([])

    def holds(self, role):
        """Return what an account holds, whoever posted it."""
        ledger = self.account.sudo()._ledger_account(role)
        lines = self.env["account.move.line"].search(
            [("account_id", "=", ledger.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))

    def assertNothingDisputed(self):
        """Assert that Disputed Funds is at 0.00 and each of its lines matched."""
        self.assertEqual(self.ledger()["disputed"], 0.0)
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.account.disputed_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertTrue(all(lines.mapped("reconciled")))
        self.assertClearingIsStripes()


@tagged("post_install", "-at_install")
class TestDispute(Disputed):
    # === EACH ENDS WITH DISPUTED FUNDS AT 0.00 === #

    @by_pytest_too
    def test_a_dispute_says_what_the_bank_wants_and_until_when(self):
        """The money is on Disputed Funds, the invoice marked and still paid."""
        dispute = self.disputed(reason="product_not_received")
        self.assertEqual((dispute.status, dispute.phase), ("needs_response", "open"))
        self.assertEqual(dispute.reason_text, "The customer says nothing was received")
        self.assertEqual(dispute.amount_text, "$\N{NO-BREAK SPACE}100.00")
        self.assertEqual(dispute.fee_text, "$\N{NO-BREAK SPACE}15.00")
        self.assertEqual(dispute.left_text, "$\N{NO-BREAK SPACE}100.00")
        self.assertEqual(dispute.move_ids, self.paid)
        self.assertEqual(dispute.partner_id, self.customer)
        self.assertTrue(dispute.can_respond)
        self.assertEqual(dispute._due_day(), date(2025, 11, 30))
        self.assertEqual(self.paid.kash_stripe_dispute_state, "open")
        self.assertIn("until 11/30/2025", self.paid.kash_stripe_dispute_text)
        self.assertEqual(self.paid.payment_state, "paid")
        self.assertLedger(
            {"clearing": -18.2, "fees": 18.2, "receivable": -100.0, "disputed": 100.0}
        )

    def test_won_the_money_is_back_and_the_fee_is_not(self):
        """The rules since June 2025."""
        self.won(self.disputed())
        self.assertNothingDisputed()
        self.assertLedger({"clearing": 81.8, "fees": 18.2, "receivable": -100.0})
        self.assertFalse(self.movements())
        self.assertFalse(self.paid.kash_stripe_dispute_state)

    def test_won_by_the_old_rules_the_fee_is_back_too(self):
        """It comes with the row that brings the money."""
        self.stripe.settings.dispute_fee_returned = True
        dispute = self.disputed()
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "receivable": -100.0})
        self.assertEqual(dispute.fee_text, "$\N{NO-BREAK SPACE}0.00")

    def test_what_an_answer_costs_is_a_fee_and_comes_back_when_won(self):
        """Stripe's countered fee: rows of their own, of the same dispute."""
        self.stripe.settings.dispute_countered_fee = 1500
        dispute = self.disputed()
        client = self.stripe_client(self.acct.secret_key)
        evidence = {"uncategorized_text": "It was delivered."}
        client.v1.disputes.update(dispute.dispute_id, {"evidence": evidence})
        self.settle()
        self.assertEqual(dispute.fee_text, "$\N{NO-BREAK SPACE}30.00")
        self.assertEqual(dispute.submissions, 1)
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertLedger({"clearing": 81.8, "fees": 18.2, "receivable": -100.0})

    def test_lost_it_is_a_loss_on_the_day_stripe_told(self):
        """The invoice stays paid: the sale took place."""
        dispute = self.disputed()
        self.stripe.clock.advance(days=3)
        self.lost(dispute)
        self.assertNothingDisputed()
        self.assertLedger(
            {"clearing": -18.2, "fees": 18.2, "receivable": -100.0, "loss": 100.0}
        )
        movement = self.movements()
        self.assertEqual((movement.kind, movement.day_told), ("dispute_lost", "event"))
        self.assertEqual(movement.entry_id.date, date(2025, 11, 25))
        self.assertEqual(self.paid.payment_state, "paid")
        self.assertEqual(self.paid.kash_stripe_dispute_state, "lost")

    def test_lost_the_invoice_is_due_again_where_the_company_says_so(self):
        """The customer owes it still."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        self.lost(self.disputed())
        self.assertNothingDisputed()
        self.assertLedger({"clearing": -18.2, "fees": 18.2})
        self.assertEqual(self.paid.amount_residual, 100.0)

    def test_a_part_lost_opens_that_part(self):
        """Forty of a hundred; the rest stays paid."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        self.lost(self.disputed(amount=4000))
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["receivable"], -60.0)
        self.assertEqual(self.paid.amount_residual, 40.0)

    def test_an_inquiry_moves_no_money_and_is_closed(self):
        """The bank only asked."""
        dispute = self.disputed(status="warning_needs_response")
        self.assertEqual(self.paid.kash_stripe_dispute_state, "inquiry")
        self.assertIn("asks about", self.paid.kash_stripe_dispute_text)
        self.stripe.move_dispute(dispute.dispute_id, "warning_closed")
        self.settle()
        self.assertEqual(dispute.phase, "closed")
        self.assertFalse(self.paid.kash_stripe_dispute_state)
        self.assertNothingDisputed()
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "receivable": -100.0})

    def test_an_inquiry_can_become_a_dispute_and_be_lost(self):
        """Only then the money goes."""
        dispute = self.disputed(status="warning_needs_response")
        self.stripe.move_dispute(dispute.dispute_id, "needs_response")
        self.settle()
        self.assertEqual(self.ledger()["disputed"], 100.0)
        self.lost(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], 100.0)

    def test_a_prevented_dispute_leaves_nothing(self):
        """It was over before it was one."""
        dispute = self.disputed(status="prevented")
        self.assertEqual(dispute.phase, "closed")
        self.assertNothingDisputed()
        self.assertFalse(self.movements())

    def test_two_disputes_of_one_payment_end_each_in_its_way(self):
        """Thirty won, seventy lost."""
        won, lost = self.disputed(amount=3000), self.disputed(amount=7000)
        self.assertEqual(self.ledger()["disputed"], 100.0)
        self.won(won)
        self.assertEqual(self.ledger()["disputed"], 70.0)
        self.lost(lost)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], 70.0)
        self.assertEqual(self.paid.kash_stripe_dispute_count, 2)

    def test_a_loss_is_taken_back_when_an_appeal_is_won(self):
        """By an entry of its own."""
        dispute = self.disputed()
        self.lost(dispute)
        self.stripe.move_dispute(dispute.dispute_id, "appeal_needs_response")
        self.settle()
        self.assertEqual(dispute.phase, "open")
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertLedger({"clearing": 81.8, "fees": 18.2, "receivable": -100.0})
        self.assertEqual(
            self.movements().mapped("kind"), ["dispute_regained", "dispute_lost"]
        )

    def test_an_appeal_won_pays_the_invoice_that_was_opened_again(self):
        """Nobody has to match anything."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        dispute = self.disputed()
        self.lost(dispute)
        self.stripe.move_dispute(dispute.dispute_id, "appeal_needs_response")
        self.won(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["receivable"], -100.0)
        self.assertEqual(self.paid.amount_residual, 0.0)

    def test_a_payment_made_elsewhere_is_a_loss(self):
        """There is no invoice to open again."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        charge = self.stripe.charge_elsewhere(self.acct, amount=5000)
        self.stripe.settle()
        dispute = self.disputed(charge["id"])
        self.assertFalse(dispute.transaction_id)
        self.lost(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.ledger()["loss"], 50.0)
        self.assertEqual(self.ledger()["unallocated"], -50.0)

    def test_a_customers_credit_that_was_disputed_is_credit_no_more(self):
        """It pays no invoice: there is nothing to lose."""
        line = self.attempt.payment_id.move_id.line_ids.filtered("reconciled")
        line.remove_move_reconcile()
        self.lost(self.disputed())
        self.assertNothingDisputed()
        self.assertLedger({"clearing": -18.2, "fees": 18.2})
        self.assertTrue(line.reconciled)

    def test_a_returned_debit_opens_its_invoice_whatever_the_setting(self):
        """Nobody can answer; it was lost when it was opened."""
        self.give_debits()
        owed = self.invoice(500.0)
        attempt = self.press_pay(owed)
        charge = self.stripe.pay(
            attempt.kash_stripe_session_id, method="us_bank_account"
        )
        self.settle()
        self.stripe.succeed_debit(charge["id"])
        self.settle()
        self.assertEqual(owed.amount_residual, 0.0)
        self.stripe.return_debit(charge["id"], "insufficient_funds", by="dispute")
        self.settle()
        self.assertNothingDisputed()
        self.assertEqual(owed.amount_residual, 500.0)
        self.assertEqual(self.ledger()["loss"], 0.0)
        dispute = owed._kash_stripe_disputes_by_move()[owed]
        self.assertFalse(dispute.can_respond)
        self.assertFalse(owed._kash_stripe_disputes_unresolved())
        self.assertEqual(attempt.payment_id.amount_available_for_refund, 0.0)

    def test_settled_in_another_currency_the_customer_owes_what_was_charged(self):
        """What the rates made of it meanwhile is an exchange difference."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        self.quote("eur", {"2025-01-01": 0.8})
        self.stripe.settle_in(self.acct, ["eur"])
        owed = self.invoice(200.0)
        attempt = self.pay(owed)
        self.settle()
        self.assertEqual(owed.payment_state, "paid")
        dispute = self.disputed(attempt.kash_stripe_charge_id)
        taken = self.ledger()["disputed"]
        self.assertNotEqual(taken, 200.0)
        self.lost(dispute)
        self.assertEqual(self.ledger()["disputed"], 0.0)
        self.assertTrue(dispute.row_ids.entry_line_id.reconciled)
        self.assertEqual(owed.amount_residual, 200.0)
        lines = self.movements().entry_id.line_ids
        self.assertEqual(
            sorted(lines.mapped("balance")),
            sorted([-taken, 200.0, round(taken - 200.0, 2)]),
        )

    # === PERIOD LOCK AND ORDER === #

    def test_the_end_waits_while_the_money_is_held(self):
        """And follows once a person recorded it."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-24"
        self.stripe.clock.advance(days=1)
        dispute = self.disputed()
        self.stripe.clock.advance(days=5)
        self.lost(dispute)
        self.assertEqual(self.movements().state, "waiting")
        self.assertIn("is locked", self.movements().reason)
        held = self.rows().filtered(lambda row: row.state == "held")
        held.sudo()._book_held(date(2025, 11, 26))
        self.account.sudo()._book_new()
        self.assertEqual(self.movements().entry_id.date, date(2025, 11, 28))
        self.assertNothingDisputed()

    def test_an_end_in_a_locked_period_is_held(self):
        """Never on another date."""
        dispute = self.disputed()
        self.stripe.clock.advance(days=5)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.lost(dispute)
        self.assertEqual(self.movements().state, "held")
        self.assertEqual(self.ledger()["disputed"], 100.0)

    def test_a_held_loss_has_nothing_to_record_once_the_money_came_back(self):
        """Won on appeal before anybody recorded the loss."""
        dispute = self.disputed()
        self.stripe.clock.advance(days=5)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.lost(dispute)
        self.stripe.clock.advance(days=10)
        self.stripe.move_dispute(dispute.dispute_id, "appeal_needs_response")
        self.won(dispute)
        self.assertEqual(set(self.movements().mapped("state")), {"booked"})
        self.assertFalse(self.movements().entry_id)
        self.assertNothingDisputed()

    def test_an_invoice_of_a_locked_day_is_not_unmatched(self):
        """The amount stands open; a person is asked."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        dispute = self.disputed()
        self.company.sudo().fiscalyear_lock_date = "2025-11-22"
        self.stripe.clock.advance(days=3)
        self.lost(dispute)
        self.assertNothingDisputed()
        self.assertEqual(self.paid.amount_residual, 0.0)
        entry = self.movements().entry_id
        self.assertIn("match by hand", entry.activity_ids.summary)

    def test_telling_again_and_late_changes_nothing(self):
        """An older state of it, applied after a newer one."""
        dispute = self.disputed()
        before = dispute._facts()
        self.lost(dispute)
        first = self.ledger()
        account = self.account.sudo()
        account.env["kash.stripe.dispute"]._apply_disputes(account, [before])
        self.assertEqual(dispute.status, "lost")
        self.account.sudo()._book_new()
        self.look()
        self.assertEqual(self.ledger(), first)

    # === WITHOUT A DOORBELL === #

    def test_the_sync_finds_disputes_and_their_end(self):
        """An old one that is open is asked again; the day seen is said."""
        made = self.stripe.dispute(self.charge_id)
        self.look()
        dispute = self.found(made)
        self.assertEqual(dispute.phase, "open")
        self.stripe.clock.advance(days=5)
        self.stripe.lose_dispute(made["id"])
        self.stripe.outbox.take()
        self.read_until("2026-01-01", "disputes")
        self.sync()
        self.assertEqual(self.movements().day_told, "seen")
        self.assertNothingDisputed()

    def test_a_dispute_from_before_our_time_is_watched_but_not_booked(self):
        """Its money is none of these books'; its deadline is somebody's."""
        made = self.stripe.dispute(self.charge_id)
        self.account.sudo().mirror_start = "2025-11-24"
        self.read_until(False, "disputes")
        self.stripe.outbox.take()
        self.read_until("2025-11-24")
        self.sync()
        self.assertTrue(self.found(made).can_respond)
        self.lost(self.found(made))
        self.assertFalse(self.movements())
        self.assertEqual(self.ledger()["disputed"], 0.0)

    def test_a_key_that_may_not_read_disputes_still_brings_their_money(self):
        """An older restricted key: its rows tell of them."""
        self.stripe.fail_next(
            "GET",
            "/v1/disputes",
            status=403,
            times=9,
            body={"error": {"type": "invalid_request_error", "message": "no rak_x"}},
        )
        made = self.stripe.dispute(self.charge_id)
        with mute_logger(ACCOUNT):
            self.look()
        self.assertFalse(self.account.sync_error)
        self.assertTrue(self.found(made))
        self.assertEqual(self.ledger()["disputed"], 100.0)

    # === WHO MUST ANSWER === #

    def test_an_activity_is_due_two_days_ahead_and_goes_when_answered(self):
        """One for all disputes of the account, for whoever is responsible."""
        dispute = self.disputed()
        activity = self.activities("dispute")
        self.assertEqual(activity.date_deadline, date(2025, 11, 28))
        self.assertIn(
            "Disputes that want an answer: 1, the first until 11/30/2025",
            activity.summary,
        )
        self.assertEqual(activity.user_id, self.company.kash_stripe_responsible_id)
        self.stripe.move_dispute(dispute.dispute_id, "under_review")
        self.settle()
        self.assertFalse(self.activities("dispute"))
        self.assertIn("The bank decides", self.paid.kash_stripe_dispute_text)

    def test_a_suspected_fraud_asks_on_the_invoice_while_it_is_of_use(self):
        """A refund now saves the dispute and its fee."""
        kind = "kash_stripe_connect.mail_activity_type_fraud"
        self.stripe.early_fraud_warning(self.charge_id)
        with self.assertNoLogs("odoo.addons.mail", "WARNING"):
            self.settle()
        self.assertIn("suspects fraud", self.paid.activity_search([kind]).summary)
        self.disputed()
        self.assertFalse(self.paid.activity_search([kind]))

    # === ELSEWHERE === #

    def test_disputed_invoices_are_found(self):
        """By the filter, and by whoever sends reminders."""
        other = self.invoice(10.0)
        disputes = self.disputed()
        both = self.paid | other
        moves = self.env["account.move"]
        found = moves.search([("kash_stripe_dispute_state", "in", ["open", "lost"])])
        self.assertEqual(found, self.paid)
        rest = moves.search([("kash_stripe_dispute_state", "=", False)])
        self.assertIn(other, rest)
        self.assertNotIn(self.paid, rest)
        self.assertEqual(both._kash_stripe_disputes_by_move()[self.paid], disputes)
        unresolved = both._kash_stripe_disputes_unresolved()
        self.assertEqual(unresolved, {self.paid.id: "open"})

    def test_what_is_disputed_cannot_be_refunded_too(self):
        """Stripe would refuse it."""
        self.disputed(amount=4000)
        payment = self.attempt.payment_id
        payment.invalidate_recordset()
        self.assertEqual(payment.amount_available_for_refund, 60.0)

    def test_the_link_leads_to_the_dispute_of_this_mode(self):
        """It is answered at Stripe."""
        dispute = self.disputed()
        url = dispute.action_stripe()["url"]
        self.assertTrue(url.endswith(f"/test/disputes/{dispute.dispute_id}"), url)


@tagged("post_install", "-at_install")
class TestDisputeEvidence(Disputed, HttpCase):
    def test_the_bundle_has_what_the_bank_wants_to_see(self):
        """Invoice, mail, receipt and facts; for whoever may see the dispute."""
        self.paid.message_post(
            body=self.paid.name,
            subject=self.paid.name,
            partner_ids=self.customer.ids,
            message_type="comment",
        )
        dispute = self.disputed()
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        self.authenticate(clerk.login, clerk.login)
        answer = self.url_open(dispute.action_evidence()["url"])
        self.assertEqual(answer.status_code, 200)
        bundle = zipfile.ZipFile(io.BytesIO(answer.content))
        names = {name.rpartition(".")[0] for name in bundle.namelist()}
        invoice = self.paid.name.replace("/", "_")
        self.assertEqual(names, {"facts", "receipt", "mail_1", invoice})
        facts = bundle.read("facts.txt").decode()
        self.assertIn("Visa •••• 4242", facts)
        self.assertIn(dispute.reason_text, facts)
        receipt = bundle.read("receipt.html").decode()
        self.assertIn(self.attempt.reference, receipt)
        self.assertIn("Visa •••• 4242", receipt)
        self.assertIn(self.paid.name, bundle.read("mail_1.eml").decode())

    def test_others_learn_nothing(self):
        """Not even that there is one."""
        url = self.disputed().action_evidence()["url"]
        stranger = self.colleague("kash_stranger", "base.group_user")
        self.authenticate(stranger.login, stranger.login)
        self.assertEqual(self.url_open(url).status_code, 404)
