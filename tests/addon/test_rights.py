# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sees and does what; companies, branches, and people outside accounting."""

from odoo.exceptions import AccessError
from odoo.modules.neutralize import neutralize_database
from odoo.tests import Form, tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestRights(KashStripeConnected):
    def test_people_without_accounting_rights_open_invoices_as_before(self):
        """A buyer or a seller who may read invoices must not stumble over Stripe."""
        reader = self.colleague("kash_buyer", "base.group_user")
        self.env["ir.model.access"].create(
            {
                "name": "buyers read invoices",
                "model_id": self.env.ref("account.model_account_move").id,
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        move = self.invoice()
        self.pay(move)
        move = move.with_user(reader)
        arch = move.get_view(view_type="form")["arch"]
        self.assertNotIn("kash_stripe_link_state", arch)
        self.assertIn("kash_stripe_taken_text", arch)
        self.work_off()
        self.assertIn("paid at Stripe", move.kash_stripe_taken_text)

    def test_an_auditor_opens_every_list_and_form(self):
        """Read-only accounting: everything, but tokens and secrets."""
        auditor = self.colleague("kash_auditor", "account.group_account_readonly")
        self.pay(self.invoice())
        self.settle()
        for records in (
            self.account,
            self.account.row_ids,
            self.env["kash.stripe.pay.link"].search([]),
            self.env["kash.stripe.event"].sudo().search([]),
        ):
            self.assertTrue(records)
            Form(records[:1].with_user(auditor).sudo(False))

    def test_a_clerk_cannot_write_stripes_facts(self):
        """By RPC either: they decide what is paid."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        attempt = self.press_pay(self.invoice()).with_user(clerk).sudo(False)
        for vals in (
            {"state": "done"},
            {"amount": 1.0},
            {"kash_stripe_charge_id": "ch_made_up"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                attempt.write(vals)
        with self.assertRaises(AccessError):
            self.invoice().with_user(clerk).write(
                {"kash_stripe_account_id": self.account.id}
            )

    def test_stripes_facts_may_be_written_as_they_are(self):
        """Forms, imports and other addons write back what they read."""
        move = self.invoice()
        attempt = self.pay(move)
        self.settle()
        entry = attempt.payment_id.move_id
        line = entry.line_ids[:1]
        for record, name in (
            (entry, "kash_stripe_account_id"),
            (line, "kash_stripe_row_id"),
            (move, "kash_stripe_collecting_paused"),
            (attempt, "kash_stripe_session_id"),
            (attempt, "kash_stripe_paid_at"),
            (attempt, "state"),
            (attempt, "amount"),
            (attempt, "currency_id"),
            (self.company, "kash_stripe_service_until"),
        ):
            with self.subTest(name=name):
                field = record._fields[name]
                value = field.convert_to_write(record[name], record)
                self.assertTrue(record.write({name: value}))

    def test_an_empty_fact_may_be_given_to_a_new_record(self):
        """As a form sends it that shows the field."""
        move = self.invoice(kash_stripe_account_id=False, post=False)
        self.assertFalse(move.kash_stripe_account_id)

    def test_records_of_another_company_are_invisible(self):
        """Accounts, links, rows, events: by their company."""
        self.pay(self.invoice())
        self.settle()
        other = self.setup_other_company()["company"]
        stranger = self.colleague(
            "kash_stranger", "account.group_account_manager", company=other
        )
        for model in (
            "kash.stripe.account",
            "kash.stripe.pay.link",
            "kash.stripe.balance.transaction",
            "kash.stripe.event",
            "kash.stripe.allocation",
            "kash.stripe.stream",
        ):
            with self.subTest(model):
                self.assertTrue(self.env[model].sudo().search_count([]))
                self.assertFalse(self.env[model].with_user(stranger).search_count([]))

    # === BRANCHES === #

    def branch(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids |= branch
        return branch

    def test_a_branch_is_paid_through_its_parents_account(self):
        """Branches use the parent's connection."""
        branch = self.branch()
        self.assertEqual(branch.kash_stripe_account_id, self.account)

    def test_a_branchs_manager_cannot_manage_the_parents_connection(self):
        """Neither disconnect nor redirect where the money is recorded."""
        manager = self.colleague(
            "kash_branch", "account.group_account_manager", company=self.branch()
        )
        account = self.account.with_user(manager)
        self.assertTrue(account.name)
        with self.assertRaises(AccessError):
            account.action_disconnect()
        with self.assertRaises(AccessError):
            account.write({"fee_account_id": self.account.fee_account_id.id})

    # === COPIES === #

    def test_a_neutralised_database_knows_no_keys(self):
        """What Odoo runs on a copy for testing: an account's, the platform's, typed."""
        self.set_up_platform()
        self.wizard(secret_key=self.acct.secret_key)
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        account = self.account.sudo()
        self.assertFalse(account.connected or account.publishable_key)
        self.assertFalse(self.env["kash.stripe.secret"].sudo().search([]))
        self.assertFalse(account._can_charge())

    def test_connecting_a_clone_leaves_the_originals_endpoint_alone(self):
        """It is not ours to remove."""
        [before] = self.stripe.objects("webhook_endpoint")
        self.env["ir.config_parameter"].set_param("database.uuid", "a-clone")
        self.account.sudo()._apply_copy()
        self.connect()
        endpoints = [e["id"] for e in self.stripe.objects("webhook_endpoint")]
        self.assertIn(before["id"], endpoints)
