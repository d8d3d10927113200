# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is kept of payers: no more than is needed, no longer, and emptied on demand."""

import json
import re
from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .test_proof import ProofCase

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
TEXTS = {"char", "text", "html", "json"}
# Texts of ours that say nothing of a person: Stripe's ids and codes, our own words.
NO_PERSON = {
    "kash.stripe.account": {
        *("claimed_uuid", "country_code", "dashboard", "database_uuid"),
        *("default_currency", "disabled_reason", "endpoint_url", "endpoint_uuid"),
        *("former_uuids", "handover_hash", "kept_base_url", "lost_reason"),
        *("opening_found", "platform_stripe_id", "stripe_id"),
        *("stripe_totals", "sync_error", "wallet_host", "wallet_note"),
        *("webhook_endpoint", "webhook_note", "webhook_ref"),
    },
    "kash.stripe.allocation": {"move_name"},
    "kash.stripe.balance.transaction": {
        *("card_country", "currency_code", "document_ref", "exchange_rate", "method"),
        *("own_currency", "raw", "reason", "reporting_category", "source_id", "txn_id"),
        *("income_taxes", "left_reason", "type"),
    },
    "kash.stripe.capability": {"capability", "error", "method", "missing"},
    "kash.stripe.connect.ticket": {"token_hash"},
    "kash.stripe.dispute": {
        *("charge_id", "currency_code", "dispute_id", "network_code", "raw", "reason"),
    },
    "kash.stripe.event": {
        *("api_version", "event_id", "note", "stripe_id", "subject", "subject_id"),
        "type",
    },
    "kash.stripe.movement": {
        *("charge_ref", "currency_code", "income_taxes", "object_ref", "reason"),
    },
    "kash.stripe.notice": {"key", "res_model"},
    "kash.stripe.pay.link": {
        *("lost_uuid", "ref", "refused_methods", "refused_methods_for", "token"),
        "void_reason",
    },
    "kash.stripe.payout": {
        *("currency_code", "description", "destination", "failure_code"),
        *("failure_message", "payout_id", "statement_descriptor", "trace"),
    },
    "kash.stripe.proof": {"currency_code"},
    "kash.stripe.proof.line": {"label"},
    "kash.stripe.pull": {"cursor"},
    "kash.stripe.reminder": {"lang"},
    "kash.stripe.reminder.line": {"reason"},
    "kash.stripe.requirement": {"error", "what", "who"},
    "payment.transaction": {
        *("kash_stripe_charge_id", "kash_stripe_database_uuid"),
        *("kash_stripe_intent_id", "kash_stripe_refund_id"),
        *("kash_stripe_refund_key", "kash_stripe_session_id"),
        *("kash_stripe_step_how", "kash_stripe_unpaid_code"),
    },
}
# Keys, of which docs/decisions/0006 speaks: nobody reads them.
SECRETS = re.compile(r"kash\.stripe\.secret\.|kash\.stripe\.account\.\w*(key|secret)")


@tagged("post_install", "-at_install")
class TestPrivacy(ProofCase):
    def set_stage(self):
        """Ada pays an invoice, Grace something that no invoice here knows of."""
        super().set_stage()
        self.customer.write({"street": "1 Hill Street", "phone": "+1 555 010 0000"})
        self.paid = self.invoice(100.0)
        self.attempt = self.pay(self.paid, name="Payer P", email="payer@example.net")
        self.attempt.kash_stripe_link_id.sudo().sent_to = "ada@example.com"
        self.graces = self.elsewhere(5000, description="For grace@example.com, order 7")
        self.settle()
        self.synced()
        self.manager = self.colleague("kash_manager", "account.group_account_manager")

    def row_of(self, charge_id):
        return self.rows().filtered(lambda row: row.source_id == charge_id)

    def dialog(self, partners=None, address=None, user=None):
        """Open the dialog on contacts, as from their list."""
        dialog = self.env["kash.stripe.forget.wizard"].with_user(user or self.manager)
        if partners:
            dialog = dialog.with_context(
                active_model="res.partner", active_ids=partners.ids
            )
        form = Form(dialog)
        if address:
            form.address = address
        return form.save()

    def forget(self, partners=None, address=None, user=None):
        self.dialog(partners, address, user).action_forget()

    def vacuum(self):
        """Let Odoo clean up, as it does each night."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("base.autovacuum_job").method_direct_trigger()
        self.env.invalidate_all()

    def assertForgotten(self, attempt):
        """Assert that an attempt says who paid by its contact alone."""
        self.assertEqual(
            attempt.read(
                ["kash_stripe_method", "partner_name", "partner_email", "partner_phone"]
            )[0],
            {
                "id": attempt.id,
                "kash_stripe_method": False,
                "partner_name": False,
                "partner_email": False,
                "partner_phone": False,
            },
        )
        self.assertFalse(attempt.partner_address)

    # === NO MORE THAN IS NEEDED === #

    def test_no_text_of_ours_holds_what_only_stripe_needs(self):
        """A payment, its refund and another one's dispute, then every column."""
        other = self.pay(self.invoice(50.0), name="Payer P", email="payer@example.net")
        self.settle()
        self.stripe.refund(self.attempt.kash_stripe_charge_id, 4000)
        self.stripe.dispute(other.kash_stripe_charge_id)
        self.settle()
        self.synced()
        self.assertTrue(self.env["kash.stripe.dispute"].search([]))
        found = self.stored_texts()
        for secret in self.secrets_of_stripe():
            with self.subTest(secret):
                self.assertEqual([at for at in found if secret in found[at]], [])

    def secrets_of_stripe(self):
        """Return what Stripe's objects say of payers and their cards."""
        told = [
            *self.stripe.objects("charge", self.acct.id),
            *self.stripe.objects("payment_intent", self.acct.id),
        ]
        names = r'"(?:client_secret|fingerprint|email|name)": "([^"]+)"'
        found = set(re.findall(names, json.dumps(told)))
        self.assertTrue({"payer@example.net", "Payer P"} <= found)
        self.assertGreaterEqual(len(found), 5)
        return found

    def stored_texts(self):
        """Return {(table, column): all its text} of our tables, and our columns."""
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema() AND (table_name LIKE %s"
                " OR column_name LIKE %s)"
                " AND data_type IN ('character varying', 'text', 'jsonb', 'json')",
                "kash\\_stripe\\_%",
                "kash\\_stripe\\_%",
            )
        )
        self.assertGreater(len(columns), 60)
        return {at: self._text_at(*at) for at in columns}

    def _text_at(self, table, column):
        query = SQL(
            "SELECT string_agg(%s::text, ' ') FROM %s",
            SQL.identifier(column),
            SQL.identifier(table),
        )
        return self.env.execute_query(query)[0][0] or ""

    def test_an_entry_never_names_an_address(self):
        """Entries cannot be emptied; the description is on the row."""
        row = self.row_of(self.graces["id"])
        self.assertEqual(row.description, "For grace@example.com, order 7")
        names = row.entry_id.line_ids.mapped("name")
        self.assertIn(f"charge {self.graces['id']} For …, order 7", names)
        self.assertIn("grace@example.com", row.raw_text)

    def test_the_page_names_every_text_that_says_something_of_a_person(self):
        """If this fails: a line in docs/privacy.md, or above if it is of no person."""
        page = set(re.findall(r"^\| `([\w.]+)` \|", PAGE.read_text(), re.MULTILINE))
        plain = {f"{m}.{name}" for m, known in NO_PERSON.items() for name in known}
        stored = self.texts_of_ours()
        self.assertEqual(sorted(stored - page - plain), [])
        self.assertEqual(sorted(plain - stored), [], "these are gone")
        self.assertEqual(sorted(page & plain), [], "these are of a person, or not")
        self.assertIn("payment.transaction.partner_name", page)
        gone = {at for at in page if not self._is_field(at)}
        self.assertEqual(sorted(gone), [], "the page names these, which are gone")

    def texts_of_ours(self):
        """Return each stored text of our models, and ours of Odoo's, but dialogs'."""
        found = {
            f"{model._name}.{field.name}"
            for model in self.env.values()
            if not (model._transient or model._abstract) and model._auto
            for field in model._fields.values()
            if field.store and field.type in TEXTS
            if model._name.startswith("kash.stripe.")
            or field.name.startswith("kash_stripe_")
        }
        return {at for at in found if not SECRETS.match(at)}

    def _is_field(self, at):
        model, _dot, name = at.rpartition(".")
        return name in self.env[model]._fields

    # === EVENTS === #

    def events(self, *states):
        return self.env["kash.stripe.event"].search(
            [("account_id", "=", self.account.id), ("state", "in", states)]
        )

    def aged(self, days):
        """Let all events have come so many days ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE kash_stripe_event SET create_date = create_date - %s * interval"
            " '1 day'",
            [days],
        )
        self.env.invalidate_all()

    def test_what_is_done_is_deleted_after_its_days(self):
        """By the company's number of days, each night."""
        self.assertTrue(self.events("done"))
        self.aged(59)
        self.vacuum()
        self.assertTrue(self.events("done"))
        self.aged(2)
        self.vacuum()
        self.assertFalse(self.events("done", "ignored"))

    def test_what_waits_for_a_person_or_a_connection_is_not_deleted(self):
        """Given up, to do; and of an account that may be connected again."""
        failed, new, done = self.events("done").sudo()[:3]
        failed.state, new.state = "failed", "new"
        self.aged(400)
        self.account.sudo().connected = False
        self.env["kash.stripe.event"]._gc_events()
        self.assertEqual((failed | new | done).exists(), failed | new | done)
        self.account.sudo().connected = True
        self.env["kash.stripe.event"]._gc_events()
        self.assertEqual((failed | new | done).exists(), failed | new)

    def test_an_event_that_comes_again_after_it_was_deleted_changes_nothing(self):
        """Stripe may send it again for weeks; the object is fetched once more."""
        attempt = self.pay(self.invoice(30.0))
        self.stripe.settle()
        deliveries = self.stripe.outbox.take()
        self.ring(deliveries)
        self.run_cron("ir_cron_events")
        self.assertEqual(attempt.state, "done")
        before = self.everything()
        self.aged(61)
        self.env["kash.stripe.event"]._gc_events()
        self.ring(deliveries)
        self.assertTrue(self.events("new"))
        self.run_cron("ir_cron_events")
        self.assertFalse(self.events("new", "failed"))
        self.assertEqual(self.everything(), before)

    def everything(self):
        """Return how much there is of all that events make, and the books."""
        names = (
            *("account.move", "account.payment", "payment.transaction"),
            *("kash.stripe.balance.transaction", "kash.stripe.movement"),
            *("kash.stripe.notice", "mail.message"),
        )
        counts = {n: self.env[n].sudo().search_count([]) for n in names}
        return {**counts, "ledger": self.ledger()}

    def test_the_form_of_the_account_counts_events_from_an_index_alone(self):
        """Rules included: a table of a year is not read for a number on a button."""
        events = self.env["kash.stripe.event"].with_user(self.manager)
        query = events._search([("account_id", "in", self.account.ids)])
        self.fill_inbox()
        for way in ("enable_seqscan", "enable_bitmapscan"):
            self.env.cr.execute(SQL("SET LOCAL %s = off", SQL.identifier(way)))
        plan = self.env.execute_query(SQL("EXPLAIN %s", query.select("COUNT(*)")))
        self.assertIn(
            "Index Only Scan using kash_stripe_event_of_account",
            "\n".join(line for [line] in plan),
        )

    def fill_inbox(self):
        """Let a year's events have come."""
        self.env.cr.execute(
            "INSERT INTO kash_stripe_event (event_id, stripe_id, account_id,"
            " company_id, type, state, subject_id) SELECT 'evt_' || n, 'acct_1', %s,"
            " %s, 'charge.updated', 'done', 'ch_' || n FROM generate_series(1, 1000) n",
            [self.account.id, self.company.id],
        )
        self.env.cr.execute("ANALYZE kash_stripe_event")

    def test_when_a_payment_ended_is_found_without_reading_the_inbox(self):
        """Each payment asks for the events that named it."""
        query = self.env["kash.stripe.event"]._search(
            [
                ("account_id", "in", self.account.ids),
                ("subject_id", "in", ["ch_7", "pi_7", "cs_7"]),
            ]
        )
        self.fill_inbox()
        plan = self.env.execute_query(SQL("EXPLAIN %s", query.select("id")))
        self.assertIn("subject_id_index", "\n".join(line for [line] in plan))

    def test_events_are_kept_for_as_long_as_stripe_sends_them_again(self):
        """A shorter time is refused."""
        with self.assertRaises(ValidationError):
            self.company.kash_stripe_keep_events = 29
        with self.assertRaises(ValidationError):
            self.company.kash_stripe_keep_payers = 0
        with self.assertRaises(ValidationError):
            self.company.kash_stripe_keep_payers = 99999
        with self.assertRaises(ValidationError):
            self.company.kash_stripe_keep_events = 999999

    # === NO LONGER === #

    def test_payers_are_emptied_once_their_time_is_over(self):
        """The books stay, and are proved, as they were."""
        link, before = self.attempt.kash_stripe_link_id, self.ledger()
        self.vacuum()
        self.assertEqual(link.sent_to, "ada@example.com")
        self.company.kash_stripe_keep_payers = 36
        with freeze_time("2029-06-01"):
            self.vacuum()
            self.assertEqual(self.attempt.kash_stripe_method, "Visa •••• 4242")
        self.company.kash_stripe_keep_payers = 12
        with freeze_time("2029-06-01"):
            self.vacuum()
        self.assertForgotten(self.attempt)
        self.assertFalse(link.sent_to)
        self.assertFalse(any(self.rows().mapped("description")))
        self.assertEqual(self.ledger(), before)
        self.assertProof(self.prove("2025-11-22"), "green")

    def test_a_row_that_is_not_recorded_yet_keeps_what_says_whose_it_is(self):
        """A person has to decide by it."""
        row = self.row_of(self.graces["id"]).sudo()
        row.state = "stopped"
        with freeze_time("2029-06-01"):
            self.env["kash.stripe.payer.data.row"]._gc_payer_data()
        self.assertTrue(row.description)

    def test_what_fees_and_payouts_are_for_is_no_payers(self):
        """An accountant needs it for as long as the entry."""
        row = self.row_of(self.graces["id"]).sudo()
        row.write({"type": "stripe_fee", "description": "Radar (2025-11-22)"})
        with freeze_time("2029-06-01"):
            self.env["kash.stripe.payer.data.row"]._gc_payer_data()
        self.assertTrue(row.description)

    def test_the_vacuum_goes_on_until_all_is_emptied(self):
        """In portions, of which it tells Odoo that there are more."""
        self.env.cr.execute(
            "INSERT INTO kash_stripe_notice (account_id, company_id, kind, key, state,"
            " reason, happened_at, send_after) SELECT %s, %s, 'payout_failed',"
            " 'po_' || n, 'sent', 'by the bank', '2020-01-01', '2020-01-01'"
            " FROM generate_series(1, 1001) n",
            [self.account.id, self.company.id],
        )
        rule = self.env["kash.stripe.payer.data.notice"]
        self.assertEqual(rule._gc_payer_data(), (1000, True))
        self.assertEqual(rule._gc_payer_data(), (1, False))
        self.assertEqual(rule._gc_payer_data(), (0, False))

    # === ON DEMAND === #

    def test_a_manager_forgets_a_contact_after_seeing_what_that_empties(self):
        """Its payments and links; nobody else's."""
        bob = self.env["res.partner"].create({"name": "Bob", "email": "b@example.com"})
        bobs = self.pay(self.invoice(20.0, partner_id=bob.id))
        self.settle()
        dialog = self.dialog(self.customer)
        self.assertEqual(dialog.address, "ada@example.com")
        self.assertIn("Payments and refunds (1): name", dialog.emptied)
        self.assertIn("Payment links (1)", dialog.emptied)
        self.assertFalse(dialog.left)
        dialog.action_forget()
        self.assertForgotten(self.attempt)
        self.assertFalse(self.attempt.kash_stripe_link_id.sent_to)
        self.assertEqual(bobs.partner_email, "b@example.com")
        self.assertTrue(self.row_of(self.graces["id"]).description)
        self.assertIn("emptied by", self.customer.message_ids[:1].body)

    def test_a_manager_forgets_whoever_an_address_names(self):
        """A payment made elsewhere; not that of an address which ends in it."""
        other = self.elsewhere(700, description="For mgrace@example.com, order 8")
        like = self.elsewhere(800, description="For grace@exampleXcom, order 9")
        self.stripe.clock.advance(days=1)
        self.synced()
        dialog = self.dialog(address="Grace@Example.com")
        self.assertIn("Stripe's rows (1)", dialog.emptied)
        dialog.action_forget()
        self.assertFalse(self.row_of(self.graces["id"]).description)
        self.assertTrue(self.row_of(other["id"]).description)
        self.assertTrue(self.row_of(like["id"]).description)

    def test_who_is_forgotten_is_refunded_proved_and_recorded_again(self):
        """What booking, refunds and disputes need is ids and amounts."""
        before = self.ledger()
        self.forget(self.customer)
        self.forget(address="grace@example.com")
        for run in self.env["kash.stripe.run"].search([]):
            action = run.action_undo()
            self.env[action["res_model"]].browse(action["res_id"]).action_undo()
        self.assertLedger({})
        self.synced()
        self.assertEqual(self.ledger(), before)
        self.assertEqual(self.paid.payment_state, "paid")
        self.stripe.refund(self.attempt.kash_stripe_charge_id, 4000)
        self.stripe.dispute(self.graces["id"])
        self.synced()
        [refund] = self.attempt.child_transaction_ids
        self.assertTrue(refund.payment_id)
        dispute = self.env["kash.stripe.dispute"].search([])
        self.assertEqual(dispute.charge_id, self.graces["id"])
        self.assertFalse(self.attempt.kash_stripe_method)
        self.assertClearingIsStripes()

    def test_a_payment_in_dispute_keeps_its_payer_until_it_is_over(self):
        """The bank asks who paid."""
        made = self.stripe.dispute(self.attempt.kash_stripe_charge_id)
        self.settle()
        dialog = self.dialog(self.customer)
        self.assertFalse(dialog.emptied)
        self.assertIn("Records that stay for now: 3.", dialog.left)
        with self.assertRaises(UserError):
            dialog.action_forget()
        self.stripe.lose_dispute(made["id"])
        self.settle()
        self.forget(self.customer)
        self.assertForgotten(self.attempt)

    def test_only_an_accounting_manager_forgets(self):
        """Neither a clerk nor, by the method alone, anybody else."""
        for groups in ("account.group_account_invoice", "base.group_partner_manager"):
            person = self.colleague(groups, groups)
            with self.subTest(groups), self.assertRaises(AccessError):
                self.dialog(self.customer, user=person)
            data = self.env["kash.stripe.payer.data"].with_user(person)
            with self.subTest(groups), self.assertRaises(AccessError):
                data._forget_payer(self.customer.with_user(person))

    def test_another_companys_manager_empties_nothing_of_ours(self):
        """A contact may be shared; payments are not."""
        other = self.setup_other_company()["company"]
        stranger = self.colleague(
            "kash_stranger", "account.group_account_manager", company=other
        )
        dialog = self.dialog(self.customer, "grace@example.com", user=stranger)
        self.assertFalse(dialog.emptied)
        with self.assertRaises(UserError):
            dialog.action_forget()
        self.assertEqual(self.attempt.partner_email, "ada@example.com")

    def test_odoos_privacy_log_notes_who_was_forgotten(self):
        """Odoo's own module comes with mail; names and addresses are starred."""
        self.forget(self.customer)
        log = self.env["privacy.log"].search([], limit=1)
        self.assertEqual(log.user_id, self.manager)
        self.assertNotIn("ada@", log.anonymized_email)
        self.assertIn("Payment links", log.execution_details)
