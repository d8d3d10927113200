# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's own forms, each of their fields emptied: our computes stand it."""

import copy

from odoo.tests import Form, tagged

from .common import KashStripeCommon, KashStripeConnected

PACKAGE = "odoo.addons.kash_stripe_connect."
INVOICES = (
    "out_invoice",
    "in_invoice",
    "out_refund",
    "in_refund",
    "out_receipt",
    "in_receipt",
)
# Odoo shows more fields to those who have more groups.
GROUPS = (
    "account.group_cash_rounding",
    "base.group_multi_company",
    "base.group_multi_currency",
    "base.group_no_one",
)
# Computes of ours may read what they do not follow: of these kinds all are emptied.
KINDS = {"many2one", "many2many", "one2many", "date", "datetime"}
# Open, but Odoo says itself that no document, and no used provider, is without.
KEPT = {"account.move": {"company_id"}, "payment.provider": {"company_id"}}
# What our computes follow and nobody can empty: it is kept (above), written by buttons
# and by posting, shown read-only, invisible, or of a model without a form.
NEVER_EMPTIED = {
    "account.move": {
        "amount_residual",
        "company_currency_id",
        "company_id",
        "invoice_currency_rate",
        "kash_stripe_collecting_paused",
        "kash_stripe_link_ids",
        "kash_stripe_reminder_line_ids",
        "kash_stripe_reminders_resumed_at",
        "kash_stripe_reminders_stopped",
        "matched_payment_ids",
        "move_type",
        "origin_payment_id",
        "payment_state",
        "reconciled_payment_ids",
        "state",
        "statement_line_id",
        "taxable_supply_date",
        "transaction_ids",
    },
    "account.move.line": {
        "amount_residual",
        "amount_residual_currency",
        "balance",
        "company_id",
        "currency_rate",
        "full_reconcile_id",
        "matched_credit_ids",
        "matched_debit_ids",
        "move_id",
        "payment_id",
    },
    "account.move.send.batch.wizard": {"move_ids", "summary_data"},
    "account.move.send.wizard": {"extra_edis", "lang", "move_id", "sending_methods"},
    "account.partial.reconcile": {"credit_move_id", "debit_move_id"},
    "account.payment": {"is_matched", "move_id", "reconciled_invoice_ids", "state"},
    "account.payment.register": {"line_ids"},
    "payment.provider": {"code"},
    "payment.refund.wizard": {
        "amount_available_for_refund",
        "kash_stripe_part_ids",
        "kash_stripe_split",
        "payment_id",
    },
    "payment.transaction": {"is_post_processed", "kash_stripe_unpaid_code", "state"},
    "res.company": {"kash_stripe_account_ids", "kash_stripe_link_qr"},
    "res.config.settings": {"company_id"},
}


def is_ours(model, field):
    """Tell whether we have a hand in how a field of Odoo's model is computed."""
    return isinstance(field.compute, str) and any(
        field.compute in vars(cls) and cls.__module__.startswith(PACKAGE)
        for cls in type(model).mro()
    )


def followed(env):
    """Return {Odoo's model: the fields of it that a compute of ours follows}."""
    models = [
        env[name]
        for name in env.registry
        if not env[name]._abstract and not name.startswith("kash.")
    ]
    ours = {
        field
        for model in models
        for field in model._fields.values()
        if is_ours(model, field)
    }
    found = {
        model._name: {
            name
            for name, field in model._fields.items()
            if ours.intersection(env.registry.get_dependent_fields(field))
        }
        for model in models
    }
    return {model: names for model, names in found.items() if names}


class EmptiedForms:
    """Empties what a person can, on every form of Odoo's that we compute on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in GROUPS:
            cls.env.user.group_ids += cls.env.ref(name)
        cls.followed = followed(cls.env)

    # === ACTS === #

    def empty_each(self, form):
        """Empty each field that a person can, always from the same beginning."""
        beginning = form._values
        for name in self.open_fields(form):
            self.begin_again(form, beginning)
            with self.subTest(form=form._record, name=name):
                self.empty(form, name)
        self.begin_again(form, beginning)
        if not form._record:
            for name in self.filled_lists(form):
                self.empty_each_of_a_line(form, name, beginning)

    def empty_each_of_a_line(self, form, lines, beginning):
        """Empty each field of the first line of a form, and leave the line."""
        for name in self.open_fields(form[lines].edit(0)):
            self.begin_again(form, beginning)
            line = form[lines].edit(0)
            with self.subTest(form=form._record, lines=lines, name=name):
                self.empty(line, name)
                if not line._get_modifier(name, "required"):
                    line.save()
        self.begin_again(form, beginning)

    def begin_again(self, form, beginning):
        """Undo what was typed: quicker than to open the form again."""
        object.__setattr__(form, "_values", copy.deepcopy(beginning))

    def empty(self, form, name):
        """Empty a field as the web client does."""
        info = form._view["fields"][name]
        if info["type"] == "one2many":
            while len(form[name]):
                form[name].remove(0)
        elif info["type"] == "many2many":
            form[name].clear()
        elif info["type"] == "many2one":
            form[name] = self.env[info["relation"]]
        else:
            form[name] = False

    def open_fields(self, form):
        """Return the fields to empty of a form: what matters to us, and can be."""
        ours = self.followed.get(form._record._name, ())
        return [
            name
            for name, info in form._view["fields"].items()
            if (name in ours or info["type"] in KINDS) and self.is_open(form, name)
        ]

    def is_open(self, form, name):
        """Tell whether a person can empty a field of a form."""
        shut = any(
            form._get_modifier(name, modifier)
            for modifier in ("readonly", "invisible", "column_invisible")
        )
        kind = form._view["fields"][name]["type"]
        # The web client offers no blank among the choices of a required field.
        fixed = kind == "selection" and form._get_modifier(name, "required")
        kept = name in KEPT.get(form._record._name, ())
        return not shut and not fixed and not kept

    def filled_lists(self, form):
        """Return the lists of a form that have a line to edit."""
        return [
            name
            for name in self.open_fields(form)
            if form._view["fields"][name]["type"] == "one2many" and len(form[name])
        ]

    # === FORMS === #

    def typed_document(self, move_type):
        """Type a document, up to the press on *Save*."""
        moves = self.env["account.move"].with_context(default_move_type=move_type)
        form = Form(moves)
        form.partner_id = self.customer
        with form.invoice_line_ids.new() as line:
            line.name = "Books"
            line.price_unit = 100.0
        return form

    def typed_entry(self):
        """Type a journal entry, up to the press on *Save*."""
        form = Form(self.env["account.move"].with_context(default_move_type="entry"))
        for field in ("debit", "credit"):
            with form.line_ids.new() as line:
                line.account_id = self.company_data["default_account_revenue"]
                line[field] = 100.0
        return form

    def typed_documents(self):
        """Type a document of each kind."""
        return [*map(self.typed_document, INVOICES), self.typed_entry()]

    def typed_payment(self):
        """Type a payment."""
        form = Form(self.env["account.payment"])
        form.partner_id = self.customer
        form.amount = 100.0
        return form

    def new_forms(self):
        """Open the other forms on which something of ours stands, unfilled."""
        names = ("res.partner", "res.company", "account.journal", "res.config.settings")
        return [Form(self.env[name]) for name in names]

    def saved_forms(self):
        """Open what is there already."""
        provider = self.env["payment.provider"].search(
            [("code", "=", "kash_stripe"), ("company_id", "=", self.company.id)]
        )
        bank = self.company_data["default_journal_bank"]
        payment = self.typed_payment().save()
        records = (self.customer, self.company, bank, provider, payment)
        return [Form(record) for record in records]

    def dialogs(self):
        """Open the dialogs that stand on posted invoices."""
        one, other = self.invoice(), self.invoice()
        return [
            self.dialog("account.payment.register", one),
            self.dialog("account.payment.register", one | other),
            self.dialog("account.move.send.wizard", one),
            self.dialog("account.move.send.batch.wizard", one | other),
        ]

    def dialog(self, model, records):
        """Open a dialog on records."""
        context = {
            "active_model": records._name,
            "active_ids": records.ids,
            "active_id": records[:1].id,
        }
        return Form(self.env[model].with_context(**context))

    def others_refund(self):
        """Open Odoo's refund of a payment that another provider took."""
        payment = self.typed_payment().save()
        payment.action_post()
        provider = self.env["payment.provider"].create({"name": "Another"})
        payment.payment_transaction_id = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_card").id,
                "reference": "another",
                "amount": 100.0,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.customer.id,
                "payment_id": payment.id,
                "state": "done",
            }
        )
        return self.dialog("payment.refund.wizard", payment)

    def other_forms(self):
        """Open all but the documents."""
        return [
            self.typed_payment(),
            *self.new_forms(),
            *self.saved_forms(),
            *self.dialogs(),
        ]

    # === TESTS === #

    def test_a_document_being_typed_stands_each_field_emptied(self):
        """Every clerk's form, whoever is paid through Stripe."""
        for form in self.typed_documents():
            self.empty_each(form)

    def test_a_saved_draft_stands_each_field_emptied(self):
        """It has an id: computes find what the database knows of it."""
        documents = (
            self.typed_document("out_invoice"),
            self.typed_document("in_invoice"),
            self.typed_entry(),
        )
        for form in documents:
            self.empty_each(Form(form.save()))

    def test_the_other_forms_stand_each_field_emptied(self):
        """Payments, partners, journals, dialogs, settings."""
        for form in self.other_forms():
            self.empty_each(form)

    def test_another_providers_payment_is_refunded_as_ever(self):
        """Odoo's dialog opens, with nothing of ours in it."""
        form = self.others_refund()
        self.assertFalse(form.kash_stripe_problem or form.kash_stripe_hint)
        self.empty_each(form)


@tagged("post_install", "-at_install", "-standard", "long")
class TestForms(EmptiedForms, KashStripeCommon):
    """Nobody uses Stripe here: nothing of it is noticed."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install", "-standard", "long")
class TestFormsConnected(EmptiedForms, KashStripeConnected):
    """Payments come through Stripe: there is something to compute."""

    allow_inherited_tests_method = True

    def set_stage(self):
        super().set_stage()
        self.company.kash_stripe_reminders = True
        self.company.kash_stripe_link_qr = True

    def taken(self):
        """Return a draft again whose money is at Stripe already."""
        move = self.invoice()
        self.pay(move)
        self.work_off()
        move.button_draft()
        return move

    def stripe_forms(self):
        """Open what Stripe's money has passed through."""
        paid = self.invoice()
        payment = self.pay(paid)
        self.settle()
        recorded = payment.payment_id
        records = (self.taken(), paid, recorded, recorded.journal_id)
        return [
            *map(Form, records),
            self.dialog("payment.refund.wizard", recorded),
        ]

    def test_what_stripe_paid_stands_each_field_emptied(self):
        """Links, transactions, payments of Stripe's: the whole of each compute."""
        for form in self.stripe_forms():
            self.empty_each(form)

    def test_a_draft_without_a_currency_still_says_what_stripe_has(self):
        """In the currency it was paid in; an unsaved change hides no money."""
        form = Form(self.taken())
        said = form.kash_stripe_taken_text
        self.assertIn("$\N{NO-BREAK SPACE}100.00 paid at Stripe", said)
        form.currency_id = self.env["res.currency"]
        self.assertEqual(form.kash_stripe_taken_text, said)

    def test_every_field_that_our_computes_follow_is_emptied_here(self):
        """A new compute, or a new field that it follows, must find its test."""
        emptied = {}
        for form in (
            *self.typed_documents(),
            *self.other_forms(),
            *self.stripe_forms(),
        ):
            lines = [form[name].edit(0) for name in self.filled_lists(form)]
            for part in (form, *lines):
                names = emptied.setdefault(part._record._name, set())
                names.update(self.open_fields(part))
        missing = {
            model: names - emptied.get(model, set())
            for model, names in self.followed.items()
        }
        self.assertEqual(missing, NEVER_EMPTIED)
