# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a person names or types in a dialog is between that person and Odoo."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger, sql

from .common import KashStripeCommon, KashStripeConnected

OWNER = "[('create_uid', '=', user.id)]"
# Odoo's own, which everybody may read.
PUBLIC = {"res.currency", "payment.refund.wizard"}
# Odoo's dialogs that fields of ours stand in, and those of theirs that ours tell about.
EXTENDED = {
    "payment.refund.wizard": {"payment_id"},
    "account.move.send.batch.wizard": set(),
    "account.move.send.wizard": set(),
    "account.payment.register": set(),
}


class Walls(KashStripeConnected):
    """Two companies, with a manager each; nothing is shared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.colleague("kash_manager", "account.group_account_manager")
        cls.other = cls.setup_other_company()["company"]
        cls.stranger = cls.colleague(
            "kash_stranger", "account.group_account_manager", company=cls.other
        )

    def dialogs(self):
        """Return our dialogs and their lines."""
        registry = self.env.registry
        return [
            self.env[name]
            for name, model in sorted(registry.items())
            if model._transient and name.startswith("kash.")
        ]

    def fields_of_ours(self):
        """Return (dialog, field) for all that is ours, in Odoo's dialogs too."""
        extended = {
            (self.env[name], field)
            for name, told in EXTENDED.items()
            for field in self.env[name]._fields.values()
            if field.name.startswith("kash_stripe_") or field.name in told
        }
        ours = {(d, field) for d in self.dialogs() for field in d._fields.values()}
        return sorted(ours | extended, key=lambda pair: str(pair[1]))

    def nameable(self):
        """Return (dialog, field) where a person can name records that have a wall."""
        return [
            (dialog, field)
            for dialog, field in self.fields_of_ours()
            if field.relational
            and (field.store or field.inverse)
            and field.name not in ("create_uid", "write_uid")
            and field.comodel_name not in PUBLIC
        ]

    def ours(self):
        """Return {model: a record of our company} of what dialogs speak of."""
        move = self.invoice()
        self.pay(move)
        self.settle()
        row = self.rows().filtered("payment_id")
        records = [self.account, self.company, self.account.clearing_account_id]
        records += [self.account.journal_id, row, row.payment_id, move, row.run_id]
        records += [self.movement(), self.reminder_rule()]
        records += [self.customer.copy({"company_id": self.company.id})]
        return {record._name: record.sudo(False) for record in records}

    def movement(self):
        return (
            self.env["kash.stripe.movement"]
            .sudo()
            .create(
                {
                    "account_id": self.account.id,
                    "company_id": self.company.id,
                    "kind": "debit_succeeded",
                    "object_ref": "pi_1",
                    "amount": 100,
                    "currency_code": "usd",
                    "day_told": "event",
                    "booking_day": "2025-11-22",
                }
            )
        )

    def reminder_rule(self, **vals):
        template = self.env.ref("kash_stripe_connect.mail_template_reminder_after")
        return self.env["kash.stripe.reminder.rule"].create(
            {
                "company_id": self.company.id,
                "days": 77,
                "template_id": template.id,
                **vals,
            }
        )

    def opened(self, model, ours):
        """Return a dialog (or line) of the manager's, with what it must have."""
        samples = {"date": "2025-11-22", "char": "Because.", "selection": "chosen"}
        vals = {}
        for field in self.env[model]._fields.values():
            if field.required and not field.default:
                known = ours.get(field.comodel_name)
                vals[field.name] = known.id if known else samples[field.type]
        if model == "kash.stripe.deposit.line":
            vals["part"] = "row"
        return self.env[model].with_user(self.manager).create(vals)

    def naming(self, field, record):
        """Return the value by which a field names a record."""
        many = field.type != "many2one"
        return {field.name: [Command.link(record.id)] if many else record.id}

    def foreign(self):
        """Return {model: a record the stranger may not read}, for all fields."""
        found = self.ours()
        for _dialog, field in self.nameable():
            model = field.comodel_name
            if self.env[model]._transient and model not in found:
                found[model] = self.opened(model, found)
        return found


@tagged("post_install", "-at_install")
class TestWalls(Walls):
    # === ONE'S OWN DIALOGS === #

    def test_every_dialog_is_its_owners(self):
        """A model without the rule is open to whoever has the right to the model."""
        for dialog in self.dialogs():
            with self.subTest(dialog._name):
                rule = self.env["ir.rule"].search(
                    [("model_id.model", "=", dialog._name)]
                )
                modes = [rule[f"perm_{mode}"] for mode in rule._MODES]
                self.assertEqual(
                    (rule.domain_force, bool(rule["global"]), modes),
                    (OWNER, True, [True] * 4),
                )

    def test_odoos_own_dialogs_have_no_rule_of_ours(self):
        """Others may rely on them as they are."""
        rules = self.env["ir.model.data"].search(
            [("module", "=", "kash_stripe_connect"), ("model", "=", "ir.rule")]
        )
        models = self.env["ir.rule"].browse(rules.mapped("res_id")).model_id
        foreign = [m.model for m in models if not m.model.startswith("kash.")]
        self.assertEqual(foreign, [])

    # === WHAT IS NAMED === #

    def test_nothing_of_another_company_can_be_named_in_a_dialog(self):
        """By create, write, default or a form that is never saved."""
        foreign = self.foreign()
        self.env.flush_all()
        for dialog, field in self.nameable():
            theirs = dialog.with_user(self.stranger)
            vals = self.naming(field, foreign[field.comodel_name])
            default = {f"default_{name}": value for name, value in vals.items()}
            acts = {
                "create": lambda t=theirs, v=vals: t.create(v),
                "write": lambda t=theirs, v=vals: t.write(v),
                "onchange": lambda t=theirs, v=vals: t.onchange(v, list(v), {}),
                "default": lambda t=theirs, d=default, v=vals: t.with_context(
                    **d
                ).default_get(list(v)),
            }
            for name, act in acts.items():
                with self.subTest(f"{field} {name}"), self.assertRaises(AccessError):
                    act()

    def test_a_dialog_opened_for_several_or_for_nothing_says_so(self):
        """A sentence, and no *Expected singleton*."""
        foreign = self.foreign()
        self.env.flush_all()
        for dialog, field in self.nameable():
            mine = dialog.with_user(self.manager)
            values = {"none": [], "gone": [Command.link(10**9)]}
            if field.type == "many2one":
                several = [foreign[field.comodel_name].id] * 2
                values = {"none": False, "gone": 10**9, "several": several}
            for word, value in values.items():
                for act in self.namings(mine, field.name, value):
                    with self.subTest(f"{field} {word}"):
                        self.answered(act)

    def namings(self, dialog, name, value):
        """Return the ways to open a dialog with a value, each to be called."""
        opened = dialog.with_context(**{f"default_{name}": value})
        return [
            lambda: opened.default_get(list(dialog._fields)),
            lambda: opened.create({}),
            lambda: dialog.create({name: value}),
            lambda: dialog.onchange({name: value}, [name], {name: {}}),
        ]

    def test_a_button_of_a_dialog_about_nothing_says_so(self):
        """Whoever calls it from outside is told as a person would be."""
        for dialog in self.dialogs():
            for name in dir(type(dialog)):
                if name.startswith("action_") and "archive" not in name:
                    with self.subTest(f"{dialog._name}.{name}"):
                        self.answered(partial(self.press, dialog, name))

    def press(self, dialog, name):
        """Press a button of a dialog that was opened for nothing, if it opens."""
        getattr(dialog.with_user(self.manager).create({}), name)()

    def answered(self, act):
        """Do something: it works, or a sentence says why not."""
        # Of the latter Odoo makes a sentence: a value is missing.
        with suppress(UserError, IntegrityError), self.env.cr.savepoint():
            act()
            self.env.flush_all()

    def test_whoever_owns_it_names_it(self):
        """The wall stands between companies, not before one's own books."""
        foreign = self.foreign()
        for dialog, field in self.nameable():
            mine = dialog.with_user(self.manager)
            with self.subTest(str(field)):
                mine.write(self.naming(field, foreign[field.comodel_name]))

    def test_a_line_within_a_dialog_names_nothing_foreign(self):
        """The lines travel with their dialog, as commands."""
        row = self.foreign()["kash.stripe.balance.transaction"]
        wizard = self.env["kash.stripe.deposit.wizard"].with_user(self.stranger)
        lines = {"line_ids": [Command.create({"row_id": row.id, "part": "fee"})]}
        with self.assertRaises(AccessError):
            wizard.onchange(lines, ["line_ids"], {})

    def test_no_field_over_what_is_named_is_computed_as_root(self):
        """Stored computes and related fields are, unless it is said."""
        as_root = [
            str(field)
            for _dialog, field in self.fields_of_ours()
            if field.compute_sudo
            and (field.compute or field.related)
            # Odoo's own, whose payment is asked about
            and field.name != "payment_id"
        ]
        self.assertEqual(as_root, [])

    def test_a_branch_that_is_not_switched_on_may_be_named(self):
        """Its parent's manager moves its balance too, and sees its name."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        line = self.env["kash.stripe.books.line"].with_user(self.manager)
        self.assertTrue(line.create({"company_id": branch.id}))

    def test_what_the_send_dialogs_say_is_of_ones_own_invoices(self):
        """Odoo computes their boxes as root, whichever invoice is named."""
        move = self.invoice()
        wizard = self.env["account.move.send.batch.wizard"].with_user(self.stranger)
        with self.assertRaises(AccessError):
            wizard.new({"move_ids": [Command.link(move.id)]}).kash_stripe_link  # noqa: B018
        single = self.env["account.move.send.wizard"].with_user(self.stranger).sudo()
        boxes = single.new({"move_id": move.id}).extra_edi_checkboxes or {}
        self.assertNotIn("kash_stripe_link", boxes)
        ticked = {"kash_stripe_link": {"checked": True}}
        values = {"move_id": move.id, "extra_edi_checkboxes": ticked}
        self.assertNotIn("o_kash_stripe_pay", single.new(values).body)
        with self.assertRaises(AccessError):
            single.sudo(False).new(values)._onchange_kash_stripe_link()

    def test_a_reminder_rule_stays_in_its_managers_companies(self):
        """Another company's customers would be written to."""
        rule = self.reminder_rule().with_user(self.manager)
        with self.assertRaises(AccessError):
            rule.company_id = self.other


@tagged("post_install", "-at_install")
class TestWallsByRpc(Walls, HttpCase):
    """The same by the road a browser takes."""

    model = "kash.stripe.credit.note.wizard"

    def odoo_url(self):
        return self.base_url()

    def call(self, method, *args, **kwargs):
        """Call a method of the dialog over HTTP."""
        params = {
            "model": self.model,
            "method": method,
            "args": args,
            "kwargs": kwargs,
        }
        return self.make_jsonrpc_request("/web/dataset/call_kw", params)

    def assertToldBy(self, kind, method, *args, **kwargs):
        """Assert that a call is answered with an error of this kind, and a sentence."""
        with self.assertRaises(JsonRpcException) as raised, mute_logger("odoo.http"):
            self.call(method, *args, **kwargs)
        self.assertTrue(str(raised.exception).startswith(f"odoo.exceptions.{kind}"))

    def test_a_record_not_allowed_is_an_access_error(self):
        """And no *Expected singleton* with its number in it."""
        payment = self.ours()["account.payment"]
        self.authenticate("kash_stranger", "kash_stranger")
        for named in (payment.id, [payment.id, payment.id]):
            vals = {"payment_id": named}
            spec = {"payment_id": {}, "amount": {}}
            with self.subTest(named=named):
                self.assertToldBy("AccessError", "create", vals)
                self.assertToldBy("AccessError", "onchange", [], vals, [], spec)
        told = {"default_payment_id": payment.id}
        self.assertToldBy("AccessError", "default_get", ["payment_id"], context=told)

    def test_a_dialog_about_nothing_says_so(self):
        """It can be made, from outside."""
        self.authenticate("kash_manager", "kash_manager")
        made = self.call("create", {})
        self.assertToldBy("UserError", "action_make", [made])


@tagged("post_install", "-at_install")
class TestTypedKey(KashStripeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.colleague("kash_manager", "account.group_account_manager")

    def typed(self, **vals):
        """Save the dialog, as the form does before it presses the button."""
        keys = {
            "way": "keys",
            "secret_key": self.acct.secret_key,
            "publishable_key": self.acct.publishable_key,
        }
        wizard = self.wizard(self.manager, **{**keys, **vals})
        self.env.flush_all()
        self.env.invalidate_all()
        return wizard

    def secrets(self):
        """Return what was typed."""
        typed = [("user_id", "!=", False)]
        return self.env["kash.stripe.secret"].sudo().search(typed)

    def columns(self):
        return sql.table_columns(self.env.cr, "kash_stripe_connect_wizard")

    def test_the_key_is_no_column_of_the_dialog(self):
        """What is stored there is read by whoever reads the dialog."""
        self.assertNotIn("secret_key", self.columns())

    def test_the_form_saves_in_one_request_and_presses_in_the_next(self):
        """The key must be there, although the field reads empty in between."""
        fields_shown = {"secret_key": {}, "publishable_key": {}}
        wizard = self.env["kash.stripe.connect.wizard"].with_user(self.manager)
        wizard = wizard.with_company(self.company)
        keys = {
            "way": "keys",
            "secret_key": self.acct.secret_key,
            "publishable_key": self.acct.publishable_key,
        }
        [saved] = wizard.web_save(keys, fields_shown)
        self.assertFalse(saved["secret_key"])
        self.env.flush_all()
        self.env.invalidate_all()
        action = wizard.browse(saved["id"]).action_connect()
        account = self.env["kash.stripe.account"].sudo().browse(action["res_id"])
        self.assertTrue(account.connected)
        self.assertEqual(self.secret("secret_key", account), self.acct.secret_key)

    def test_no_road_gives_the_key_back(self):
        """Neither to its owner, nor in a copy or an export."""
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        wizard = self.typed()
        copied = wizard.copy()
        told = [
            wizard.read(["secret_key"]),
            wizard.export_data(["secret_key"]),
            wizard.web_read({"secret_key": {}}),
            copied.read(),
        ]
        self.assertNotIn(self.acct.secret_key, str(told))
        self.assertEqual(self.secrets().res_id, wizard.id)

    def test_nobody_reads_the_store_of_keys(self):
        """Settings rights are no reason to see a company's key."""
        self.typed()
        admin = self.colleague("kash_admin", "base.group_system")
        store = self.env["kash.stripe.secret"]
        for person in (self.manager, admin):
            with self.subTest(person.login), self.assertRaises(AccessError):
                store.with_user(person).search_read([])
        self.assertFalse(
            store.with_user(admin)._has_field_access(store._fields["value"], "read")
        )

    def test_the_button_uses_the_key_up(self):
        """Refused or not: what is pressed again is typed again."""
        self.stripe.revoke_key(self.acct.secret_key)
        wizard = self.typed()
        wizard.action_connect()
        self.assertIn("does not accept the key", wizard.error)
        self.assertFalse(self.secrets())
        wizard.action_connect()
        self.assertIn("Type the secret key again", wizard.error)

    def test_what_is_typed_last_counts(self):
        """One key is kept for a field; an emptied field keeps none."""
        wizard = self.typed(secret_key="sk_test_mistyped")
        wizard.secret_key = f" {self.acct.secret_key} "
        self.assertEqual(self.secrets().value, self.acct.secret_key)
        wizard.secret_key = False
        self.assertFalse(self.secrets())

    def test_a_key_is_used_by_who_typed_it(self):
        """A colleague with every right in accounting has to type their own."""
        wizard = self.typed()
        wizard.with_user(self.env.user).sudo().action_connect()
        self.assertIn("Type the secret key again", wizard.error)
        self.assertTrue(self.secrets())

    def test_a_key_left_lying_is_refused_and_forgotten(self):
        """After a quarter of an hour, by the button and by the nightly clean-up."""
        used, unused = self.typed(), self.typed()
        later = fields.Datetime.now() + timedelta(minutes=15, seconds=1)
        with freeze_time(later):
            used.action_connect()
            self.assertIn("Type the secret key again", used.error)
            self.assertEqual(self.secrets().res_id, unused.id)
            self.env["kash.stripe.secret"]._gc_secrets()
        self.assertFalse(self.secrets())

    def test_the_clean_up_leaves_what_was_typed_just_now(self):
        """It may run between the two requests."""
        self.typed()
        self.env["kash.stripe.secret"]._gc_secrets()
        self.assertTrue(self.secrets())

    def test_an_update_drops_the_keys_that_dialogs_held(self):
        """A dialog of the last version may hold one for hours, and backups for ever."""
        sql.create_column(
            self.env.cr, "kash_stripe_connect_wizard", "secret_key", "varchar"
        )
        self.run_migration("19.0.1.1.0/post-migrate.py", "19.0.1.0.0")
        self.assertNotIn("secret_key", self.columns())
