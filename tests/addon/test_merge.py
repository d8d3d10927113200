# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two contacts are one person: merged, nothing of Stripe's is lost."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.kash_stripe_connect.models.link.terms import Wish

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

    # === THE LINK TO ALL === #

    def of_all(self, partner):
        """Return a contact's link to all that is open, as root."""
        return partner._kash_stripe_ensure_payer_link(self.company)

    def begin(self, link, move):
        """Begin to pay an invoice by a link to all; return the attempt."""
        link._start_payment(wish=Wish(moves=(move.id,)))
        return link.transaction_ids.sorted("id")[-1:]

    def open_sums(self):
        sessions = self.stripe.objects("checkout.session")
        return [one["amount_total"] for one in sessions if one["status"] == "open"]

    def merge_as_accountant(self):
        self.merge("account.group_account_manager,base.group_partner_manager")

    def test_of_two_links_to_all_one_goes_on_and_the_other_leaves_no_open_page(self):
        """Nothing that Odoo deletes stays payable at Stripe."""
        mine, twins = self.of_all(self.customer), self.of_all(self.twin)
        begun = self.begin(twins, self.waiting)
        self.assertEqual(self.open_sums(), [30_00])
        self.merge_as_accountant()
        self.assertTrue(twins.exists())
        self.assertTrue(twins.voided_at)
        self.assertEqual(begun.kash_stripe_link_id, twins)
        self.assertEqual(self.of_all(self.customer), mine)
        self.work_off()
        self.assertEqual(self.open_sums(), [])

    def test_the_only_link_to_all_is_the_customers_afterwards(self):
        twins = self.of_all(self.twin)
        self.merge_as_accountant()
        self.assertEqual(twins.state, "live")
        self.assertEqual(twins.partner_id, self.customer)

    def test_a_page_whose_link_is_gone_is_closed_before_another_is_begun(self):
        twins = self.of_all(self.twin)
        begun = self.begin(twins, self.waiting)
        begun.kash_stripe_link_id = False
        self.press_pay(self.waiting)
        self.assertEqual(begun.kash_stripe_session_state, "expired")
        self.assertEqual(self.open_sums(), [30_00])
