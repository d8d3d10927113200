# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connecting through the operator's platform: a new account, an existing one."""

import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import KashStripeCommon, by_pytest_too

TICKETS = "odoo.addons.kash_stripe_connect.models.connect.ticket"


class KashStripePlatform(KashStripeCommon):
    """A company of an operator with a platform; nothing is connected yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.us")
        cls.manager = cls.colleague("kash_manager", "account.group_account_manager")

    def set_stage(self):
        super().set_stage()
        self.set_up_platform()

    def accounts(self):
        return self.env["kash.stripe.account"].sudo().search([])


@tagged("post_install", "-at_install")
class TestCreate(KashStripePlatform):
    def test_without_a_platform_only_own_keys_are_offered(self):
        """With a line in the dialog that says so."""
        self.keep_platform(secret_key=False)
        wizard = self.wizard()
        self.assertEqual(wizard.way, "keys")
        self.assertFalse(wizard.has_platform)

    @by_pytest_too
    def test_a_new_account_is_made_with_accounts_v2_and_filled_from_the_company(self):
        """What we know is not asked again at Stripe."""
        account = self.create_account()
        made = self.stripe.object(account.stripe_id)
        self.assertEqual(account.accounts_api, "v2")
        self.assertEqual(made["country"], "US")
        self.assertEqual(made["email"], "owner@example.com")
        self.assertEqual(made["metadata"]["kash_company"], str(self.company.id))

    def test_a_platform_that_is_on_accounts_v1_uses_it(self):
        """Stripe moves old platforms late or never."""
        self.stripe.update_platform(self.platform.id, accounts_api="v1")
        account = self.create_account()
        self.assertEqual(account.accounts_api, "v1")
        self.assertEqual(account.status, "incomplete")
        self.assertIn("http", account.sudo()._push_onboarding_url())

    def test_it_is_incomplete_and_says_what_is_missing(self):
        """Half-done, in words."""
        account = self.create_account()
        self.assertEqual(account.status, "incomplete")
        self.assertEqual(account.payouts_status, "paused")
        self.assertIn(
            "Bank account for payouts", account.requirement_ids.mapped("name")
        )
        self.assertTrue(account.can_continue)

    def test_the_payment_methods_of_the_country_are_requested(self):
        """Cards and ACH in the United States, neither Bacs nor SEPA."""
        account = self.create_account()
        requested = self.stripe.object(account.stripe_id)["capabilities"]
        self.assertIn("card_payments", requested)
        self.assertIn("us_bank_account_ach_payments", requested)
        self.assertNotIn("bacs_debit_payments", requested)
        # What would have no effect in this country or currency is not even named.
        methods = account.capability_ids.mapped("method")
        self.assertEqual(methods, ["card", "us_bank_account"])

    def test_a_british_company_asks_for_bacs(self):
        """By country, not by language or currency."""
        self.company.account_fiscal_country_id = self.env.ref("base.uk")
        account = self.create_account()
        requested = self.stripe.object(account.stripe_id)["capabilities"]
        self.assertIn("bacs_debit_payments", requested)

    def test_pressing_twice_makes_one_account(self):
        """One idempotent id per connection, persisted before Stripe's page opens."""
        first = self.create_account()
        self.assertEqual(self.create_account(), first)
        made = [a for a in self.stripe.accounts() if a.id != self.platform.id]
        self.assertEqual(len(made), 2)  # the one of setUp, and ours

    def test_an_answer_that_was_lost_brings_the_same_account(self):
        """Made at Stripe, then our transaction was undone: the same button again."""
        with self.assertRaises(InterruptedError), self.env.cr.savepoint():
            made = self.create_account().stripe_id
            raise InterruptedError
        self.assertFalse(self.accounts())
        self.assertEqual(self.create_account().stripe_id, made)

    def test_the_books_are_ready_before_the_account_is(self):
        """Nothing else need be set up before the first link can be paid."""
        account = self.create_account()
        self.assertTrue(account.clearing_account_id and account.fee_account_id)
        self.assertEqual(account.journal_id.name, "Stripe TEST")

    def test_no_link_can_be_made_before_stripe_is_satisfied(self):
        """The clerk reads why."""
        self.create_account()
        with self.assertRaisesRegex(UserError, "cannot take payments"):
            self.invoice()._kash_stripe_ensure_link()

    def test_continuing_takes_up_the_same_account(self):
        """Also after a disconnect."""
        account = self.create_account()
        account.sudo()._push_disconnect()
        self.assertEqual(self.create_account(), account)
        self.assertTrue(account.connected)
        self.assertEqual(account.epoch, 2)

    def test_starting_over_is_explicit_and_leaves_the_old_one_aside(self):
        """Its record stays."""
        account = self.create_account()
        account.sudo()._push_disconnect()
        again = self.create_account(start_over=True)
        self.assertNotEqual(again.stripe_id, account.stripe_id)
        self.assertFalse(account.connected)
        self.assertTrue(account.exists())

    def test_methods_that_were_never_requested_are_on_continuing(self):
        """Made before the addon knew them, or switched off by mistake."""
        account = self.create_account()
        capabilities = dict(self.stripe.object(account.stripe_id)["capabilities"])
        capabilities.pop("us_bank_account_ach_payments")
        self.stripe.tamper(account.stripe_id, capabilities=capabilities)
        self.sync()
        account.sudo()._push_onboarding_url()
        requested = self.stripe.object(account.stripe_id)["capabilities"]
        self.assertIn("us_bank_account_ach_payments", requested)

    # === FAILURES, IN STRIPE'S WORDS === #

    def assertSays(self, text):
        """Press Continue at Stripe; assert the sentence, and that nothing was saved."""
        wizard = self.wizard(self.manager, way="create")
        wizard.action_connect()
        self.assertRegex(wizard.error or "", text)
        self.assertFalse(self.accounts())

    def test_an_incomplete_platform_profile_is_told_in_stripes_words(self):
        """The operator's task, and said so."""
        self.set_up_platform(livemode=True)
        self.keep_platform(secret_key=self.platform.live_secret_key)
        self.stripe.update_platform(self.platform.id, profile_complete=False)
        self.assertSays("complete your platform profile")

    def test_an_unsupported_country_is_told_in_stripes_words(self):
        """Nothing is guessed about who may have an account."""
        self.stripe.update_platform(self.platform.id, countries=["DE"])
        self.assertSays("Stripe refused: .*US")

    def test_a_company_without_a_country_is_asked_for_one(self):
        """Stripe opens accounts by country."""
        self.company.account_fiscal_country_id = False
        self.company.country_id = False
        self.assertSays("country")

    def test_stripe_not_answering_saves_nothing(self):
        """The same press may go through in a minute."""
        self.stripe.fail_next("POST", "/v2/core/accounts", status=503, times=5)
        self.assertSays("does not answer")

    def test_a_platform_key_stripe_does_not_accept_is_the_operators_to_mend(self):
        """Not the person's who pressed."""
        self.stripe.revoke_key(self.platform.secret_key)
        self.assertSays("operator")

    def test_a_set_up_page_that_does_not_open_loses_no_account(self):
        """It is saved, and Continue set-up stands on its form."""
        self.stripe.fail_next("POST", "/v2/core/account_links", status=503, times=5)
        action = self.wizard(self.manager, way="create").action_connect()
        self.assertIn("does not answer", action["params"]["message"])
        self.assertTrue(self.accounts().can_continue)

    def test_a_neutralised_database_creates_nothing(self):
        """A copy must not open accounts in the original's name."""
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        self.assertSays("copy")

    def test_a_clone_does_not_take_up_the_originals_account(self):
        """The database's uuid changed: it is not the one that connected."""
        account = self.create_account()
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        with self.assertRaisesRegex(UserError, "copy"):
            self.create_account()
        with self.assertRaisesRegex(UserError, "copy"):
            account.sudo()._push_onboarding_url()

    def test_a_clerk_cannot_create_an_account(self):
        """Connecting is for accounting managers."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.wizard(clerk, way="create").action_connect()


@tagged("post_install", "-at_install")
class TestWayBack(KashStripePlatform, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def setUp(self):
        super().setUp()
        self.authenticate("kash_manager", "kash_manager")

    def go(self, url):
        """Follow an address into Odoo; return where it leads, or what it says."""
        return self.url_open(url[len(self.base_url()) :], allow_redirects=False)

    def test_what_does_not_work_is_said_under_the_companys_logo(self):
        """The page has no link whose address could hand it out."""
        self.company.logo = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA6"
            "0e6kgAAAABJRU5ErkJggg=="
        )
        answer = self.go(f"{self.base_url()}/kash/connect/return/guessed")
        self.assertEqual(answer.status_code, 403)
        self.assertIn(' src="data:image/png;base64,', answer.text)

    # === ONBOARDING === #

    def test_coming_back_half_way_says_incomplete(self):
        """To be back does not say that it is done."""
        account = self.create_account()
        token = self.ticket(account)
        self.stripe.finish_onboarding(account.stripe_id, "leave")
        response = self.go(f"{self.base_url()}/kash/connect/return/{token}")
        self.assertEqual(response.status_code, 303)
        self.assertIn(f"/{account.id}", response.headers["Location"])
        self.assertEqual(account.status, "incomplete")

    def test_coming_back_done_says_active_and_tells_once(self):
        """Stripe is asked, not the address."""
        account = self.create_account()
        self.stripe.finish_onboarding(account.stripe_id, "submit")
        for _time in range(2):
            self.go(f"{self.base_url()}/kash/connect/return/{self.ticket(account)}")
        self.assertEqual(account.status, "active")
        self.assertEqual(len(self.told_ready(account)), 1)

    def ticket(self, account, user=None, **vals):
        """Return a way back for the manager, as Continue set-up makes one."""
        return (
            self.env["kash.stripe.connect.ticket"]
            .with_user(user or self.manager)
            ._issue(
                "onboarding",
                vals.pop("company", self.company),
                livemode=False,
                account=account,
                **vals,
            )
        )

    def test_a_used_up_page_leads_to_a_new_one(self):
        """Stripe sends people to the refresh address; they are led on at once."""
        account = self.create_account()
        token = self.ticket(account)
        response = self.go(f"{self.base_url()}/kash/connect/refresh/{token}")
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].startswith(self.stripe.url))

    def test_a_loop_of_pages_ends_with_a_sentence(self):
        """Stripe's page and ours must not send a browser back and forth for ever."""
        account = self.create_account()
        token = self.ticket(account, hops=3)
        response = self.go(f"{self.base_url()}/kash/connect/refresh/{token}")
        self.assertIn("keeps sending you back", response.text)

    @mute_logger(TICKETS)
    def test_an_address_typed_by_hand_is_refused_and_changes_nothing(self):
        """There is no such ticket."""
        self.create_account()
        for route in ("return", "refresh"):
            with self.subTest(route):
                response = self.go(f"{self.base_url()}/kash/connect/{route}/guess")
                self.assertEqual(response.status_code, 403)

    def test_a_way_back_is_good_for_one_time(self):
        """Replayed: refused and logged."""
        account = self.create_account()
        token = self.ticket(account)
        self.go(f"{self.base_url()}/kash/connect/return/{token}")
        with self.assertLogs(TICKETS, "WARNING"):
            response = self.go(f"{self.base_url()}/kash/connect/return/{token}")
        self.assertEqual(response.status_code, 403)

    @mute_logger(TICKETS)
    def test_somebody_elses_way_back_is_refused(self):
        """Even a colleague's."""
        account = self.create_account()
        token = self.ticket(account, user=self.env.user)
        response = self.go(f"{self.base_url()}/kash/connect/return/{token}")
        self.assertEqual(response.status_code, 403)

    @mute_logger(TICKETS)
    def test_a_way_back_ends_with_the_right_to_the_company(self):
        """Who was moved to another company meanwhile acts for it no more."""
        other = self.setup_other_company()["company"]
        account = self.create_account(company=other)
        token = self.ticket(account, company=other)
        response = self.go(f"{self.base_url()}/kash/connect/return/{token}")
        self.assertEqual(response.status_code, 403)

    def test_without_a_session_odoo_asks_to_log_in(self):
        """The address alone opens nothing."""
        account = self.create_account()
        token = self.ticket(account)
        self.authenticate(None, None)
        response = self.go(f"{self.base_url()}/kash/connect/return/{token}")
        self.assertIn("/web/login", response.headers["Location"])

    # === OAUTH === #

    def authorise_url(self):
        """Press Continue at Stripe for an existing account."""
        action = self.wizard(self.manager, way="existing").action_connect()
        self.env.flush_all()
        return action["url"]

    def test_an_existing_account_is_connected_by_its_owner(self):
        """Nothing of Stripe's tokens is kept: the platform's key does the work."""
        back = self.stripe.oauth_approve(self.authorise_url(), self.acct.id)
        response = self.go(back)
        self.assertEqual(response.status_code, 303)
        account = self.accounts()
        self.assertEqual(account.stripe_id, self.acct.id)
        self.assertEqual((account.connection, account.status), ("oauth", "active"))
        self.assertFalse(self.secret("secret_key", account))
        self.assertEqual(account.connected_by_id, self.manager)

    def test_a_connected_account_takes_payments_through_the_platform(self):
        """Session, webhook, booking: as with own keys."""
        self.go(self.stripe.oauth_approve(self.authorise_url(), self.acct.id))
        self.account = self.accounts()
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertClearingIsStripes()

    def test_access_denied_says_so_and_nothing_changes(self):
        """The owner changed their mind."""
        response = self.go(self.stripe.oauth_deny(self.authorise_url()))
        self.assertIn("access was not allowed", response.text)
        self.assertFalse(self.accounts())

    def test_an_expired_code_says_to_start_again(self):
        """Stripe's codes live five minutes."""
        back = self.stripe.oauth_approve(self.authorise_url(), self.acct.id)
        self.stripe.clock.advance(seconds=600)
        response = self.go(back)
        self.assertIn("Stripe refused", response.text)
        self.assertFalse(self.accounts())

    @mute_logger(TICKETS)
    def test_a_replayed_state_is_refused(self):
        """Single use, also when the first use failed."""
        back = self.stripe.oauth_approve(self.authorise_url(), self.acct.id)
        self.go(back)
        response = self.go(back)
        self.assertEqual(response.status_code, 403)
        self.assertEqual(len(self.accounts()), 1)

    @mute_logger(TICKETS)
    def test_a_state_of_ten_minutes_ago_is_refused(self):
        """Bound to its moment too."""
        back = self.stripe.oauth_approve(self.authorise_url(), self.acct.id)
        self.env["kash.stripe.connect.ticket"].sudo().search(
            []
        ).expires_at = "2000-01-01"
        self.env.flush_all()
        self.assertEqual(self.go(back).status_code, 403)

    def test_states_are_kept_as_hashes_only(self):
        """Who reads the table cannot come back."""
        url = self.authorise_url()
        state = re.search(r"[?&]state=([^&]+)", url)[1]
        ticket = self.env["kash.stripe.connect.ticket"].sudo().search([])
        self.assertNotIn(state, str(ticket.read()))

    def test_an_account_of_the_other_mode_is_refused(self):
        """Test and live are two worlds."""
        url = self.authorise_url()
        self.env["kash.stripe.connect.ticket"].sudo().search([]).livemode = True
        self.env.flush_all()
        response = self.go(self.stripe.oauth_approve(url, self.acct.id))
        self.assertIn("other mode", response.text)
        self.assertFalse(self.accounts())

    def test_an_account_another_company_uses_is_refused(self):
        """One Stripe account serves one company, or money is booked twice."""
        self.connect(company=self.setup_other_company()["company"])
        response = self.go(
            self.stripe.oauth_approve(self.authorise_url(), self.acct.id)
        )
        self.assertIn("belongs to another company", response.text)

    def test_without_a_client_id_existing_accounts_are_not_offered(self):
        """And the dialog says why."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("kash_stripe_connect.platform_client_id", False)
        wizard = self.wizard(self.manager, way="existing")
        self.assertFalse(wizard.has_oauth)
        wizard.action_connect()
        self.assertIn("has not set up", wizard.error)

    # === THE OPERATOR'S DOORBELL === #

    def doorbell(self, delivery, path="connect"):
        return self.url_open(
            f"/kash/webhook/{path}",
            data=delivery.body,
            headers={"Content-Type": "application/json", **delivery.headers},
        )

    def test_news_of_a_linked_account_reach_it_through_the_operators_endpoint(self):
        """Set-up finished in another window: no return was needed."""
        account = self.create_account()
        self.stripe.finish_onboarding(account.stripe_id, "submit")
        for delivery in self.stripe.outbox.take():
            self.assertEqual(self.doorbell(delivery).status_code, 200)
        self.run_cron("ir_cron_events")
        self.assertEqual(account.status, "active")

    @mute_logger("odoo.addons.kash_stripe_connect.controllers.webhook")
    def test_what_the_operators_endpoint_did_not_sign_is_refused(self):
        """Two secrets may be valid, none that is not ours."""
        account = self.create_account()
        self.stripe.finish_onboarding(account.stripe_id, "submit")
        self.keep_platform(webhook_secret="whsec_other")
        delivery = self.stripe.outbox.take()[0]
        self.assertEqual(self.doorbell(delivery).status_code, 400)

    def test_news_of_an_account_we_do_not_know_are_kept_aside(self):
        """Another database of the operator's may have it."""
        account = self.create_account()
        self.stripe.finish_onboarding(account.stripe_id, "submit")
        delivery = self.stripe.outbox.take()[0]
        account.sudo().stripe_id = "acct_other"
        self.assertEqual(self.doorbell(delivery).status_code, 200)
        event = self.env["kash.stripe.event"].sudo().search([])
        self.assertEqual(event.state, "ignored")
        self.assertFalse(event.company_id)

    def test_a_notification_of_accounts_v2_is_understood(self):
        """It carries an id only: the account is asked for the rest."""
        account = self.create_account()
        self.stripe.finish_onboarding(account.stripe_id, "submit")
        self.stripe.outbox.take()
        secret = self.secret("webhook_secret", self.env["kash.stripe.platform"])
        self.stripe.emit_thin(
            self.platform.id,
            account.stripe_id,
            type="v2.core.account[requirements].updated",
            url=f"{self.base_url()}/kash/webhook/platform",
            secret=secret,
        )
        [delivery] = self.stripe.outbox.take()
        self.assertEqual(self.doorbell(delivery, "platform").status_code, 200)
        self.run_cron("ir_cron_events")
        self.assertEqual(account.status, "active")
