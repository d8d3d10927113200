# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's secrets: read by nobody, encrypted where a key is configured."""

import os
import warnings
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from cryptography.fernet import Fernet
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, JsonRpcException, tagged
from odoo.tools import SQL, config, mute_logger, sql

from .common import KashStripeCommon, KashStripeConnected

SYNC = "odoo.addons.kash_stripe_connect.models.sync.account"
WEBHOOK = "odoo.addons.kash_stripe_connect.controllers.webhook"
PAY = "odoo.addons.kash_stripe_connect.controllers.pay"
VARIABLE = "KASH_STRIPE_ENCRYPTION_KEY"
KEY, NEWER = (Fernet.generate_key().decode() for _each in range(2))
# What a secret looks like; a hint of one ends after its first letters.
SECRET = r"(sk|rk)_(test|live)_[A-Za-z0-9]{6}|whsec_[A-Za-z0-9]{6}"


class Secrets(KashStripeCommon):
    """A database whose server has encryption keys, or none."""

    @contextmanager
    def keys(self, *keys):
        """Let Odoo's server have these encryption keys, the newest first."""
        with patch.dict(os.environ, {VARIABLE: " ".join(keys)}):
            yield

    def store(self):
        return self.env["kash.stripe.secret"]

    def kept(self):
        """Return what is kept, and not only typed."""
        return self.store().sudo().search([("user_id", "=", False)])

    def platform_secret(self, name):
        return self.secret(name, self.env["kash.stripe.platform"])

    def operator(self):
        """Hire somebody who hosts this Odoo, and has Settings rights."""
        login = "kash_operator"
        groups = "base.group_system,kash_stripe_connect.group_kash_stripe_operator"
        known = self.env["res.users"].search([("login", "=", login)])
        return known or self.colleague(login, groups)

    def found(self):
        """Return the tables in which a dump of the database holds a secret."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        return {table for [table] in self.env.cr.fetchall() if self.holds(table)}

    def holds(self, table):
        """Tell whether any column of a table holds a secret, of whichever type."""
        query = "SELECT FROM %s AS told WHERE told::text ~ %s LIMIT 1"
        self.env.cr.execute(SQL(query, SQL.identifier(table), SECRET))
        return bool(self.env.cr.rowcount)


@tagged("post_install", "-at_install")
class TestDump(Secrets):
    def live(self):
        """Do all that a secret is needed for, or comes of."""
        self.set_up_platform()
        self.account = self.connect()
        self.connect(secret_key=self.acct.restricted_key(self.everything()))
        self.pay(self.invoice())
        self.settle()
        self.wizard(
            way="keys",
            secret_key=self.acct.secret_key,
            publishable_key=self.acct.publishable_key,
        )
        refused = self.wizard(way="keys", secret_key="sk_test_mistyped12345678")
        refused.publishable_key = self.acct.publishable_key
        refused.action_connect()
        self.assertTrue(refused.error)
        self.stripe.revoke_key(self.secret("secret_key"))
        with mute_logger(SYNC):
            self.sync()
        self.assertTrue(self.account.lost_reason)

    def everything(self):
        from odoo.addons.kash_stripe_connect.core import permissions

        wanted = (*permissions.NEEDED, permissions.WEBHOOK)
        return [asked.slug for asked in wanted] + ["rak_connected_account_read"]

    def test_with_a_key_a_dump_holds_no_secret(self):
        """Not in a table, a dialog, a log, a payload or the chatter."""
        with self.keys(KEY):
            self.live()
            self.assertEqual(len(self.kept()), 5)
            self.assertEqual(self.found(), set())

    def test_without_a_key_they_lie_in_one_table(self):
        """The only one to be looked after; and the search above finds them."""
        with self.keys():
            self.live()
            self.assertEqual(self.found(), {"kash_stripe_secret"})


@tagged("post_install", "-at_install")
class TestEncryption(Secrets, KashStripeConnected):
    def set_stage(self):
        with self.keys():
            super().set_stage()

    def test_what_lay_in_clear_is_encrypted_by_the_button(self):
        """And read as before."""
        before = self.secret("secret_key")
        wizard = self.env["kash.stripe.platform.wizard"].with_user(self.operator())
        with self.keys(KEY):
            wizard.create({}).action_encrypt()
            self.assertEqual(self.found(), set())
            self.assertEqual(self.secret("secret_key"), before)
        self.assertTrue(self.kept())

    def test_what_lay_in_clear_is_encrypted_by_night(self):
        """In each of a server's databases, whose buttons nobody presses."""
        with self.keys(KEY):
            self.store()._gc_clear()
            self.assertEqual(self.found(), set())

    def test_without_a_key_the_night_changes_nothing(self):
        """There is nothing to encrypt with."""
        with self.keys():
            self.store()._gc_clear()
            with self.assertRaisesRegex(UserError, VARIABLE):
                self.store()._encrypt_all()
        self.assertFalse(any(self.kept().mapped("encrypted")))

    def test_the_key_may_stand_in_odoos_configuration_file(self):
        """Where the server's other secrets are; the environment wins."""
        options = {"kash_stripe_encryption_key": KEY}
        with self.keys(), patch.dict(config._file_options, options):
            self.connect()
        [kept] = self.kept().filtered(lambda kept: kept.name == "secret_key")
        self.assertTrue(kept.encrypted)

    def test_a_newer_key_takes_over_from_the_one_before(self):
        """Both are given until all is encrypted anew; then the older one may go."""
        with self.keys(KEY):
            self.store()._encrypt_all()
            before = self.secret("secret_key")
        with self.keys(NEWER, KEY):
            self.assertEqual(self.secret("secret_key"), before)
            self.store()._encrypt_all()
        with self.keys(NEWER):
            self.assertEqual(self.secret("secret_key"), before)

    def test_what_is_no_key_is_said_and_keeps_no_secret_in_clear(self):
        """A slip in the configuration is no reason to store what is typed as it is."""
        with self.keys("not-a-key"), self.assertRaisesRegex(UserError, VARIABLE):
            self.store()._encrypt_all()
        with self.keys("not-a-key"), self.assertRaisesRegex(UserError, VARIABLE):
            self.connect()
        with self.keys("not-a-key"):
            self.assertEqual(self.secret("secret_key"), self.acct.secret_key)

    def test_what_is_typed_is_encrypted_too(self):
        """It lies there for minutes, and a backup may be made meanwhile."""
        with self.keys(KEY):
            self.store()._encrypt_all()
            wizard = self.wizard(way="keys", secret_key=self.acct.secret_key)
            self.assertEqual(self.found(), set())
            self.assertEqual(
                self.store()._take(wizard, "secret_key"), self.acct.secret_key
            )

    def test_an_account_takes_its_secrets_with_it(self):
        """Nothing points to them: they would stay for ever."""
        with self.keys():
            accounts = self.env["kash.stripe.account"].sudo()
            account = accounts.create(
                {"company_id": self.company.id, "stripe_id": "acct_gone"}
            )
            self.store()._put(account, {"secret_key": "sk_test_gone"})
            before = len(self.kept())
            account.unlink()
            self.assertEqual(len(self.kept()), before - 1)

    # === WHO IS TOLD === #

    def asked(self):
        """Return the activities that ask for an encryption key."""
        kind = self.env.ref("kash_stripe_connect.mail_activity_type_in_clear")
        activities = self.env["mail.activity"].sudo()
        return activities.search([("activity_type_id", "=", kind.id)])

    def test_without_a_key_who_can_act_is_asked_once(self):
        """Not again by the next secret, nor when it was put away."""
        self.assertTrue(self.asked())
        self.assertIn(VARIABLE, self.asked()[0].note)
        self.asked().unlink()
        with self.keys():
            self.connect()
        self.assertFalse(self.asked())

    def test_who_is_left_is_asked_once_all_who_were_are_archived(self):
        """Odoo deletes the activities of whom it archives."""
        heir = self.colleague("kash_heir", "base.group_system")
        with self.keys():
            self.asked().user_id.with_user(heir).action_archive()
            self.assertEqual(self.asked().user_id, heir)

    def test_where_there_are_operators_they_are_asked(self):
        """Administrators of a hosted Odoo can set no environment."""
        with self.keys(KEY):
            self.store()._encrypt_all()
        self.assertFalse(self.asked())
        operator = self.operator()
        with self.keys():
            self.store()._put(self.account, {"webhook_secret": "whsec_in_clear"})
        self.assertEqual(self.asked().user_id, operator)

    # === A KEY THAT IS LOST === #

    @mute_logger(SYNC)
    def test_a_lost_key_is_said_takes_no_payment_and_loses_nothing(self):
        """Missing, another one, or none at all; and it heals by itself."""
        link = self.invoice()._kash_stripe_ensure_link()
        with self.keys(KEY):
            self.store()._encrypt_all()
        for keys in ([], [NEWER], ["not-a-key"]):
            with self.subTest(keys=keys), self.keys(*keys):
                self.sync()
                self.assertTrue(self.account.connected)
                self.assertEqual(self.account.status, "not_connected")
                self.assertIn(VARIABLE, self.account.status_text)
                self.assertIn("operator", self.account.sync_error)
                self.assertEqual(link.state, "waiting")
        with self.keys(KEY):
            self.sync()
            self.assertEqual((self.account.status, link.state), ("active", "live"))

    @mute_logger(SYNC)
    def test_one_accounts_lost_key_stops_no_other_account(self):
        """Each is read by itself."""
        with self.keys(KEY):
            self.store()._encrypt_all()
        company = self.setup_other_company()["company"]
        acct = self.stripe.create_account(country="US", currency="usd")
        with self.keys(NEWER):
            other = self.connect(acct, company)
            (self.account | other).sudo().next_sync_at = "2000-01-01"
            self.run_cron("ir_cron_sync")
            self.assertEqual(self.account.status, "not_connected")
            self.assertEqual(other.status, "active")
            self.assertFalse(other.sync_error)

    def test_a_lost_key_is_mended_by_connecting_again(self):
        """Who cannot find it pastes Stripe's key anew; the old one stands in no way."""
        with self.keys(KEY):
            self.store()._encrypt_all()
        with self.keys(NEWER):
            self.connect()
            self.assertEqual(self.account.status, "active")
            self.assertEqual(len(self.account._webhook_secrets()), 1)

    def test_a_platforms_lost_key_is_said_in_the_dialog(self):
        """It opens, offers own keys, and does not say that there is no platform."""
        with self.keys(KEY):
            self.set_up_platform()
        with self.keys():
            wizard = self.wizard()
            self.assertEqual((wizard.way, wizard.has_platform), ("keys", False))
            self.assertIn(VARIABLE, wizard.platform_trouble)
            wizard.way = "existing"
            wizard.action_connect()
            self.assertIn(VARIABLE, wizard.error)


@tagged("post_install", "-at_install")
class TestSecretsOverHttp(Secrets, KashStripeConnected, HttpCase):
    def set_stage(self):
        with self.keys():
            super().set_stage()

    def odoo_url(self):
        return self.base_url()

    def call(self, model, method, *args):
        """Call a method as a browser does; return the answer or the error's text."""
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        muted = mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
        with muted, warnings.catch_warnings():
            # `read_group` is deprecated, and open.
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                return str(self.make_jsonrpc_request("/web/dataset/call_kw", params))
            except JsonRpcException as error:
                return str(error)

    def everything_of(self, secret, value):
        """Return (method, arguments) by which a value might be learned."""
        clause, ids = [("value", "=", value)], secret.ids
        return [
            ("read", ids, ["value"]),
            ("read", ids),
            ("export_data", ids, ["value"]),
            ("web_read", ids, {"value": {}}),
            ("search_read", [], ["value"]),
            ("web_search_read", [], {"value": {}}),
            ("read_group", [], ["value"], ["value"]),
            ("formatted_read_group", [], ["value"], ["__count"]),
            ("web_read_group", [], ["value"], ["__count"]),
            ("search", clause),
            ("search_count", clause),
            ("name_search", value, clause),
            ("copy", ids),
            ("write", ids, {"name": value}),
        ]

    def assertNothingLearned(self, secret, methods=None):
        """Assert that no answer holds a secret, or differs for whoever guesses it."""
        asked = self.everything_of(secret, secret.value)
        guessed = self.everything_of(secret, "sk_test_wrong")
        for (method, *right), (_same, *wrong) in zip(asked, guessed, strict=True):
            if methods is None or method in methods:
                with self.subTest(method):
                    answer = self.call(secret._name, method, *right)
                    self.assertNotIn(secret.value, answer)
                    self.assertEqual(answer, self.call(secret._name, method, *wrong))

    def secret_key(self):
        return self.kept().filtered(lambda kept: kept.name == "secret_key")

    def give_right(self):
        """Let administrators give themselves every right to the model."""
        modes = ("read", "write", "create", "unlink")
        self.env["ir.model.access"].create(
            {
                "name": "everything",
                "model_id": self.env["ir.model"]._get_id("kash.stripe.secret"),
                "group_id": self.env.ref("base.group_system").id,
                **{f"perm_{mode}": True for mode in modes},
            }
        )

    def test_no_call_returns_a_secret_not_even_an_administrators(self):
        """Nor by a guess: what is found, counted or refused is the same."""
        groups = "base.group_system,base.group_allow_export"
        self.colleague("kash_admin", f"{groups},account.group_account_manager")
        self.authenticate("kash_admin", "kash_admin")
        self.assertNothingLearned(self.secret_key())

    def test_no_call_on_an_account_returns_its_key(self):
        """Read, exported, grouped or shown, as an administrator could once."""
        groups = "base.group_system,base.group_allow_export"
        self.colleague("kash_admin", f"{groups},account.group_account_manager")
        self.authenticate("kash_admin", "kash_admin")
        ids = self.account.ids
        for name in ("secret_key", "webhook_secret"):
            for method, *args in (
                ("read", ids, [name]),
                ("export_data", ids, [name]),
                ("search_read", [], [name]),
                ("web_search_read", [], {name: {}}),
                ("formatted_read_group", [], [name], ["__count"]),
            ):
                with self.subTest(f"{method} {name}"):
                    answer = self.call(self.account._name, method, *args)
                    self.assertNotRegex(answer, SECRET)

    def test_who_gives_himself_the_right_finds_no_record(self):
        """An administrator may add any right to any model."""
        self.give_right()
        self.authenticate("admin", "admin")
        self.assertNothingLearned(self.secret_key())

    def test_the_field_is_shut_even_where_records_are_found(self):
        """An administrator may delete our rule, too."""
        self.give_right()
        self.env.ref("kash_stripe_connect.kash_stripe_secret_rule_nobody").unlink()
        self.authenticate("admin", "admin")
        found = self.call("kash.stripe.secret", "search_count", [])
        self.assertEqual(found, str(len(self.kept())))
        reading = {method for method, *_args in self.everything_of(self.kept(), "")}
        self.assertNothingLearned(self.secret_key(), reading - {"copy", "write"})

    def test_nothing_else_an_administrator_reads_holds_a_secret(self):
        """Every field of every model of ours, and Odoo's parameters."""
        self.set_up_platform()
        self.wizard(way="keys", secret_key=self.acct.secret_key)
        self.pay(self.invoice())
        self.settle()
        admin = self.env.ref("base.user_admin")
        models = [
            self.env[name].with_user(admin).with_context(active_test=False)
            for name, model in self.env.registry.items()
            if name.startswith("kash.") and not model._abstract
        ]
        for model in [*models, self.env["ir.config_parameter"].with_user(admin)]:
            if not model.has_access("read"):
                continue
            with self.subTest(model._name):
                self.assertNotRegex(str(model.search([]).read()), SECRET)

    @mute_logger(WEBHOOK)
    def test_an_event_that_cannot_be_verified_is_refused_and_taken_later(self):
        """Stripe sends it again, for days: nothing is lost, and nothing is a 500."""
        self.pay(self.invoice())
        delivery = self.stripe.outbox.take()[0]
        path = delivery.url[delivery.url.index("/kash/") :]
        with self.keys(KEY):
            self.store()._encrypt_all()
        answers = []
        for keys in ([], [KEY]):
            with self.keys(*keys):
                headers = {"Content-Type": "application/json", **delivery.headers}
                answer = self.url_open(path, data=delivery.body, headers=headers)
                answers.append(answer.status_code)
        self.assertEqual(answers, [400, 200])

    @mute_logger(PAY, SYNC)
    def test_a_customer_and_a_manager_meet_no_error(self):
        """Before the next sync has found out."""
        link = self.invoice()._kash_stripe_ensure_link()
        path = f"/kash/pay/{link.sudo().token}"
        with self.keys(KEY):
            self.store()._encrypt_all()
        self.colleague("kash_manager", "account.group_account_manager")
        with self.keys():
            page = self.url_open(f"{path}/start", data={"": ""})
            self.assertEqual(page.status_code, 502)
            self.assertNotIn(VARIABLE, page.text)
            self.authenticate("kash_manager", "kash_manager")
            told = self.call(self.account._name, "action_sync_now", self.account.ids)
        self.assertIn("display_notification", told)
        self.assertIn(VARIABLE, told)


@tagged("post_install", "-at_install")
class TestOperatorsSecrets(Secrets):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.colleague("kash_manager", "account.group_account_manager")

    def dialog(self, **typed):
        """Save the dialog, as the form does before it presses a button."""
        wizards = self.env["kash.stripe.platform.wizard"].with_user(self.operator())
        wizard = wizards.create(typed)
        self.env.flush_all()
        self.env.invalidate_all()
        return wizard

    def test_the_operator_sets_them_and_reads_none_back(self):
        """By a form; what it shows tells the key by its ends."""
        typed = {
            "secret_key": "sk_test_51OperatorsOwnKey",
            "webhook_secret": " whsec_one111 whsec_two222 ",
        }
        wizard = self.dialog(**typed)
        wizard.action_save()
        self.assertEqual(self.platform_secret("secret_key"), typed["secret_key"])
        self.assertEqual(
            self.env["kash.stripe.platform"]._webhook_secrets(),
            ["whsec_one111", "whsec_two222"],
        )
        shown = str(wizard.read())
        self.assertIn("sk_test_…nKey", shown)
        self.assertIn("2, kept in this database", shown)
        self.assertNotRegex(shown, SECRET)

    def test_what_is_left_empty_stays(self):
        """A new webhook secret does not cost the key."""
        self.keep_platform(secret_key="sk_test_51Before", webhook_secret="whsec_old")
        self.dialog(webhook_secret="whsec_new").action_save()
        self.assertEqual(self.platform_secret("secret_key"), "sk_test_51Before")
        self.assertEqual(self.platform_secret("webhook_secret"), "whsec_new")

    def test_what_is_none_of_stripes_secrets_is_refused(self):
        """Before anything of it is kept."""
        wrong = {
            "a publishable key": {"secret_key": "pk_test_51Publishable"},
            "a word": {"secret_key": "hello"},
            "one of two": {"webhook_secret": "whsec_good1234 hello"},
            "nothing": {},
        }
        for what, typed in wrong.items():
            with self.subTest(what), self.assertRaises(UserError):
                self.dialog(**typed).action_save()
        self.assertFalse(self.kept())

    def test_the_operator_may_have_them_forgotten(self):
        """To keep them in the environment alone."""
        self.keep_platform(secret_key="sk_test_51Before", webhook_secret="whsec_old")
        self.dialog().action_forget()
        self.assertFalse(self.kept())

    def test_the_environment_wins(self):
        """A host keeps them out of the database altogether."""
        self.keep_platform(secret_key="sk_test_51Database", webhook_secret="whsec_old")
        given = {
            "KASH_STRIPE_PLATFORM_SECRET_KEY": "sk_live_51Environment",
            "KASH_STRIPE_PLATFORM_WEBHOOK_SECRET": "whsec_1 whsec_2",
        }
        platform = self.env["kash.stripe.platform"]
        with patch.dict(os.environ, given):
            self.assertTrue(platform._livemode())
            self.assertEqual(platform._webhook_secrets(), ["whsec_1", "whsec_2"])
        self.assertFalse(platform._livemode())

    def test_nobody_but_the_operator_opens_the_dialog(self):
        """Neither who keeps the books, nor who has Settings rights alone."""
        admin = self.colleague("kash_admin", "base.group_system")
        wizards = self.env["kash.stripe.platform.wizard"]
        for person in (self.manager, admin):
            with self.subTest(person.login), self.assertRaises(AccessError):
                wizards.with_user(person).create({"secret_key": "sk_test_51Mine"})

    def test_the_form_opens_and_says_what_there_is(self):
        """Nothing yet: what to do first."""
        form = Form(self.env["kash.stripe.platform.wizard"].with_user(self.operator()))
        self.assertIn("own keys", form.key_text)
        self.assertIn(VARIABLE, form.encryption_text)

    def test_a_secret_is_no_system_parameter(self):
        """Every administrator reads those; who sets it must learn the right place."""
        params = self.env["ir.config_parameter"].sudo()
        for name in ("secret_key", "webhook_secret"):
            with self.subTest(name), self.assertRaises(ValidationError):
                params.set_param(f"kash_stripe_connect.platform_{name}", "sk_test_x")


@tagged("post_install", "-at_install")
class TestSecretsMoved(Secrets, KashStripeConnected):
    """The update from the version that had them in columns and parameters."""

    def set_stage(self):
        with self.keys():
            super().set_stage()

    def update(self, **values):
        """Let an account have its old columns, and run the script."""
        cr, table = self.env.cr, "kash_stripe_account"
        self.env["kash.stripe.secret"].sudo().search([]).unlink()
        self.env.flush_all()
        for name in ("secret_key", "webhook_secret", "webhook_secret_old"):
            sql.create_column(cr, table, name, "varchar")
        sql.create_column(cr, table, "webhook_secret_old_until", "timestamp")
        for name, value in values.items():
            cr.execute(
                SQL(
                    "UPDATE kash_stripe_account SET %s = %s",
                    SQL.identifier(name),
                    value,
                )
            )
        cr.execute(
            "INSERT INTO ir_config_parameter (key, value) VALUES"
            " ('kash_stripe_connect.platform_secret_key', 'sk_test_51Platform'),"
            " ('kash_stripe_connect.platform_webhook_secret', ' whsec_a whsec_b ')"
        )
        self.run_migration("19.0.1.3.0/post-secret.py", "19.0.1.2.0")

    def test_an_update_moves_them_all(self):
        """The connection and the platform go on; the parameters are gone."""
        until = fields.Datetime.now() + timedelta(hours=3)
        with self.keys():
            self.update(
                secret_key=self.acct.secret_key,
                webhook_secret="whsec_now",
                webhook_secret_old="whsec_before",
                webhook_secret_old_until=until,
            )
        self.assertEqual(self.secret("secret_key"), self.acct.secret_key)
        self.assertEqual(self.account._webhook_secrets(), ["whsec_now", "whsec_before"])
        with freeze_time(until):
            self.assertEqual(self.account._webhook_secrets(), ["whsec_now"])
        self.assertEqual(self.platform_secret("secret_key"), "sk_test_51Platform")
        self.assertEqual(
            self.env["kash.stripe.platform"]._webhook_secrets(),
            ["whsec_a", "whsec_b"],
        )
        params = self.env["ir.config_parameter"].sudo()
        self.assertFalse(params.get_param("kash_stripe_connect.platform_secret_key"))

    def test_an_update_encrypts_where_a_key_is_configured(self):
        """At once, in the same transaction."""
        with self.keys(KEY):
            self.update(secret_key=self.acct.secret_key)
            self.assertTrue(all(self.kept().mapped("encrypted")))
            self.assertEqual(self.secret("secret_key"), self.acct.secret_key)

    def test_a_neutralised_copy_gets_no_secret_by_an_update(self):
        """It was neutralised by the version that knew other places."""
        with self.keys():
            self.account.sudo().connected = False
            self.update(secret_key=self.acct.secret_key)
        self.assertFalse(self.secret("secret_key"))
