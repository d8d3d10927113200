# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every model and field of ours, looked up in the registry: none is without a wall."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KashStripeConnected

OWN_MODULE = "kash_stripe_connect"
MODES = {"read", "write", "create", "unlink"}
# Which records a person may choose where Odoo checks no company, and who checks.
CHOSEN = {
    "kash.stripe.connect.wizard.company_id": "_check_company: theirs, switched on",
    "kash.stripe.deposit.line.row_id": "_checked: of the dialog's account",
    "kash.stripe.forget.wizard.partner_ids": "_kept_of: theirs to read; data of"
    " companies switched on",
    "kash.stripe.prove.wizard.account_id": "_check_account: theirs to manage",
    "kash.stripe.refund.part.move_id": "_kash_stripe_checked_parts: of the payment",
    "kash.stripe.reminder.rule.company_id": "the wall: one of theirs",
}
# Fields on Odoo's models that name ours: refused by hand, whatever is named.
FACTS = {
    "account.move.kash_stripe_account_id",
    "account.move.kash_stripe_refund_tx_id",
    "account.move.line.kash_stripe_row_id",
    "payment.transaction.kash_stripe_account_id",
    "payment.transaction.kash_stripe_link_id",
}
# Models that people fill in, and fields of theirs that are computed as root: why that
# shows nothing of what a request names.
AS_ROOT = {
    "account.move": "of the invoice as it is saved, not as a form names its parts",
    "account.payment": "of the payment as it is saved",
    "kash.stripe.account": "nothing is written by hand, and its wall asks of a form",
    "kash.stripe.reminder.rule.offset": "of its own two fields",
    "res.config.settings": "with Settings rights every company's settings are open",
}


class Fields(KashStripeConnected):
    """Two companies that share nothing."""

    def set_stage(self):
        super().set_stage()
        self.other_data = self.setup_other_company()
        self.other = self.other_data["company"]
        self.stranger = self.colleague(
            "kash_stranger", "account.group_account_manager", company=self.other
        )

    def models_of_ours(self):
        """Return our models that have a table or a view."""
        registry = self.env.registry
        return [
            self.env[name]
            for name, model in sorted(registry.items())
            if name.startswith("kash.") and not model._abstract
        ]

    def fields_of_ours(self):
        """Return (model, field): ours, on Odoo's models too."""
        return [
            (self.env[name], field)
            for name, model in sorted(self.env.registry.items())
            for field in model._fields.values()
            if not model._abstract and OWN_MODULE in field._modules
        ]

    def granted(self, model):
        """Return {what some group may do with a model}."""
        access = (
            self.env["ir.model.access"].sudo().search([("model_id.model", "=", model)])
        )
        return {mode for mode in MODES if any(access.mapped(f"perm_{mode}"))}

    def is_filled_in(self, model):
        """Tell whether a person's request can fill in a record, saved or not."""
        return bool(self.granted(model._name) & {"write", "create"})

    def is_of_a_company(self, model):
        return model._name == "res.company" or "company_id" in model._fields

    def is_walled(self, model):
        return isinstance(model, self.env.registry["kash.stripe.wall"])


@tagged("post_install", "-at_install", "-standard", "long")
class TestEveryField(Fields):
    def test_every_model_has_rules_of_company_or_owner(self):
        """Or nobody has any right to it."""
        for model in self.models_of_ours():
            rules = (
                self.env["ir.rule"]
                .sudo()
                .search([("model_id.model", "=", model._name), ("global", "=", True)])
            )
            bounded = rules.filtered(
                lambda r: "company_id" in r.domain_force or "uid" in r.domain_force
            )
            ruled = {mode for mode in MODES if any(bounded.mapped(f"perm_{mode}"))}
            with self.subTest(model._name):
                self.assertFalse(
                    self.granted(model._name) - ruled,
                    "Add an ir.rule to security/ for this model.",
                )

    def test_whatever_a_person_fills_in_has_a_wall(self):
        """Rights to write or create are rights to name."""
        without = [
            model._name
            for model in self.models_of_ours()
            if self.is_filled_in(model) and not self.is_walled(model)
        ]
        self.assertEqual(
            without, [], 'Let these inherit "kash.stripe.wall", or take the right away.'
        )

    def test_what_is_chosen_is_of_the_right_company(self):
        """Who has two companies must not mix them."""
        unchecked = {
            str(field)
            for model, field in self.fields_of_ours()
            if field.type in ("many2one", "many2many")
            and not field.readonly
            and not field.related
            and not field.check_company
            and self.is_filled_in(model)
            and self.is_of_a_company(self.env[field.comodel_name])
            # lines of a dialog name their dialog, which is its owner's
            and not self.env[field.comodel_name]._transient
        }
        self.assertEqual(
            unchecked,
            CHOSEN.keys(),
            "Give the field check_company=True, or name here who checks it.",
        )

    def test_what_names_ours_on_odoos_models_is_a_fact(self):
        """Readonly keeps no request out: each is refused by its model."""
        names = {
            str(field)
            for model, field in self.fields_of_ours()
            if field.type in ("many2one", "many2many")
            and field.store
            and not field.check_company
            and not model._name.startswith("kash.")
            # Odoo's ways to pay are the same for every company
            and self.is_of_a_company(self.env[field.comodel_name])
        }
        self.assertEqual(names, FACTS, "Refuse it by hand, and name it here.")

    def test_facts_are_refused_by_hand(self):
        """Of one's own records, whatever is named."""
        attempt = self.pay(self.invoice())
        self.settle()
        entry = attempt.payment_id.move_id
        mine = {
            "account.move": entry,
            "account.move.line": entry.line_ids[:1],
            "payment.transaction": attempt,
        }
        row = self.account.row_ids[:1]
        named = {
            "kash.stripe.account": self.account,
            "kash.stripe.balance.transaction": row,
            "kash.stripe.pay.link": attempt.kash_stripe_link_id,
            "payment.transaction": attempt,
        }
        manager = self.colleague("kash_manager", "account.group_account_manager")
        for fact in sorted(FACTS):
            model, _dot, name = fact.rpartition(".")
            record = mine[model].with_user(manager).sudo(False)
            other = named[record._fields[name].comodel_name]
            value = False if record.sudo()[name] == other else other.id
            with self.subTest(fact), self.assertRaises(AccessError):
                record.write({name: value})

    def test_what_is_computed_as_root_says_why_it_may(self):
        """Of what a request names, root would read anything."""
        unknown = [
            str(field)
            for model, field in self.fields_of_ours()
            if (field.compute or field.related)
            and field.compute_sudo
            and self.is_filled_in(model)
            and not {model._name, str(field)} & AS_ROOT.keys()
        ]
        self.assertEqual(
            unknown,
            [],
            "Compute it as the person (compute_sudo=False, related_sudo=False), or"
            " name here what it is computed of.",
        )


@tagged("post_install", "-at_install", "-standard", "long")
class TestForgedForms(Fields):
    """Forms that are never saved name what is not theirs."""

    def theirs(self, **vals):
        """Return a draft invoice of the stranger's own."""
        return (
            self.env["account.move"]
            .with_user(self.stranger)
            .with_company(self.other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_line_ids": [
                        Command.create({"name": "Maps", "price_unit": 5, "tax_ids": []})
                    ],
                    **vals,
                }
            )
        )

    def shown(self, record, values, *names):
        """Return what a form shows of a record once values are typed into it."""
        self.env.flush_all()
        self.env.invalidate_all()
        spec = {name: {} for name in (*values, *names)}
        told = record.onchange(values, list(values), spec).get("value", {})
        return {name: told[name] for name in names if name in told}

    def test_a_form_that_names_a_strangers_link_does_not_show_it(self):
        """Whoever has the address of a link can see the invoice and pay it."""
        link = self.invoice()._kash_stripe_ensure_link().sudo()
        values = {"kash_stripe_link_ids": [Command.link(link.id)]}
        names = ("kash_stripe_link_url", "kash_stripe_link_state")
        self.assertFalse(any(self.shown(self.theirs(), values, *names).values()))

    def test_a_form_that_names_another_company_says_nothing_of_it(self):
        """Neither that its service ended, nor its lock dates."""
        self.company.sudo().kash_stripe_service_until = "2020-01-01"
        values = {"state": "posted", "company_id": self.company.id}
        shown = self.shown(self.theirs(), values, "kash_stripe_link_reason")
        self.assertNotIn(self.company.name, str(shown))

    def test_a_form_that_names_a_strangers_attempt_says_nothing_of_it(self):
        """How much of it could be given back."""
        attempt = self.pay(self.invoice())
        self.settle()
        payments = self.env["account.payment"].with_user(self.stranger)
        values = {
            "amount": 5.0,
            "payment_type": "inbound",
            "payment_transaction_id": attempt.id,
        }
        name = "amount_available_for_refund"
        self.env.flush_all()
        shown = payments.with_company(self.other).onchange(values, [], {name: {}})
        self.assertLessEqual(shown["value"].get(name, 0.0), 5.0)

    def test_a_form_of_an_account_names_no_other_company(self):
        """Its currency, and whether it is connected, are its own business."""
        manager = self.colleague("kash_manager", "account.group_account_manager")
        account = self.account.with_user(manager).sudo(False)
        with self.assertRaises(AccessError):
            self.shown(account, {"company_id": self.other.id}, "currency_id")

    def test_what_is_no_value_of_fields_is_told_so(self):
        """And is no trouble."""
        manager = self.colleague("kash_manager", "account.group_account_manager")
        rules = self.env["kash.stripe.reminder.rule"].with_user(manager)
        for odd in ("days", 7, [1], None):
            with self.subTest(odd), self.assertRaises(UserError):
                rules.create([odd])
        with self.assertRaises(UserError):
            self.env["kash.stripe.keep.wizard"].with_user(manager).create(
                {"row_ids": "all", "why": "Because."}
            )


@tagged("post_install", "-at_install", "-standard", "long")
class TestCompanySettings(Fields):
    """Who manages two companies does not mix them, in either's settings."""

    def set_stage(self):
        super().set_stage()
        self.admin = self.colleague(
            "kash_admin", "base.group_system,account.group_account_manager"
        )
        self.admin.company_ids += self.other

    def foreign(self):
        """Return {field: a value of the other company's}."""
        data = self.other_data
        partner = self.customer.copy({"company_id": self.other.id})
        return {
            "kash_stripe_income_account_id": data["default_account_revenue"].id,
            "kash_stripe_income_tax_id": data["default_tax_sale"].id,
            "kash_stripe_fee_tax_id": data["default_tax_purchase"].id,
            "kash_stripe_payout_journal_id": data["default_journal_bank"].id,
            "kash_stripe_responsible_id": self.stranger.id,
            "kash_stripe_notify_partner_ids": [Command.link(partner.id)],
        }

    def test_nothing_of_another_company_is_chosen(self):
        """Odoo checks none of a company's own fields."""
        company = self.company.with_user(self.admin).sudo(False)
        for name, value in self.foreign().items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "compan"):
                company.write({name: value})

    def test_the_settings_page_chooses_nothing_of_another_company(self):
        """It writes to the company."""
        settings = (
            self.env["res.config.settings"]
            .with_user(self.admin)
            .with_company(self.company)
        )
        for name, value in self.foreign().items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "compan"):
                settings.create({name: value}).execute()

    def test_a_new_company_begins_with_nothing_of_anothers(self):
        """An import may give it everything at once."""
        vals = {"name": "New", "kash_stripe_responsible_id": self.stranger.id}
        with self.assertRaisesRegex(UserError, "compan"):
            self.env["res.company"].with_user(self.admin).create(vals)

    def test_ones_own_are_chosen(self):
        """People, and contacts that are nobody's."""
        company = self.company.with_user(self.admin).sudo(False)
        company.kash_stripe_responsible_id = self.admin
        company.kash_stripe_notify_partner_ids = self.customer
        account = self.company_data["default_account_revenue"]
        company.kash_stripe_income_account_id = account
        self.assertEqual(company.kash_stripe_responsible_id, self.admin)

    def test_nobody_gives_another_company_reminder_rules(self):
        """The button makes the ready-made ones."""
        with self.assertRaises(AccessError):
            self.company.with_user(self.stranger).action_kash_stripe_reminder_rules()
