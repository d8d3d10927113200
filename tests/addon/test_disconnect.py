# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A clean disconnect, and what a reconnect finds."""

import stripe

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected
from .test_platform import KashStripePlatform


@tagged("post_install", "-at_install", "-standard", "long")
class TestDisconnect(KashStripeConnected):
    def dialog(self):
        return self.env["kash.stripe.disconnect.wizard"].create(
            {"account_id": self.account.id}
        )

    def test_the_dialog_says_how_many_links_die_and_of_which_invoices(self):
        """Before anything is done."""
        linked, other = self.invoice(100.0), self.invoice(50.0)
        linked._kash_stripe_ensure_link()
        dialog = self.dialog()
        self.assertEqual(dialog.invoice_ids, linked)
        self.assertEqual(dialog.invoice_count, 1)
        self.assertNotIn(other, dialog.invoice_ids)

    def test_paid_invoices_are_not_counted(self):
        """Their links are of no use already."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.assertFalse(self.dialog().invoice_ids)

    def test_debits_under_way_are_named(self):
        """They go on at Stripe; how they end is learned after reconnecting."""
        attempt = self.press_pay(self.invoice(100.0))
        attempt.sudo()._set_pending()
        self.assertEqual(self.dialog().debit_count, 1)

    def test_every_link_of_the_connection_is_void_at_once(self):
        """Not because something swept them."""
        link = self.invoice()._kash_stripe_ensure_link()
        self.dialog().action_disconnect()
        self.assertEqual(link.state, "ended")
        self.assertFalse(link.voided_at)

    def test_open_checkout_pages_are_closed_at_stripe(self):
        """Nothing can be paid where nobody looks any more."""
        attempt = self.press_pay(self.invoice(100.0))
        self.dialog().action_disconnect()
        session = self.stripe.object(attempt.kash_stripe_session_id)
        self.assertEqual(session["status"], "expired")

    def test_what_was_paid_a_moment_ago_is_recorded_first(self):
        """A last sync before the access goes."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        self.dialog().action_disconnect()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertClearingIsStripes()

    # === RECONNECT === #

    def test_reconnecting_finds_what_moved_meanwhile_once(self):
        """Money that moved at Stripe while nobody looked: the gap is filled."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.account.sudo()._push_disconnect()
        # Stripe's clock of the tests is not ours: this is when we left.
        self.read_until("2025-11-22 17:30:00")
        self.stripe.clock.advance(days=3)
        self.stripe.charge_elsewhere(self.acct, amount=5000, description="Shop")
        self.stripe.settle()
        self.account = self.connect()
        for _time in range(2):
            self.sync()
        txns = self.account.row_ids.mapped("txn_id")
        self.assertEqual(len(txns), 2)
        self.assertEqual(len(set(txns)), 2)

    def reconnected(self, *invoices):
        """Disconnect while these have links, and connect again."""
        for invoice in invoices:
            invoice._kash_stripe_ensure_link()
        self.account.sudo()._push_disconnect()
        self.account = self.connect()

    def test_unpaid_invoices_whose_link_died_are_listed(self):
        """And no others."""
        unpaid, paid, unlinked = (self.invoice(float(n)) for n in (100, 50, 25))
        self.reconnected(unpaid, paid)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({})._create_payments()
        action = self.account.action_view_dead_links()
        self.assertEqual(self.env["account.move"].search(action["domain"]), unpaid)
        self.assertEqual(self.account.dead_link_count, 1)
        self.assertFalse(unlinked.kash_stripe_link_ids)

    def test_send_again_mails_every_one_a_new_link(self):
        """One press."""
        invoices = self.invoice(100.0) | self.invoice(50.0)
        self.reconnected(*invoices)
        self.account.action_send_again()
        mails = self.env["mail.mail"].sudo().search([("model", "=", "account.move")])
        self.assertEqual(sorted(mails.mapped("res_id")), sorted(invoices.ids))
        for mail in mails:
            move = invoices.browse(mail.res_id)
            self.assertIn(move.kash_stripe_link_url, mail.body_html)
            self.assertEqual(mail.body_html.count("Pay invoice"), 1)
            self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(self.account.dead_link_count, 0)

    def test_send_again_says_whom_it_could_not_reach(self):
        """The others still go."""
        nobody = self.env["res.partner"].create({"name": "No Mail"})
        without = self.invoice(50.0, partner_id=nobody.id)
        with_mail = self.invoice(100.0)
        self.reconnected(without, with_mail)
        answer = self.account.action_send_again()["params"]["message"]
        self.assertIn("sent: 1", answer)
        self.assertIn(f"{without.name}: the customer has no e-mail", answer)
        self.assertFalse(without.kash_stripe_link_url)

    def test_stripe_down_with_open_pages_refuses(self):
        """Once the access is gone nobody could learn of a payment made there."""
        self.press_pay(self.invoice(100.0))
        self.stripe.fail_next(status=503, times=50)
        with self.assertRaisesRegex(UserError, "does not answer"):
            self.account.action_disconnect()
        self.assertTrue(self.account.connected)


@tagged("post_install", "-at_install", "-standard", "long")
class TestLeavingThePlatform(KashStripePlatform):
    def oauth(self):
        """Connect the existing account as its owner."""
        accounts = self.env["kash.stripe.account"].with_user(self.manager).sudo()
        back = self.stripe.oauth_approve(
            accounts._push_authorise_url(self.company), self.acct.id
        )
        query = dict(part.split("=") for part in back.split("?")[1].split("&"))
        ticket = accounts.env["kash.stripe.connect.ticket"]._redeem(
            "oauth", query["state"]
        )
        self.account = accounts._push_connect_oauth(ticket, query["code"])
        return self.account

    def test_leaving_an_existing_account_gives_the_access_back(self):
        """Deauthorised at Stripe: the platform can read it no more."""
        account = self.oauth()
        account._push_disconnect()
        client = self.stripe_client(self.platform.secret_key)
        with self.assertRaises(stripe.PermissionError):
            client.v1.accounts.retrieve(self.acct.id)
        self.assertFalse(account.revoked_at)

    def test_leaving_an_account_created_here_asks_to_have_it_closed(self):
        """As Cone does: the operator closes it, nobody else can."""
        account = self.create_account()
        account.sudo()._push_disconnect()
        self.assertFalse(account.connected)
        self.assertIn(
            "contact the operator", " ".join(account.message_ids.mapped("body"))
        )
        client = self.stripe_client(self.platform.secret_key)
        self.assertTrue(client.v1.accounts.retrieve(account.stripe_id).id)

    def test_access_revoked_at_stripe_ends_the_same_way_and_is_said(self):
        """Links dead, keys gone, and the banner."""
        account = self.oauth()
        link = self.invoice()._kash_stripe_ensure_link()
        self.stripe.outbox.take()
        self.stripe.deauthorize(self.platform.id, self.acct.id)
        self.work_off()
        self.assertFalse(account.connected)
        self.assertTrue(account.revoked_at)
        self.assertEqual(link.state, "ended")
        [banner] = self.env["kash.stripe.account"].get_banners()
        self.assertIn("revoked", banner["text"])

    @mute_logger("odoo.addons.kash_stripe_connect.models.sync.account")
    def test_a_sync_finds_the_revocation_too(self):
        """When the bell was not heard."""
        account = self.oauth()
        self.stripe.deauthorize(self.platform.id, self.acct.id)
        self.stripe.outbox.take()
        self.sync()
        self.assertTrue(account.revoked_at)

    def test_the_banner_goes_when_a_person_knows_or_connects_again(self):
        """Nobody is nagged about the past."""
        account = self.oauth()
        self.stripe.deauthorize(self.platform.id, self.acct.id)
        self.sync()
        account.action_forget_revoked()
        self.assertEqual(self.env["kash.stripe.account"].get_banners(), [])
        self.stripe.outbox.take()
        self.assertEqual(self.oauth(), account)
        self.assertEqual((account.status, account.epoch), ("active", 2))

    def test_a_late_bell_does_not_undo_a_new_connection(self):
        """Revoked, connected again, and only then the news arrives."""
        account = self.oauth()
        self.stripe.outbox.take()
        self.stripe.deauthorize(self.platform.id, self.acct.id)
        late = self.stripe.outbox.take()
        self.sync()
        self.oauth()
        self.ring(late)
        self.run_cron("ir_cron_events")
        self.assertTrue(account.connected)
        self.assertEqual(account.status, "active")

    @mute_logger("odoo.addons.kash_stripe_connect.models.sync.account")
    def test_a_bad_platform_key_disconnects_nobody(self):
        """It is the operator's to mend; links live again by themselves."""
        account = self.oauth()
        link = self.invoice()._kash_stripe_ensure_link()
        self.keep_platform(secret_key="sk_test_" + "x" * 40)
        self.sync()
        self.assertTrue(account.connected)
        self.assertEqual(link.state, "waiting")
        self.assertIn("operator", account.status_text)
        self.keep_platform(secret_key=self.platform.secret_key)
        self.sync()
        self.assertEqual(link.state, "live")


@tagged("post_install", "-at_install", "-standard", "long")
class TestService(KashStripePlatform):
    def serve_until(self, day, company=None):
        (company or self.company).sudo().kash_stripe_service_until = day

    def test_the_date_is_the_operators_alone(self):
        """Not even a system administrator's."""
        admin = self.colleague(
            "kash_admin", "base.group_system,account.group_account_manager"
        )
        company = self.company.with_user(admin)
        with self.assertRaises(AccessError):
            company.kash_stripe_service_until = "2099-01-01"
        admin.group_ids += self.env.ref(
            "kash_stripe_connect.group_kash_stripe_operator"
        )
        company.kash_stripe_service_until = "2099-01-01"

    def test_past_it_links_are_inactive_and_come_back_when_renewed(self):
        """Not void: the same address works again."""
        self.account = self.connect()
        invoice = self.invoice()
        link = invoice._kash_stripe_ensure_link()
        self.serve_until("2026-01-01")
        invoice.invalidate_recordset()
        self.assertEqual(link.state, "waiting")
        self.assertIn("service", invoice.kash_stripe_link_reason)
        found = self.env["account.move"].search(
            [("kash_stripe_link_state", "in", ["waiting"])]
        )
        self.assertIn(invoice, found)
        self.serve_until("2099-01-01")
        invoice.invalidate_recordset()
        self.assertEqual(link.state, "live")

    def test_its_last_day_is_served(self):
        """Until means including, in the calendar of the books."""
        self.account = self.connect()
        link = self.invoice()._kash_stripe_ensure_link()
        self.serve_until(self.company._kash_stripe_today())
        self.assertEqual(link.state, "live")

    def test_no_account_is_created_for_a_company_that_is_not_served(self):
        """With the sentence whom to ask."""
        self.serve_until("2026-01-01")
        with self.assertRaisesRegex(UserError, "renew"):
            self.create_account()

    def test_a_payment_under_way_is_still_recorded(self):
        """The customer's money is the customer's money."""
        self.account = self.connect()
        invoice = self.invoice(100.0)
        attempt = self.press_pay(invoice)
        self.serve_until("2026-01-01")
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")

    def test_a_branch_is_served_no_longer_than_its_parent(self):
        """The family's subscription is the parent's."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.serve_until("2026-01-01")
        self.assertFalse(branch._kash_stripe_is_served())
        self.assertIn(branch, self.env["res.company"]._kash_stripe_unserved())

    def test_no_date_is_no_limit(self):
        """Self-hosted companies have no operator."""
        self.assertTrue(self.company._kash_stripe_is_served())
