# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a sync would record, seen before."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install", "-standard", "long")
class TestPreview(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.stripe.charge_elsewhere(self.acct, amount=10000)
        self.stripe.settle()
        self.read_until("2025-11-22")

    def preview(self):
        """Open the dialog."""
        action = self.account.action_preview_sync()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_a_preview_shows_each_account_before_and_after(self):
        """Clearing, fees, and where the money belongs."""
        found = {line.change: line.after for line in self.preview().effect_ids}
        self.assertEqual(found, {96.8: 96.8, 3.2: 3.2, -100.0: -100.0})

    def test_a_preview_changes_nothing(self):
        """No row, no entry, no account."""
        self.preview()
        self.assertFalse(self.rows())
        self.assertFalse(self.account.unallocated_account_id)
        self.assertLedger({})

    def test_what_was_shown_is_recorded(self):
        """By the sync itself."""
        self.preview().action_sync()
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "unallocated": -100.0})

    def test_nothing_new_is_said(self):
        """No entries."""
        self.preview().action_sync()
        self.assertEqual(self.preview().move_count, 0)

    def test_a_silent_stripe_is_told(self):
        """In the words of every button."""
        self.stripe.fail_next(
            method="GET", path="/v1/balance_transactions", status=500, times=9
        )
        with self.assertRaisesRegex(UserError, "does not answer"):
            self.preview()

    def test_only_who_manages_stripe_sees_a_preview(self):
        """It reads Stripe."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.account.with_user(clerk).action_preview_sync()
