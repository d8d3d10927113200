# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Uninstalling loses nothing, and installing again records nothing twice.

Odoo forbids to uninstall inside a test: here its button and our hooks are called, and
what it would drop is emptied. tests/journeys/test_uninstall.py takes the whole road.
"""

import base64
import gzip
import json
from contextlib import suppress
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.kash_stripe_connect.core import handover
from odoo.addons.kash_stripe_connect.hooks import post_init_hook, uninstall_hook

from .common import KashStripeConnected

DAY = date(2025, 11, 22)
OURS = "kash\\_stripe\\_%"


class UninstallCase(KashStripeConnected):
    """A day of money that is of no invoice is recorded."""

    def set_stage(self):
        super().set_stage()
        self.clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        self.elsewhere(10000)

    # === BUILDERS === #

    def elsewhere(self, amount):
        """Take a payment that no invoice here knows of, and record its day."""
        self.stripe.charge_elsewhere(self.acct, amount=amount)
        self.stripe.settle()
        self.synced()

    def synced(self):
        """Sync; Stripe's clock of the tests is not ours: read from its beginning."""
        self.read_until("2025-11-22")
        self.sync()

    def disconnect(self):
        self.account.sudo()._push_disconnect()

    def dialog(self, name=None):
        """Open *Prepare to Uninstall* and type the company's name."""
        action = self.account.action_prepare_uninstall()
        dialogs = self.env[action["res_model"]].with_context(**action["context"])
        return dialogs.create({"company_name": name or self.company.name})

    def prepared(self):
        """Disconnect and make the file; return it as a browser gets it."""
        self.disconnect()
        dialog = self.dialog()
        dialog.action_prepare()
        return dialog.file

    def press_uninstall(self):
        """Press the button in Apps."""
        module = self.env["ir.module.module"].sudo()
        ours = module.search([("name", "=", "kash_stripe_connect")])
        ours.button_uninstall()
        ours.state = "installed"

    def uninstall(self):
        """Uninstall, lose what is lost by that, and install again."""
        self.press_uninstall()
        uninstall_hook(self.env(su=True))
        self.lose_tables()
        provider = self.env.ref("kash_stripe_connect.payment_provider_kash_stripe")
        provider.sudo().code = "kash_stripe"
        post_init_hook(self.env(su=True))
        # They went with the addon; the operator knows them.
        self.tell_addresses()

    def lose_tables(self):
        """Empty our tables and columns, which Odoo would drop."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_type = 'BASE TABLE' AND is_nullable = 'YES'"
            " AND column_name LIKE %s AND table_name NOT LIKE %s",
            [OURS, OURS],
        )
        for table, column in cr.fetchall():
            names = SQL.identifier(table), SQL.identifier(column)
            cr.execute(SQL("UPDATE %s SET %s = NULL", *names))
        cr.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE %s", [OURS])
        tables = {table for (table,) in cr.fetchall()}
        while tables:
            tables -= {table for table in tables if self.emptied(table)}
        self.env.invalidate_all()

    def emptied(self, table):
        """Tell whether a table could be emptied: nothing names its records any more."""
        with (
            suppress(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
            return True
        return False

    def connect_again(self, file=False, **keys):
        """Fill the dialog and press *Connect*; return what it says, if it refuses."""
        mine = {
            "secret_key": self.acct.secret_key,
            "publishable_key": self.acct.publishable_key,
        }
        wizard = self.wizard(
            company_id=self.company.id,
            way="keys",
            handover=file,
            **{**mine, **keys},
        )
        told = wizard.left_text
        wizard.action_connect()
        self.account = self.env["kash.stripe.account"].search(
            [("stripe_id", "=", self.acct.id)]
        )
        if wizard.error:
            self.assertIn("needs the file", told)
        return wizard.error

    def balances(self):
        """Return {account: balance} of the whole company."""
        groups = self.env["account.move.line"]._read_group(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        return {ledger.code: round(balance, 2) for ledger, balance in groups}


@tagged("post_install", "-at_install")
class TestUninstall(UninstallCase):
    # === REFUSED === #

    def assertStays(self, reason):
        """Assert that both the button and the hook refuse, and why."""
        for act in (self.press_uninstall, lambda: uninstall_hook(self.env(su=True))):
            with self.assertRaisesRegex(UserError, reason):
                act()
        self.assertTrue(self.rows())

    def test_while_stripe_is_connected_it_is_refused(self):
        """Rows and proofs would be gone, and webhooks ring at a closed door."""
        self.assertStays("Disconnect it first")

    def test_what_it_depends_on_is_refused_too(self):
        """Uninstalling that takes this addon along."""
        base = self.env["ir.module.module"].sudo()
        with self.assertRaisesRegex(UserError, "Disconnect it first"):
            base.search([("name", "=", "account_payment")]).button_uninstall()

    def test_a_recorded_day_needs_its_file(self):
        """Without it, the day would be recorded beside itself."""
        self.disconnect()
        self.assertStays(
            f"{self.company.name}: entries of Stripe's.*: 1\\. Press Prepare"
        )

    def test_payments_of_invoices_keep_the_addon(self):
        """As Odoo says itself; and before anybody makes a file for nothing."""
        self.pay(self.invoice(100.0))
        self.settle()
        self.prepared()
        self.assertEqual(self.dialog().payment_count, 1)
        self.assertStays("payments taken through links: 1.")

    def test_after_the_books_changed_the_file_is_made_again(self):
        """What it does not name would be recorded again."""
        self.prepared()
        move = self.rows().entry_id
        move.button_draft()
        self.assertStays("changed since it was made")
        self.dialog().action_prepare()
        self.press_uninstall()

    def test_each_company_needs_its_own(self):
        """A database serves many."""
        other = self.setup_other_company()["company"]
        theirs = self.stripe.create_account(country="US", currency="usd")
        first = self.account
        self.account = self.connect(theirs, other)
        self.stripe.charge_elsewhere(theirs, amount=5000)
        self.stripe.settle()
        self.synced()
        self.disconnect()
        self.account = first
        self.prepared()
        self.assertStays(other.name)

    def test_where_nothing_stands_in_the_books_nothing_is_asked(self):
        """Somebody who only looked."""
        self.disconnect()
        self.rows().entry_id._reverse_moves(
            [{"date": self.rows().entry_id.date}], cancel=True
        )
        self.uninstall()
        self.assertFalse(self.connect_again())

    # === WHAT GOES === #

    def gone(self):
        """Prepare, and let the hook do what Odoo would not."""
        self.prepared()
        uninstall_hook(self.env(su=True))
        self.env.flush_all()

    def test_with_the_provider_its_copies_go(self):
        """Each company was given one: its card would lead to an addon that is gone.

        What attempts name stays for them, and takes no more.
        """
        company = self.setup_other_company()["company"]
        providers = self.env["payment.provider"].sudo()
        original = self.env.ref("kash_stripe_connect.payment_provider_kash_stripe")
        mine = self.account.sudo().provider_id
        used = original.sudo().copy({"company_id": company.id})
        self.env["payment.transaction"].sudo().create(
            {
                "provider_id": used.id,
                "payment_method_id": self.env.ref("payment.payment_method_card").id,
                "reference": "asked once",
                "amount": 1.0,
                "currency_id": company.currency_id.id,
                "partner_id": self.customer.id,
                "state": "cancel",
            }
        )
        self.gone()
        self.assertNotEqual(mine, original)
        left = providers.search([("module_id.name", "=", "kash_stripe_connect")])
        self.assertEqual(left, original | used)
        self.assertEqual(set(left.mapped("code")), {"none"})
        self.assertEqual(set(left.mapped("state")), {"disabled"})

    def test_its_activities_go_with_it(self):
        """Open ones would become to-dos about rows that are gone; of done ones, too."""
        journal = self.account.journal_id
        kinds = ("held", "start")
        activities = self.env["mail.activity"].concat(
            *(
                journal.activity_schedule(
                    f"kash_stripe_connect.mail_activity_type_{kind}",
                    user_id=self.env.uid,
                )
                for kind in kinds
            )
        )
        activities[0].action_done()
        todo = journal.activity_schedule("mail.mail_activity_data_todo")
        self.gone()
        self.assertFalse(activities.with_context(active_test=False).exists())
        self.assertTrue(todo.exists())

    def test_its_parameters_go_with_it(self):
        """Installed again, it asks again; what the note says of the books stays."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("kash_stripe_connect.asked_to_encrypt", "True")
        params.set_param("kash_stripe_connector.other", "True")
        self.gone()
        left = params.search([("key", "=like", "kash_stripe_connect%")])
        self.assertCountEqual(
            left.mapped("key"),
            ["kash_stripe_connect.uninstalled", "kash_stripe_connector.other"],
        )

    # === THE FILE === #

    def test_the_file_is_for_whoever_can_name_the_company(self):
        """A press by mistake prepares nothing."""
        self.disconnect()
        with self.assertRaisesRegex(UserError, "name of the company"):
            self.dialog("Another").action_prepare()
        self.assertFalse(self.account.handover_hash)

    def test_the_file_names_rows_entries_matches_and_proofs(self):
        """Readable by anybody who has to, in ten years; without a secret."""
        file = base64.b64decode(self.prepared())
        facts = json.loads(gzip.decompress(file))
        row = self.rows()
        self.assertEqual(facts["rows"][0]["txn_id"], row.txn_id)
        self.assertEqual(facts["rows"][0]["entry_id"], row.entry_id.id)
        self.assertEqual(facts["entries"][0]["name"], row.entry_id.name)
        self.assertTrue(facts["proofs"])
        self.assertIn("matches", facts)
        self.assertEqual(handover.digest(file), self.account.handover_hash)
        self.assertNotIn(self.acct.secret_key, json.dumps(facts))

    def test_the_file_is_the_same_once_a_payer_is_forgotten(self):
        """It names none whose payment is recorded: it stays the file that was made."""
        self.sold_to("Ada Lovelace")
        file = self.prepared()
        self.assertNotIn("Lovelace", str(handover.unpack(base64.b64decode(file))))
        self.rows().sudo().description = False
        self.uninstall()
        self.assertFalse(self.connect_again(file))

    def sold_to(self, name):
        """Take a payment that names its payer, and record its day."""
        self.stripe.charge_elsewhere(self.acct, amount=3000, description=name)
        self.stripe.settle()
        self.synced()
        self.assertIn(name, self.rows().mapped("description"))

    def test_what_is_not_recorded_yet_keeps_whose_it_is(self):
        """A person needs to know; and the business's own words name no payer."""
        self.sold_to("Ada Lovelace")
        self.stripe.book(
            self.acct.id, type="stripe_fee", amount=-500, description="Radar"
        )
        self.stripe.settle()
        self.synced()
        row = self.rows().filtered(lambda row: row.description == "Ada Lovelace")
        row.sudo().state = "stopped"
        facts = handover.unpack(base64.b64decode(self.prepared()))
        told = [facts["description"] for facts in facts["rows"]]
        self.assertEqual(set(filter(None, told)), {"Ada Lovelace", "Radar"})

    def test_a_file_that_still_names_payers_brings_them_back(self):
        """It was made before they were left out."""
        facts = handover.unpack(base64.b64decode(self.prepared()))
        facts["rows"][0]["description"] = "Ada Lovelace"
        file = handover.pack(facts)
        self.uninstall()
        handovers = self.env["kash.stripe.handover"]
        [note] = handovers._left()
        handovers._write_left([{**note, "hash": handover.digest(file)}])
        self.assertFalse(self.connect_again(base64.b64encode(file)))
        self.assertEqual(self.rows().description, "Ada Lovelace")

    def test_a_connected_account_has_no_file(self):
        """More would be recorded behind its back."""
        with self.assertRaisesRegex(UserError, "Disconnect it first"):
            self.dialog().action_prepare()

    def test_preparing_is_for_accounting_managers(self):
        """A clerk neither opens it nor makes it."""
        with self.assertRaises(AccessError):
            self.account.with_user(self.clerk).action_prepare_uninstall()


@tagged("post_install", "-at_install", "-standard", "long")
class TestInstalledAgain(UninstallCase):
    def test_without_the_file_connecting_is_refused(self):
        """Everything would be recorded again beside the old."""
        self.prepared()
        before = self.balances()
        self.uninstall()
        error = self.connect_again()
        self.assertIn("would be recorded a second time", error)
        self.assertFalse(self.account)
        self.assertEqual(self.balances(), before)

    def test_with_the_file_nothing_is_recorded_twice(self):
        """And what Stripe did meanwhile is recorded once."""
        file = self.prepared()
        old, moves = self.account.clearing_account_id, self.rows().entry_id
        before = self.balances()
        self.uninstall()
        self.assertFalse(self.connect_again(file))
        self.synced()
        self.assertEqual(self.balances(), before)
        self.assertEqual(self.account.clearing_account_id, old)
        self.assertEqual(self.rows().entry_id, moves)
        self.assertEqual(moves.line_ids.kash_stripe_row_id, self.rows())
        self.elsewhere(5000)
        self.assertLedger({"clearing": 145.05, "fees": 4.95, "unallocated": -150.0})
        self.assertClearingIsStripes()
        self.assertEqual(self.account.proof_colour, "green")

    def test_settings_and_the_opening_come_back_too(self):
        """The calendar decides the day of each row; an opening is recorded once."""
        self.company.sudo().kash_stripe_tz = "Pacific/Auckland"
        self.company.sudo().kash_stripe_grain = "row"
        start = self.account.mirror_start
        file = self.prepared()
        self.uninstall()
        self.assertFalse(self.company.kash_stripe_tz)
        self.assertFalse(self.connect_again(file))
        company = self.company.sudo()
        self.assertEqual(company.kash_stripe_tz, "Pacific/Auckland")
        self.assertEqual(company.kash_stripe_grain, "row")
        self.assertEqual(self.account.mirror_start, start)

    def test_another_file_is_refused(self):
        """Made before, or changed by somebody: the hash tells."""
        file = self.prepared()
        facts = handover.unpack(base64.b64decode(file))
        facts["rows"] = []
        self.uninstall()
        forged = base64.b64encode(handover.pack(facts))
        self.assertIn("not the file", self.connect_again(forged))
        self.assertIn("not the file", self.connect_again(base64.b64encode(b"?")))

    def test_an_entry_deleted_meanwhile_is_named_by_the_proof(self):
        """It is not recorded again without a person: the proof says what is missing."""
        file = self.prepared()
        move = self.rows().entry_id
        self.uninstall()
        move.button_draft()
        move.unlink()
        self.assertFalse(self.connect_again(file))
        self.synced()
        [proof] = (
            self.env["kash.stripe.proof"].sudo()._prove(self.account.sudo(), [DAY])
        )
        self.assertEqual(proof.difference_ids.mapped("kind"), ["removed"])

    def test_another_account_is_free_to_connect(self):
        """The file is about one Stripe account."""
        self.prepared()
        self.uninstall()
        self.acct = self.stripe.create_account(country="US", currency="usd")
        self.assertFalse(self.connect_again())

    def test_an_account_of_the_other_mode_is_refused(self):
        """Test entries and live money do not share books, known or not."""
        self.prepared()
        self.uninstall()
        live = {
            "secret_key": self.acct.live_secret_key,
            "publishable_key": self.acct.live_publishable_key,
        }
        self.assertIn("other mode", self.connect_again(**live))

    def test_after_the_way_back_the_note_is_gone(self):
        """The next time it is prepared anew."""
        file = self.prepared()
        self.uninstall()
        self.connect_again(file)
        self.assertFalse(self.env["kash.stripe.handover"]._left())
        self.assertFalse(self.account.handover_hash)
