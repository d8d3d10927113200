# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where connecting could hurt somebody: copies, other platforms, other companies."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected
from .test_platform import KashStripePlatform

SYNC = "odoo.addons.kash_stripe_connect.models.sync.account"


class Oauth(KashStripePlatform):
    def oauth(self):
        """Connect the existing account as its owner."""
        accounts = self.env["kash.stripe.account"].sudo()
        back = self.stripe.oauth_approve(
            accounts._push_authorise_url(self.company), self.acct.id
        )
        query = dict(part.split("=") for part in back.split("?")[1].split("&"))
        ticket = self.env["kash.stripe.connect.ticket"]._redeem("oauth", query["state"])
        self.account = accounts._push_connect_oauth(ticket, query["code"])
        return self.account

    def is_linked(self):
        """Tell whether the platform can still read the account."""
        client = self.stripe_client(self.platform.secret_key)
        return any(a.id == self.acct.id for a in client.v1.accounts.list().data)

    def set_platform_key(self, key):
        self.keep_platform(secret_key=key)


@tagged("post_install", "-at_install", "-standard", "long")
class TestPlatformEdges(Oauth):
    def test_leaving_in_a_copy_leaves_the_originals_access_alone(self):
        """The clone forgets; the original goes on."""
        account = self.oauth()
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        account._push_disconnect()
        self.assertFalse(account.connected)
        self.assertTrue(self.is_linked())

    def test_leaving_test_never_ends_a_live_access(self):
        """The operator has switched the platform to live meanwhile."""
        account = self.oauth()
        self.set_platform_key(self.platform.live_secret_key)
        account._push_disconnect()
        self.assertFalse(account.connected)
        self.assertTrue(self.is_linked())

    def test_without_a_platform_one_can_still_leave(self):
        """The operator took it away: nobody is locked in."""
        account = self.oauth()
        self.set_platform_key(False)
        account._push_disconnect()
        self.assertFalse(account.connected)

    @mute_logger(SYNC)
    def test_a_platform_of_the_other_mode_is_said_and_takes_no_payment(self):
        """Not Active with a pay page that fails; and it heals by itself."""
        account = self.oauth()
        link = self.invoice()._kash_stripe_ensure_link()
        for key in (self.platform.live_secret_key, False):
            with self.subTest(key=bool(key)):
                self.set_platform_key(key)
                self.sync()
                self.assertEqual(account.status, "not_connected")
                self.assertIn("operator", account.status_text)
                self.assertEqual(link.state, "waiting")
                self.assertTrue(self.env["kash.stripe.account"].get_banners())
        self.set_platform_key(self.platform.secret_key)
        self.sync()
        self.assertEqual((account.status, link.state), ("active", "live"))

    @mute_logger(SYNC)
    def test_another_platforms_key_ends_no_connection(self):
        """One slip of the operator must not void the links of all companies."""
        account = self.oauth()
        link = self.invoice()._kash_stripe_ensure_link()
        other = self.stripe.create_platform()
        self.set_platform_key(other.secret_key)
        self.sync()
        self.assertTrue(account.connected)
        self.assertIn("another Stripe platform", account.status_text)
        self.set_platform_key(self.platform.secret_key)
        self.sync()
        self.assertEqual(link.state, "live")

    def test_an_operators_key_without_capability_rights_syncs_all_the_same(self):
        """The reasons are missing, the money is not."""
        account = self.oauth()
        self.stripe.fail_next(
            "GET",
            f"/v1/accounts/{self.acct.id}/capabilities",
            status=403,
            times=9,
            body={"error": {"type": "invalid_request_error", "message": "no rak_x"}},
        )
        self.sync()
        self.assertFalse(account.sync_error)

    def test_no_second_account_when_a_detail_was_corrected_meanwhile(self):
        """Made, undone on our side, and pressed again with another e-mail address."""
        with self.assertRaises(InterruptedError), self.env.cr.savepoint():
            made = self.create_account(email="wrong@example.com").stripe_id
            raise InterruptedError
        self.assertEqual(self.create_account().stripe_id, made)

    def test_the_operator_may_say_which_api_the_platform_is_on(self):
        """Then nothing is found out by trying."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("kash_stripe_connect.platform_accounts_api", "v1")
        self.stripe.update_platform(self.platform.id, accounts_api="v1")
        self.create_account()
        self.assertFalse([r for r in self.stripe.requests if "/v2/" in r.path])

    def test_a_malformed_platform_key_leaves_own_keys_open(self):
        """The dialog must open."""
        self.set_platform_key("pk_test_not_a_secret_key")
        self.assertEqual(self.wizard(self.manager).way, "keys")

    def test_switching_to_own_keys_gives_the_platforms_access_back(self):
        """One way at a time."""
        self.oauth()
        self.connect()
        self.assertFalse(self.is_linked())
        self.assertEqual(self.account.connection, "keys")

    def test_the_banner_about_an_old_account_ends_with_a_new_one(self):
        """Nobody is nagged about the past."""
        old = self.oauth()
        self.stripe.deauthorize(self.platform.id, self.acct.id)
        self.sync()
        self.connect(self.stripe.create_account())
        self.assertFalse(old.revoked_at)
        self.assertEqual(self.env["kash.stripe.account"].get_banners(), [])

    def test_a_branch_whose_parents_service_ended_reads_the_day(self):
        """Not an empty one."""
        self.company.sudo().kash_stripe_service_until = "2026-01-01"
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        with self.assertRaisesRegex(UserError, "2026"):
            branch._kash_stripe_check_service()

    def test_the_service_date_is_not_set_by_a_default_either(self):
        """Any way of creating a company."""
        admin = self.colleague("kash_admin", "base.group_system")
        companies = self.env["res.company"].with_user(admin)
        with self.assertRaises(AccessError):
            companies.with_context(
                default_kash_stripe_service_until="2099-01-01"
            ).create({"name": "Sly"})


@tagged("post_install", "-at_install", "-standard", "long")
class TestDialogEdges(KashStripePlatform):
    def set_stage(self):
        super().set_stage()
        self.other = self.setup_other_company()["company"]

    def test_another_companys_account_is_not_named_in_the_dialog(self):
        """Not even that it has one."""
        self.create_account(company=self.other)
        with self.assertRaises(AccessError):
            self.wizard(self.manager, company_id=self.other.id)

    def test_a_company_that_is_not_switched_on_is_not_spoken_of(self):
        """The dialog shows what the company switcher shows."""
        self.create_account(company=self.other)
        self.manager.company_ids += self.other
        wizard = self.wizard(self.manager, company_id=self.other.id)
        self.assertFalse(wizard.begun_account_id)
        self.assertFalse(wizard.name)

    def test_a_refused_company_does_not_leave_the_key_in_the_dialog(self):
        """Used up in any case."""
        self.manager.company_ids += self.other
        wizard = self.wizard(
            self.manager,
            company_id=self.other.id,
            way="keys",
            secret_key=self.acct.secret_key,
            publishable_key=self.acct.publishable_key,
        )
        wizard.action_connect()
        self.assertIn("not one of your companies", wizard.error)
        typed = [("user_id", "!=", False)]
        self.assertFalse(self.env["kash.stripe.secret"].sudo().search(typed))

    def test_choosing_another_company_changes_what_is_filled_in(self):
        """Name, address and calendar are of that company."""
        self.other.sudo().kash_stripe_tz = "Asia/Tokyo"
        self.manager.company_ids += self.other
        wizards = self.env["kash.stripe.connect.wizard"].with_user(self.manager)
        form = Form(
            wizards.with_context(allowed_company_ids=[self.company.id, self.other.id])
        )
        form.way = "create"
        self.manager.group_ids += self.env.ref("base.group_multi_company")
        wizard = form.save()
        wizard.company_id = self.other
        self.assertEqual((wizard.name, wizard.tz), (self.other.name, "Asia/Tokyo"))

    def test_a_neutralised_database_takes_no_keys(self):
        """Nothing is asked at Stripe, and nothing becomes active."""
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        before = len(self.stripe.requests)
        with self.assertRaisesRegex(UserError, "copy"):
            self.connect()
        self.assertEqual(len(self.stripe.requests), before)

    def test_a_clone_does_not_start_over_with_another_account(self):
        """It would open accounts on the original's platform."""
        self.create_account()
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        with self.assertRaisesRegex(UserError, "copy"):
            self.create_account(start_over=True)


@tagged("post_install", "-at_install", "-standard", "long")
class TestLeavingEdges(KashStripeConnected):
    def dialog(self, model, user=None):
        return (
            self.env[f"kash.stripe.{model}.wizard"]
            .with_user(user or self.env.user)
            .with_context(allowed_company_ids=self.company.ids)
            .create({"account_id": self.account.id})
        )

    def branch_invoice(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        receivable = self.company_data["default_account_receivable"]
        self.customer.with_company(branch).property_account_receivable_id = receivable
        return self.invoice(company=branch)

    def test_the_dialogs_open_when_a_branch_is_not_switched_on(self):
        """Its invoices are counted, and not listed."""
        self.branch_invoice()._kash_stripe_ensure_link()
        dialog = self.dialog("disconnect")
        self.assertEqual(dialog.invoice_count, 1)
        self.assertFalse(
            dialog.with_context(allowed_company_ids=self.company.ids).invoice_ids
        )

    def test_a_session_that_is_gone_keeps_nobody_from_leaving(self):
        """Stripe's test data was deleted."""
        attempt = self.press_pay(self.invoice(100.0))
        attempt.sudo().kash_stripe_session_id = "cs_test_gone"
        self.account.action_disconnect()
        self.assertFalse(self.account.connected)
        self.assertEqual(attempt.state, "cancel")

    def test_stripe_down_keeps_the_connection_rather_than_miss_a_payment(self):
        """What was paid last would never be learned."""
        self.stripe.fail_next(status=503, times=50)
        with self.assertRaisesRegex(UserError, "would be missed"):
            self.account.action_disconnect()
        self.assertTrue(self.account.connected)

    @mute_logger(SYNC)
    def test_a_new_key_without_webhook_rights_goes_on_syncing(self):
        """The old endpoint rings; the daily look at it is refused, and noted."""
        key = self.acct.restricted_key(
            [
                "rak_connected_account_read",
                "rak_balance_read",
                "rak_balance_transaction_source_read",
                "rak_charge_read",
                "rak_dispute_read",
                "rak_payment_intent_read",
                "rak_checkout_session_write",
            ]
        )
        self.connect(secret_key=key)
        self.account.sudo().endpoint_checked_at = "2000-01-01"
        self.sync()
        self.assertFalse(self.account.sync_error)
        self.assertIn("rak_webhook", self.account.webhook_note)

    def test_links_of_an_earlier_account_are_offered_too(self):
        """The customers do not care which account it was."""
        self.invoice(100.0)._kash_stripe_ensure_link()
        self.account.sudo()._push_disconnect()
        self.account = self.connect(self.stripe.create_account())
        self.assertEqual(self.account.dead_link_count, 1)

    def test_a_link_that_works_is_not_sent_again(self):
        """The letter would say that it does not."""
        invoice = self.invoice(100.0)
        invoice._kash_stripe_ensure_link()
        answer = invoice.action_kash_stripe_send_again()["params"]["message"]
        self.assertIn("its payment link works", answer)

    def test_a_sync_that_changes_nothing_does_not_ring(self):
        """Or every backend page of every company would ask each minute."""
        self.sync()
        bus = self.env["bus.bus"].sudo()
        self.env.cr.precommit.run()
        before = bus.search_count([("message", "like", "kash_stripe.banner")])
        self.sync()
        self.env.cr.precommit.run()
        after = bus.search_count([("message", "like", "kash_stripe.banner")])
        self.assertEqual(after, before)

    def test_a_family_of_companies_keeps_one_mode(self):
        """Branches use the parent's books."""
        self.account.sudo().livemode = True
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        with self.assertRaisesRegex(UserError, "one mode"):
            self.connect(self.stripe.create_account(), company=branch)


@tagged("post_install", "-at_install", "-standard", "long")
class TestLiveEdges(KashStripeConnected):
    def lock(self, day):
        self.company.sudo().fiscalyear_lock_date = day

    def connect_live(self):
        self.account = self.connect(
            secret_key=self.acct.live_secret_key,
            publishable_key=self.acct.live_publishable_key,
        )

    def test_a_locked_period_leaves_the_connection_as_it_was(self):
        """The books come first: what was done at Stripe could not be undone."""
        self.pay(self.invoice(100.0))
        self.settle()
        self.lock("2025-11-30")
        with self.assertRaises(UserError):
            self.account.sudo()._push_leave_test()
        self.assertTrue(self.account.connected)
        self.assertTrue(self.stripe.objects("webhook_endpoint"))

    def test_a_held_test_payment_does_not_count_on_a_live_invoice(self):
        """The invoice can be paid for real."""
        invoice = self.invoice(100.0)
        self.lock("2025-11-30")
        self.pay(invoice)
        self.settle()
        self.account.sudo()._push_leave_test()
        self.lock(False)
        self.connect_live()
        invoice.invalidate_recordset()
        self.assertEqual(invoice.kash_stripe_due_online, 100.0)
        self.assertEqual(invoice._kash_stripe_ensure_link().state, "live")

    def test_rows_of_a_left_test_account_are_never_recorded_any_more(self):
        """Held, stopped, waiting: all are over."""
        self.lock("2025-11-30")
        self.pay(self.invoice(100.0))
        self.settle()
        rows = self.rows()
        self.account.sudo()._push_leave_test()
        self.lock(False)
        rows.action_retry()
        self.account.sudo()._book_new()
        self.assertEqual(rows.state, "reversed")
        self.assertLedger({})

    def test_a_draft_reversal_is_no_reversal(self):
        """Somebody began one and forgot it."""
        self.pay(self.invoice(100.0))
        self.settle()
        self.rows().payment_id.move_id._reverse_moves()
        self.account.sudo()._push_leave_test()
        self.assertLedger({})

    def test_cash_basis_entries_are_reversed_on_their_own_date(self):
        """The tax report of a past month stays as it was before the test."""
        self.company.tax_exigibility = True
        tax = self.company_data["default_tax_sale"].copy(
            {
                "name": "Cash basis",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": self.other_account(
                    code="201777", account_type="liability_current", reconcile=True
                ).id,
            }
        )
        invoice = self.invoice(100.0, post=False)
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        self.pay(invoice)
        self.settle()
        moves = self.env["account.move"]
        before = moves.search([("tax_cash_basis_origin_move_id", "=", invoice.id)])
        self.assertTrue(before)
        self.account.sudo()._push_leave_test()
        self.assertEqual(before.reversal_move_ids.mapped("date"), before.mapped("date"))
        self.assertEqual(invoice.payment_state, "not_paid")


@tagged("post_install", "-at_install", "-standard", "long")
class TestClearingEdges(KashStripeConnected):
    def change(self, ledger, **vals):
        form = Form(
            self.env["kash.stripe.books.wizard"].with_context(
                default_account_id=self.account.id
            )
        )
        form.clearing_account_id = ledger
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def money_comes_in(self):
        self.pay(self.invoice(100.0))
        self.settle()

    def test_an_account_of_another_currency_is_refused(self):
        """Every row would stop."""
        ledger = self.other_account(currency_id=self.env.ref("base.CHF").id)
        with self.assertRaisesRegex(ValidationError, "currency"):
            self.change(ledger).action_apply()

    def test_the_companys_suspense_account_is_refused(self):
        """Bank statements stand there."""
        ledger = self.company.account_journal_suspense_account_id
        ledger.reconcile = False
        with self.assertRaises(ValidationError):
            self.change(ledger).action_apply()

    def test_an_account_that_holds_something_is_refused(self):
        """It would be taken for Stripe's."""
        ledger = self.other_account()
        self.env["account.move"].create(
            {
                "date": "2025-11-01",
                "line_ids": [
                    Command.create({"account_id": ledger.id, "balance": 5.0}),
                    Command.create(
                        {
                            "account_id": self.account.fee_account_id.id,
                            "balance": -5.0,
                        }
                    ),
                ],
            }
        ).action_post()
        with self.assertRaisesRegex(UserError, "holds"):
            self.change(ledger).action_apply()

    def test_money_cannot_leave_before_it_came(self):
        """Nor in the future."""
        self.money_comes_in()
        ledger = self.other_account()
        for day in ("2025-11-21", "2099-01-01"):
            with self.subTest(day), self.assertRaisesRegex(UserError, "Choose a day"):
                self.change(ledger, day=day).action_apply()

    def test_a_balance_that_changed_after_the_preview_is_shown_again(self):
        """What is posted is what was agreed to."""
        self.money_comes_in()
        wizard = self.change(self.other_account())
        self.money_comes_in()
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            wizard.action_apply()

    def test_what_fitted_when_it_was_chosen_must_go_on_fitting(self):
        """By the account's form, or another journal's."""
        with self.assertRaises(ValidationError):
            self.account.clearing_account_id.reconcile = True
        with self.assertRaises(ValidationError):
            self.account.journal_id.default_account_id = self.other_account()
        bank = self.company_data["default_journal_bank"]
        with self.assertRaises(ValidationError):
            bank.suspense_account_id = self.account.clearing_account_id
