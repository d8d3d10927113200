# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From test to live: what was only practice leaves the books."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install", "-standard", "long")
class TestLive(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.paid = self.invoice(100.0)
        self.pay(self.paid)
        self.settle()

    def go_live(self):
        """Press Go Live, then the button of its dialog."""
        action = self.account.action_go_live()
        wizard = (
            self.env[action["res_model"]].with_context(**action["context"]).create({})
        )
        return wizard.action_go_live()

    def connect_live(self):
        return self.connect(
            secret_key=self.acct.live_secret_key,
            publishable_key=self.acct.live_publishable_key,
        )

    def test_one_button_reverses_every_test_entry_and_asks_for_the_live_keys(self):
        """The books are as if nothing had been tried."""
        action = self.go_live()
        self.assertLedger({})
        self.assertEqual(self.paid.payment_state, "not_paid")
        self.assertEqual(action["res_model"], "kash.stripe.connect.wizard")
        self.assertFalse(self.account.connected)
        self.assertEqual(self.rows().state, "reversed")

    def test_the_dialog_says_what_will_be_reversed(self):
        """Payment and fee entry, and the invoice that opens again."""
        action = self.account.action_go_live()
        wizard = (
            self.env[action["res_model"]].with_context(**action["context"]).create({})
        )
        self.assertEqual((wizard.move_count, wizard.invoice_count), (2, 1))
        self.assertEqual(wizard.locked_count, 0)

    def test_each_entry_is_reversed_on_its_own_date(self):
        """The trial balance of any past day is as before the test."""
        self.go_live()
        moves = self.env["account.move"].search(
            [("kash_stripe_account_id", "=", self.account.id)]
        )
        self.assertEqual(len(moves), 4)
        self.assertEqual({str(day) for day in moves.mapped("date")}, {"2025-11-22"})

    def test_a_locked_period_is_named_and_nothing_reversed(self):
        """All or nothing, and never on another date."""
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        with self.assertRaisesRegex(UserError, r"Entries in a locked period: 2 \("):
            self.go_live()
        self.assertEqual(self.paid.payment_state, "paid")

    def test_live_keys_are_refused_while_test_entries_stand(self):
        """Practice and real money never stand in the same books."""
        self.account.sudo()._push_disconnect()
        with self.assertRaisesRegex(UserError, "Go Live"):
            self.connect_live()

    def test_after_it_the_live_account_connects_and_the_invoice_can_be_paid(self):
        """The same invoice, for real."""
        self.go_live()
        self.account = self.connect_live()
        attempt = self.press_pay(self.paid)
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        self.assertEqual(self.paid.payment_state, "paid")
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "receivable": -100.0})

    def test_going_live_leaves_nothing_for_a_person_to_do(self):
        """The reversed payments are no customer credit."""
        self.go_live()
        self.assertFalse(self.activities("credit"))
        self.assertFalse(self.activities("stopped"))
