# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connecting a company by its own API keys."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.kash_stripe_connect.core import permissions

from .common import KashStripeCommon, by_pytest_too


@tagged("post_install", "-at_install")
class TestConnect(KashStripeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.colleague("kash_manager", "account.group_account_manager")
        cls.clerk = cls.colleague("kash_clerk", "account.group_account_invoice")

    def wizard(self, user=None, **keys):
        return super().wizard(
            user or self.manager,
            **{
                "secret_key": self.acct.secret_key,
                "publishable_key": self.acct.publishable_key,
                **keys,
            },
        )

    def kept_keys(self):
        typed = [("user_id", "!=", False)]
        return self.env["kash.stripe.secret"].sudo().search(typed)

    def accounts(self):
        return self.env["kash.stripe.account"].sudo().search([])

    def assertRefused(self, text, **keys):
        """Assert a sentence for the person, and that nothing was saved."""
        wizard = self.wizard(**keys)
        journals = self.env["account.journal"].search_count([])
        wizard.action_connect()
        self.assertIn(text, wizard.error)
        self.assertFalse(self.kept_keys())
        self.assertFalse(self.accounts().filtered("connected"))
        self.assertEqual(self.env["account.journal"].search_count([]), journals)

    # === THE GOOD WAY === #

    def test_a_manager_without_settings_rights_connects_and_sees_the_form(self):
        """Most accountants have no Settings rights."""
        action = self.wizard().action_connect()
        account = self.env["kash.stripe.account"].with_user(self.manager)
        account = account.browse(action["res_id"])
        self.assertEqual(account.status, "active")
        self.assertEqual(account.display_name, "Hill Street Books (TEST)")

    @by_pytest_too
    def test_connecting_makes_the_journal_and_its_two_accounts(self):
        """Nothing else need be set up before the first link can be paid."""
        account = self.connect()
        clearing, fees = account.clearing_account_id, account.fee_account_id
        self.assertEqual(
            (clearing.account_type, clearing.reconcile, fees.account_type),
            ("asset_current", False, "expense"),
        )
        self.assertEqual(account.journal_id.type, "bank")
        self.assertEqual(account.journal_id.default_account_id, clearing)
        self.assertEqual(
            account.journal_id.inbound_payment_method_line_ids.payment_account_id,
            clearing,
        )
        self.assertFalse(account.journal_id.outbound_payment_method_line_ids)

    def test_reconnecting_finds_what_was_made_and_begins_a_new_epoch(self):
        """Find or create, never by name: no second journal, no second account."""
        account = self.connect()
        account.clearing_account_id.name = "Argent chez Stripe"
        before = account.journal_id, account.clearing_account_id, account.fee_account_id
        account.sudo()._push_disconnect()
        again = self.connect()
        self.assertEqual(again, account)
        self.assertEqual(again.epoch, 2)
        self.assertEqual(
            (again.journal_id, again.clearing_account_id, again.fee_account_id), before
        )

    def test_the_companys_calendar_starts_as_stripes(self):
        """A moment at Stripe becomes a day in this zone."""
        self.connect()
        self.assertEqual(self.company.kash_stripe_tz, "America/New_York")

    def test_the_webhook_is_registered_where_stripe_can_call(self):
        """An emulator on this machine reaches this machine."""
        account = self.connect()
        endpoint = self.stripe.objects("webhook_endpoint")[0]
        self.assertEqual(account.webhook_state, "webhook")
        self.assertEqual(endpoint["url"], account.sudo()._webhook_url())
        self.assertIn("charge.updated", endpoint["enabled_events"])

    def test_without_a_public_address_it_polls_and_says_so(self):
        """No endpoint that Stripe could never reach."""
        self.env["ir.config_parameter"].set_param("web.base.url", "http://odoo.lan")
        account = self.connect()
        self.assertEqual(account.webhook_state, "polling")
        self.assertIn("odoo.lan", account.webhook_note)
        self.assertFalse(self.stripe.objects("webhook_endpoint"))

    def test_an_endpoint_stripe_refuses_leads_to_polling(self):
        """As the real Stripe does with an address on this machine."""
        self.stripe.settings.allow_loopback_webhooks = False
        self.account = self.connect()
        self.assertEqual(self.account.webhook_state, "polling")
        self.assertTrue(self.account.webhook_note)
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.stripe.settle()
        self.sync()
        self.assertEqual(invoice.payment_state, "paid")

    def test_disconnecting_forgets_the_keys_and_removes_the_endpoint(self):
        """Links end with the epoch; nothing of the company's key stays."""
        account = self.connect()
        account.with_user(self.manager).action_disconnect()
        self.assertFalse(self.env["kash.stripe.secret"].sudo().search([]))
        self.assertEqual(account.provider_id.state, "disabled")
        self.assertFalse(self.stripe.objects("webhook_endpoint"))

    # === BAD INPUT === #

    def test_a_publishable_key_in_the_secret_field_is_named(self):
        """The commonest slip."""
        self.assertRefused("is a publishable key", secret_key=self.acct.publishable_key)

    def test_what_is_no_stripe_key_is_refused_before_any_call(self):
        """Nothing of it leaves this machine."""
        self.assertRefused("not a Stripe secret key", secret_key="hello")
        self.assertFalse(self.stripe.requests)

    def test_two_keys_of_different_modes_are_named(self):
        """A live key and a test key make no pair."""
        self.assertRefused(
            "of different modes", publishable_key=self.acct.live_publishable_key
        )

    def test_a_missing_publishable_key_is_named(self):
        """Both are needed: the customer's browser gets the publishable one."""
        self.assertRefused("not a publishable key", publishable_key="pk_oops")

    def test_a_revoked_key_shows_stripes_reason(self):
        """In Stripe's own words, the key itself masked."""
        self.stripe.revoke_key(self.acct.secret_key)
        self.assertRefused("Stripe does not accept the key sk_test_…")

    def test_each_permission_a_restricted_key_lacks_is_named(self):
        """The person ticks exactly these; nothing fails later, in a job."""
        every = [*permissions.NEEDED, permissions.WEBHOOK]
        account_read = "rak_connected_account_read"
        for lacking in permissions.NEEDED:
            with self.subTest(lacking.slug):
                has = [p.slug for p in every if p != lacking]
                key = self.acct.restricted_key([account_read, *has])
                self.assertRefused(f"again: {lacking.slug}.", secret_key=key)

    def test_a_restricted_key_with_every_permission_connects(self):
        """The list in the docs is the list that works."""
        every = [*permissions.NEEDED, permissions.WEBHOOK]
        key = self.acct.restricted_key(
            ["rak_connected_account_read", *(p.slug for p in every)]
        )
        self.account = self.connect(secret_key=key)
        self.assertEqual(self.account.webhook_state, "webhook")
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")

    def test_a_key_that_may_not_register_webhooks_polls_and_says_why(self):
        """A missing convenience is no reason to refuse."""
        key = self.acct.restricted_key(
            ["rak_connected_account_read", *(p.slug for p in permissions.NEEDED)]
        )
        account = self.connect(secret_key=key)
        self.assertEqual(account.webhook_state, "polling")
        self.assertIn("rak_webhook_write", account.webhook_note)

    def test_an_account_of_another_company_is_refused(self):
        """One Stripe account serves one company, or money is booked twice."""
        self.connect(company=self.setup_other_company()["company"])
        wizard = self.wizard()
        wizard.action_connect()
        self.assertIn("belongs to another company", wizard.error)
        self.assertFalse(self.company.kash_stripe_account_id)

    def test_a_second_account_of_a_connected_company_is_refused(self):
        """Disconnect first: the person is told from which."""
        self.connect()
        other = self.stripe.create_account(country="US", currency="usd")
        wizard = self.wizard(
            secret_key=other.secret_key, publishable_key=other.publishable_key
        )
        wizard.action_connect()
        self.assertIn("Disconnect it first", wizard.error)

    def test_a_company_without_a_chart_of_accounts_is_told_so(self):
        """There is nothing to record payments in yet."""
        company = self.env["res.company"].create({"name": "Bare"})
        with self.assertRaisesRegex(UserError, "no chart of accounts"):
            self.connect(company=company)

    def test_stripe_not_answering_saves_nothing(self):
        """Try again in a minute; no half-connected account."""
        self.stripe.fail_next(method="GET", path="/v1/account", status=500, times=5)
        self.assertRefused("try again in a minute")

    def test_an_address_that_is_not_stripes_is_never_sent_a_key(self):
        """A key goes to stripe.com over https, or to this machine."""
        self.env["ir.config_parameter"].set_param(
            "kash_stripe_connect.api_base", "https://stripe.example.com"
        )
        self.assertRefused("must be https on stripe.com")

    # === WHO MAY WHAT === #

    def test_a_clerk_cannot_connect(self):
        """Connecting is for accounting managers."""
        with self.assertRaises(AccessError):
            self.wizard(user=self.clerk)

    def test_a_manager_sees_a_hint_of_the_key(self):
        """Never the key: it is no field of the account's."""
        account = self.connect().with_user(self.manager)
        self.assertTrue(account.key_hint.startswith("sk_test_…"))
        self.assertNotIn(self.acct.secret_key, str(account.read()))

    def test_the_key_leaves_the_dialog_even_when_it_connects(self):
        """The key is kept on the account or nowhere."""
        wizard = self.wizard()
        wizard.action_connect()
        self.assertFalse(self.kept_keys())

    def test_nothing_of_it_is_written_by_hand(self):
        """What Stripe says is not for a person to write, by form or RPC."""
        account = self.connect().with_user(self.manager)
        with self.assertRaises(AccessError):
            account.write({"charges_enabled": True})

    def test_another_companys_account_is_invisible(self):
        """By form, RPC or list."""
        other = self.connect(company=self.setup_other_company()["company"])
        with self.assertRaises(AccessError):
            other.with_user(self.manager).read(["name"])

    # === RECORD PAYMENTS IN === #

    def test_the_payment_method_cannot_be_sent_elsewhere_by_hand(self):
        """A payment posts to its method line's account and nowhere else."""
        account = self.connect()
        line = account.journal_id.inbound_payment_method_line_ids
        with self.assertRaisesRegex(ValidationError, "Record Payments In"):
            line.payment_account_id = self.other_account()

    def test_the_provider_cannot_be_changed_by_hand(self):
        """Only the Stripe account writes its state and journal."""
        account = self.connect()
        with self.assertRaisesRegex(UserError, "follows its Stripe account"):
            account.provider_id.state = "disabled"

    def test_what_stands_there_already_is_written_to_all_providers(self):
        """Odoo and other addons write the state of every provider in one call."""
        provider = self.connect().provider_id
        self.assertTrue(provider.write({"state": "test", "code": "kash_stripe"}))
        self.assertTrue(provider.write({"journal_id": provider.journal_id.id}))

    def test_a_disconnected_account_keeps_its_journal(self):
        """What came before is still to be recorded; only its state is free."""
        account = self.connect()
        account.sudo()._push_disconnect()
        provider = account.provider_id
        provider.state = "test"
        with self.assertRaisesRegex(UserError, "follows its Stripe account"):
            provider.journal_id = self.company_data["default_journal_bank"]

    def test_a_provider_that_was_switched_on_by_hand_is_connected_all_the_same(self):
        """Without an account it books nothing: nobody is kept from it."""
        provider = self.env["payment.provider"].search(
            [("code", "=", "kash_stripe"), ("company_id", "=", self.company.id)]
        )
        provider.state = "test"
        self.assertEqual(provider.journal_id.type, "bank")
        account = self.connect()
        self.assertEqual(account.provider_id, provider)
        self.assertEqual(provider.journal_id, account.journal_id)
        line = account.journal_id.inbound_payment_method_line_ids
        self.assertEqual(line.payment_account_id, account.clearing_account_id)

    def test_odoos_own_payment_form_never_offers_it(self):
        """The way to pay is our page."""
        self.connect()
        providers = self.env["payment.provider"]._get_compatible_providers(
            self.company.id, self.customer.id, 100.0
        )
        self.assertNotIn("kash_stripe", providers.mapped("code"))

    def test_register_payment_never_offers_the_stripe_journal(self):
        """Money typed there would have no row of Stripe's behind it."""
        account = self.connect()
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=self.invoice().ids)
            .create({})
        )
        self.assertNotIn(account.journal_id, wizard.available_journal_ids)

    def test_going_live_has_its_own_journal_and_accounts(self):
        """Test money never mixes with real money."""
        test = self.connect()
        test.sudo()._push_disconnect()
        live = self.connect(
            secret_key=self.acct.live_secret_key,
            publishable_key=self.acct.live_publishable_key,
        )
        self.assertNotEqual(live, test)
        self.assertEqual(
            (test.journal_id.name, live.journal_id.name), ("Stripe TEST", "Stripe")
        )
        for each in ("journal_id", "clearing_account_id", "fee_account_id"):
            self.assertNotEqual(live[each], test[each])
        line = live.journal_id.inbound_payment_method_line_ids
        self.assertEqual(line.payment_account_id, live.clearing_account_id)
        line = test.journal_id.inbound_payment_method_line_ids
        self.assertEqual(line.payment_account_id, test.clearing_account_id)

    def test_test_keys_are_refused_where_live_money_is_booked(self):
        """A year's books are no place to try things."""
        live = self.connect(
            secret_key=self.acct.live_secret_key,
            publishable_key=self.acct.live_publishable_key,
        )
        self.env["kash.stripe.balance.transaction"].sudo().create(
            {
                "account_id": live.id,
                "company_id": self.company.id,
                "txn_id": "txn_1",
                "type": "charge",
                "currency_code": "usd",
                "amount": 100,
                "fee": 0,
                "net": 100,
                "created_at": "2025-11-22",
                "booking_day": "2025-11-22",
                "raw": "{}",
            }
        )
        live.sudo()._push_disconnect()
        self.assertRefused("live Stripe money")

    # === COPIES OF THE DATABASE === #

    def test_a_cloned_database_does_not_talk_to_stripe(self):
        """A copy must not answer for the original."""
        account = self.connect()
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        account.sudo()._sync()
        self.assertIn("copy", account.sync_error)
