# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When something is wrong: nothing is lost, it is shown, and the rest goes on."""

import dataclasses
import time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected

SYNC = "odoo.addons.kash_stripe_connect.models.sync.account"
BOOKING = "odoo.addons.kash_stripe_connect.models.ledger.booking"
ROWS = "/v1/balance_transactions"


@tagged("post_install", "-at_install", "-standard", "long")
class TestTrouble(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        # The sync looks at the last hours and days: Stripe's clock must be ours.
        self.stripe.clock.set(int(time.time()) - 60)

    # === SYNC === #

    @mute_logger(SYNC)
    def test_what_a_sync_learned_survives_the_step_that_failed(self):
        """Rows cannot be listed: the payment is known all the same."""
        attempt = self.pay(self.invoice(100.0))
        self.stripe.settle()
        self.stripe.fail_next(method="GET", path=ROWS, status=503, times=5)
        self.sync()
        self.assertEqual(attempt.state, "done")
        self.assertTrue(self.account.sync_error)
        self.assertEqual(self.account.sync_failures, 1)

    def test_a_stripe_whose_clock_is_ahead_is_read_to_the_end(self):
        """Seconds of difference must not hide the newest payment."""
        self.stripe.clock.advance(minutes=3)
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        self.stripe.outbox.take()
        self.sync()
        self.assertEqual(invoice.payment_state, "paid")

    @mute_logger(SYNC)
    def test_sync_now_says_what_is_wrong_and_keeps_what_it_learned(self):
        """An error would undo it."""
        attempt = self.pay(self.invoice(100.0))
        self.stripe.settle()
        self.stripe.fail_next(method="GET", path=ROWS, status=503, times=5)
        answer = self.account.action_sync_now()
        self.assertEqual(answer["params"]["type"], "danger")
        self.assertEqual(attempt.state, "done")

    @mute_logger(SYNC)
    def test_a_revoked_key_ends_taking_payments(self):
        """No customer is sent to a page that would fail."""
        self.stripe.revoke_key(self.acct.secret_key)
        self.sync()
        self.assertEqual(self.account.status, "not_connected")
        self.assertFalse(self.account._can_charge())

    @mute_logger(SYNC)
    def test_a_missing_permission_is_trouble_but_no_lost_access(self):
        """The pay link must not blink every minute."""
        self.stripe.fail_next(
            method="GET",
            path=ROWS,
            status=403,
            times=5,
            body={"error": {"type": "invalid_request_error", "message": "no rak_x"}},
        )
        self.sync()
        self.assertTrue(self.account._can_charge())
        self.assertIn("rak_x", self.account.sync_error)

    def test_a_row_that_came_before_its_attempt_was_known_is_linked_later(self):
        """A source not expanded, a webhook that overtook another."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        self.stripe.outbox.take()
        account = self.account.sudo()
        bare = [
            dataclasses.replace(row, source=None) for row in account._pull_new_rows()
        ]
        self.env["kash.stripe.balance.transaction"].sudo()._apply_rows(account, bare)
        account._book_new()
        self.assertEqual(self.rows().state, "new")
        self.sync()
        self.assertEqual(self.rows().state, "booked")
        self.assertEqual(invoice.payment_state, "paid")

    # === WHAT PEOPLE DELETE === #

    def test_a_deleted_partner_stripe_does_not_stop_the_booking(self):
        """It only names the fee lines."""
        self.env.ref("kash_stripe_connect.res_partner_stripe").unlink()
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")

    def test_a_deleted_mail_template_does_not_stop_the_booking(self):
        """Nobody is told, everything is booked."""
        self.env.ref(
            "kash_stripe_connect.mail_template_notice_payment_received"
        ).unlink()
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")

    @mute_logger(BOOKING)
    def test_a_missing_journal_stops_the_row_with_the_reason(self):
        """And Try Again records it once the reason is mended."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        journal = self.account.journal_id
        self.set_journal(None)
        self.settle()
        self.assertEqual(self.rows().state, "stopped")
        self.assertIn("missing", self.rows().reason)
        self.set_journal(journal.id)
        self.rows().action_retry()
        self.assertEqual(invoice.payment_state, "paid")

    def set_journal(self, journal_id):
        """Lose the journal as a deletion would, or have it back."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE kash_stripe_account SET journal_id = %s WHERE id = %s",
            [journal_id, self.account.id],
        )
        self.env.invalidate_all()

    # === CHANGED AT STRIPE === #

    def test_a_booked_row_that_stripe_changes_raises_an_activity(self):
        """It is final by Stripe's word: a person must know otherwise."""
        self.pay(self.invoice(100.0))
        self.settle()
        self.stripe.tamper(self.rows().txn_id, fee=9, net=9991)
        self.sync()
        self.assertEqual((self.rows().state, self.rows().changed), ("booked", True))
        self.assertEqual(len(self.activities("stopped")), 1)
        self.assertLedger({"clearing": 96.80, "fees": 3.20, "receivable": -100.0})

    def test_a_held_row_that_stripe_changes_stops_and_is_read_again(self):
        """Try Again books what Stripe says now, not what it said."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.company.sudo().fiscalyear_lock_date = "2099-12-31"
        self.settle()
        self.stripe.tamper(self.rows().txn_id, fee=500, net=9500)
        self.sync()
        self.assertEqual(self.rows().state, "stopped")
        self.assertFalse(self.activities("held"))
        self.company.sudo().fiscalyear_lock_date = False
        self.rows().action_retry()
        self.assertLedger({"clearing": 95.0, "fees": 5.0, "receivable": -100.0})

    def test_an_activity_closes_by_itself_when_its_reason_is_gone(self):
        """The credit was matched by a person: nothing is left to do."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        invoice.button_draft()
        self.work_off()
        self.assertEqual(len(self.activities("credit")), 1)
        invoice.action_post()
        lines = invoice.line_ids | self.rows().payment_id.move_id.line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.sync()
        self.assertFalse(self.activities("credit"))


@tagged("post_install", "-at_install", "-standard", "long")
class TestThreeDecimals(KashStripeConnected):
    """A company that keeps its books in dinars."""

    def set_stage(self):
        super().set_stage()
        dinar = self.env["res.currency"].with_context(active_test=False)
        dinar = dinar.search([("name", "=", "KWD")])
        dinar.active = True
        self.account.sudo()._push_disconnect()
        data = self.setup_other_company(name="Kuwait Books", currency_id=dinar.id)
        self.company = data["company"]
        self.company_data = data
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": self.company.ids}
        )
        self.acct = self.stripe.create_account(
            country="US", currency="kwd", business_name="Kuwait Books"
        )
        self.account = self.connect()

    def dinars(self, amount):
        return self.invoice(amount, company_id=self.company.id)

    def test_a_fee_that_is_no_multiple_of_ten_fils_is_booked(self):
        """Stripe charges in tens of fils; its own fees are finer."""
        invoice = self.dinars(10.12)
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.rows().amount, 10120)
        self.assertTrue(self.rows().fee % 10)

    def test_an_amount_stripe_cannot_charge_says_so(self):
        """5.123 dinars cannot be asked for: a sentence, not an error page."""
        invoice = self.dinars(5.123)
        problem = invoice._kash_stripe_pay_problems()[invoice.id]
        self.assertEqual(problem.code, "currency")
