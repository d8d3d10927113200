# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two contacts are one person: merged, nothing of Stripe's is lost."""

from odoo import Command
from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install", "-standard", "long")
class TestMerge(KashStripeConnected):
    def set_stage(self):
        """The same customer twice; the second one has paid, and is to pay."""
        super().set_stage()
        self.twin = self.customer.copy({"name": "Ada R."})
        self.paid = self.invoice(100.0, partner_id=self.twin.id)
        self.attempt = self.pay(self.paid)
        self.disputed = self.pay(self.invoice(50.0, partner_id=self.twin.id))
        self.settle()
        self.stripe.dispute(self.disputed.kash_stripe_charge_id)
        self.settle()
        self.waiting = self.invoice(30.0, partner_id=self.twin.id)
        self.link = self.waiting._kash_stripe_ensure_link().sudo()
        self.reminder = (
            self.env["kash.stripe.reminder"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.twin.id,
                    "recipient_ids": [Command.set(self.twin.ids)],
                    "day": "2025-11-20",
                    "state": "sent",
                }
            )
        )

    def merge(self, groups):
        """Merge the second into the first, as Contacts ▸ Merge does."""
        person = self.colleague("kash_merger", groups)
        both = self.twin | self.customer
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(person)
            .with_context(active_model="res.partner", active_ids=both.ids)
            .create({"dst_partner_id": self.customer.id})
        )
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertFalse(self.twin.exists())

    def assertMerged(self, before):
        """Assert that all is the customer's, and goes on."""
        self.assertEqual(self.ledger(), before)
        attempts = self.attempt | self.disputed
        dispute = self.env["kash.stripe.dispute"].search([])
        for records in (attempts, attempts.payment_id, dispute, self.reminder):
            self.assertEqual(records.partner_id, self.customer)
        self.assertEqual(self.reminder.recipient_ids, self.customer)
        self.assertEqual(self.link.state, "live")
        self.assertEqual(self.waiting.kash_stripe_link_ids, self.link)
        pressed = self.pay(self.waiting)
        self.stripe.refund(self.attempt.kash_stripe_charge_id, 4000)
        self.stripe.lose_dispute(dispute.dispute_id)
        self.settle()
        self.assertEqual(pressed.kash_stripe_link_id, self.link)
        self.assertEqual(self.waiting.payment_state, "paid")
        self.assertEqual(dispute.phase, "lost")
        [refund] = self.attempt.child_transaction_ids
        self.assertEqual(refund.payment_id.partner_id, self.customer)
        self.assertClearingIsStripes()

    def test_an_accountant_who_merges_contacts_keeps_links_and_attempts(self):
        """Paid, refunded and lost afterwards as before."""
        before = self.ledger()
        self.merge("account.group_account_manager,base.group_partner_manager")
        self.assertMerged(before)

    def test_whoever_merges_contacts_keeps_links_and_attempts(self):
        """A person without accounting rights may merge, too."""
        before = self.ledger()
        self.merge("base.group_user,base.group_partner_manager")
        self.assertMerged(before)

    def test_one_that_wants_no_reminders_stays_so_whoever_merges(self):
        """Who cannot see the wish must not lose it."""
        self.twin.kash_stripe_no_reminders = True
        self.merge("base.group_user,base.group_partner_manager")
        self.assertTrue(self.customer.kash_stripe_no_reminders)
