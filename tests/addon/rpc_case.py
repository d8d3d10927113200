# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The stage on which the table of who may what is asked, cell by cell, over XML-RPC."""

from contextlib import contextmanager, suppress
from xmlrpc.client import Fault

from odoo import Command
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from . import who_may
from .common import KashStripeConnected

# odoo/addons/rpc/controllers/xmlrpc.py
SAID, DENIED = 2, 4
# What an allowed call may be answered with: the record may be past it.
DONE = {"did", "said"}
# No record has this number.
GONE = 2**31 - 1
# What a record is made of where the first thing that comes to mind will not do.
PARTS = {
    "kash.stripe.connect.wizard": {"way": "keys"},
    "kash.stripe.deposit.line": {"part": "row"},
    "kash.stripe.import.wizard": {"first_day": "2025-10-01"},
    "kash.stripe.opening.wizard": {"first_day": "2025-11-22", "day": "2025-11-21"},
    "kash.stripe.reminder.rule": {"days": 77},
}
DAY = "2025-11-22"
NOISE = (
    "odoo.addons.base.models.ir_access",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.http",
    "odoo.models",
    "odoo.models.unlink",
    "odoo.sql_db",
)
SAMPLES = {
    "boolean": True,
    "date": DAY,
    "datetime": f"{DAY} 12:00:00",
    "float": 1.0,
    "html": "x",
    "integer": 1,
    "many2one_reference": 1,
    "monetary": 1.0,
    "text": "x",
}


class _BareError(Exception):
    """There is no record of a model to ask about."""


class Seat:
    """One company's side of the stage: its records, by model."""

    def __init__(self, case, company):
        self.case, self.company = case, company
        self.records = {"res.company": company, "res.currency": company.currency_id}

    def record(self, model):
        """Return this company's record of a model; what it lacks is made."""
        if model not in self.records:
            self.records[model] = self._found(model) or self._made(model)
        return self.records[model]

    def dialog(self, model, person):
        """Return a dialog (or line) of a person's, made the first time."""
        key = (model, person)
        if key not in self.records:
            dialogs = self.case.env[model].with_user(person)
            # The operator's are of none of these people.
            nobodys = who_may.models()[model]["create"] == "-"
            made = dialogs.sudo(nobodys).with_company(self.company)
            made = made.create(self.values(model)).sudo(False)
            self.records[key] = made
        return self.records[key]

    def values(self, model):
        """Return the least a record is made of."""
        vals = {}
        for name, field in self.case.env[model]._fields.items():
            wanted = field.required or name in {"account_id", "company_id"}
            given = field.default is not None and field.type != "many2one"
            if wanted and field.store and not field.related and not given:
                vals[name] = self._value(field)
        return {**vals, **PARTS.get(model, {})}

    def _found(self, model):
        """Return one that the life of the company has brought, if any."""
        records = self.case.env[model].sudo()
        if "company_id" not in records._fields:
            return None
        return records.search([("company_id", "=", self.company.id)], limit=1)

    def _made(self, model):
        records = self.case.env[model].sudo().with_company(self.company)
        return records.create(self.values(model))

    def _value(self, field):
        if field.type == "many2one":
            return self.record(field.comodel_name).id
        if field.type == "many2many":
            return [[int(Command.SET), 0, self.record(field.comodel_name).ids]]
        if field.type == "selection":
            return field.get_values(self.case.env)[0]
        if field.name == "currency_code":
            return self.company.currency_id.name.lower()
        if field.type == "char":
            return f"x{self.company.id}"
        return SAMPLES[field.type]


class RpcCase(KashStripeConnected, HttpCase):
    """Two companies that live alike; one person for each role, and a stranger."""

    def odoo_url(self):
        return self.base_url()

    # === STAGE === #

    def set_stage(self):
        super().set_stage()
        other = self.setup_other_company()["company"]
        self.ours = self._lived(self.account)
        acct = self.stripe.create_account(
            country="US", currency="usd", timezone="America/New_York"
        )
        mine, self.account = self.account, self.connect(acct, company=other)
        self.theirs = self._lived(self.account)
        self.account = mine
        self.people = {
            role: self.colleague(f"kash_role_{role}", group)
            for role, group in who_may.ROLES.items()
        }
        self.stranger = self.colleague(
            "kash_stranger", "account.group_account_manager", company=other
        )
        self._furnish()

    def _furnish(self):
        """Make a record of each model and dialog of each person, for all tests."""
        self.bare = {}
        for model, may in who_may.models().items():
            with suppress(_BareError), self._bare_if_it_fails(model):
                self.foreign(model)
                for role in "acr":
                    self.own(model, self.people[role], may_make=role in may["create"])

    @contextmanager
    def _bare_if_it_fails(self, model):
        """One model that cannot be made must not hide what is wrong with others."""
        try:
            with self.env.cr.savepoint():
                yield
        except Exception as error:
            self.bare[model] = f"{type(error).__name__}: {error}"
            raise _BareError from error

    def _lived(self, account):
        """Let a company be paid by a link; return its side of the stage."""
        company = account.company_id
        seat = Seat(self, company)
        move = self.invoice(company=company)
        attempt = self.pay(move)
        self.settle()
        seat.records.update(
            {
                "account.account": account.sudo().clearing_account_id,
                "account.bank.statement.line": self._bank_line_of(company),
                "account.journal": account.sudo().journal_id,
                "account.move": move.sudo(),
                "account.payment": attempt.sudo().payment_id,
                "payment.transaction": attempt.sudo(),
                "res.config.settings": self.env["res.config.settings"]
                .sudo()
                .with_company(company)
                .create({}),
                "res.partner": self.customer.sudo().copy({"company_id": company.id}),
                "res.users": self.env.user.sudo(),
                "mail.template": self.env.ref(
                    "kash_stripe_connect.mail_template_reminder_after"
                ).sudo(),
            }
        )
        return seat

    def _bank_line_of(self, company):
        journal = self.env["account.journal"].search(
            [
                ("type", "=", "bank"),
                ("company_id", "=", company.id),
                ("kash_stripe_account_ids", "=", False),
            ],
            limit=1,
        )
        lines = self.env["account.bank.statement.line"].sudo().with_company(company)
        return lines.create(
            {"journal_id": journal.id, "date": DAY, "payment_ref": "x", "amount": 1.0}
        )

    # === ASK === #

    def ask(self, person, model, method, *args):
        """Call a method over XML-RPC; return (kind of answer, what was answered).

        Kinds: ``did``, ``said`` (a sentence for people), ``denied`` (an access error),
        ``broke`` (anything else, a traceback). Whatever it did is taken back.
        """
        call = (self.env.cr.dbname, person.id, person.login, model, method, list(args))
        with self.taken_back():
            try:
                return "did", self.xmlrpc_object.execute_kw(*call)
            except Fault as fault:
                kind = {SAID: "said", DENIED: "denied"}.get(fault.faultCode, "broke")
                return kind, fault.faultString.strip()[-200:]

    @contextmanager
    def taken_back(self):
        """Undo in the database, at the end, what a request did."""
        self.env.flush_all()
        self.env.cr.execute("SAVEPOINT kash_cell")
        try:
            yield
        finally:
            self.env.cr.execute("ROLLBACK TO SAVEPOINT kash_cell")
            self.env.invalidate_all()

    def own(self, model, person, *, may_make):
        """Return a record of the person's company; a dialog is the person's own."""
        if not self.is_dialog(model):
            return self.ours.record(model)
        return self.ours.dialog(model, person if may_make else self.people["a"])

    def is_dialog(self, model):
        """Tell whether a model is a dialog of ours: Odoo's are nobody's here."""
        return self.env[model]._transient and model in who_may.models()

    def foreign(self, model):
        """Return a record of the other company; a dialog is the stranger's."""
        if not self.is_dialog(model):
            return self.theirs.record(model)
        return self.theirs.dialog(model, self.stranger)

    # === CELLS === #

    def assertTable(self, cells):
        """Assert that each cell is answered as it must be.

        :param cells: [(label, kinds it may be answered with, what *did* must return or
            None for anything, (person, model, method, *args))]
        """
        wrong = [
            f"{model}: add what it is made of to PARTS in rpc_case.py ({error[-300:]})"
            for model, error in self.bare.items()
        ]
        with mute_logger(*NOISE):
            for label, kinds, answer, call in cells:
                kind, told = self.ask(*call)
                if kind not in kinds or (answer is not None and told != answer):
                    wrong.append(f"{label}: {kind}, {str(told)[-200:]}")
        self.assertFalse(wrong, "\n".join(["See tests/addon/who_may.py.", *wrong]))

    def models(self):
        """Return the table's models of which there are records."""
        return {m: may for m, may in who_may.models().items() if m not in self.bare}

    def methods(self):
        """Return the table's methods of models of which there are records."""
        known = who_may.methods().items()
        return {(m, name): who for (m, name), who in known if m not in self.bare}

    def cells_of_models(self, role):
        """Yield a cell for each model and operation, on one's own and on others'."""
        person = self.people[role]
        for model, may in self.models().items():
            record = self.own(model, person, may_make=role in may["create"])
            shared = record == self.foreign(model)
            own, other = record.id, self.foreign(model).id
            vals = self.ours.values(model)
            calls = {
                "read": ([own], ["id"]),
                "search": ([("id", "in", [own, other])],),
                "write": ([own], vals),
                "create": (vals,),
                "unlink": ([own],),
            }
            for method, args in calls.items():
                letters = may["read" if method == "search" else method]
                seen = {"read": [{"id": own}], "search": [own]}.get(method)
                yield self._cell(
                    role, "own", role in letters, seen, model, method, args
                )
            if shared or role not in may["read"]:
                continue
            for method, args in {
                "read": ([other], ["id"]),
                "write": ([other], vals),
                "unlink": ([other],),
            }.items():
                yield self._cell(role, "foreign", False, None, model, method, args)

    def _cell(self, role, which, allowed, answer, model, method, args):
        kinds = DONE if allowed else {"denied"}
        call = (self.people[role], model, method, *args)
        return (
            f"{role} {model}.{method} {which}",
            kinds,
            answer if allowed else None,
            call,
        )

    def cells_of_methods(self, role):
        """Yield a cell for each public method, on one's own and on others' records."""
        person = self.people[role]
        models = who_may.models()
        for (model, method), letters in self.methods().items():
            allowed = role in letters
            if self.is_of_no_record(model, method):
                yield self._cell(role, "own", allowed, None, model, method, ())
                continue
            may_make = role in models.get(model, {"create": ""})["create"]
            ids = [self.own(model, person, may_make=may_make).id]
            yield self._cell(role, "own", allowed, None, model, method, (ids,))
            if allowed:
                ids = [self.foreign(model).id]
                yield self._cell(role, "foreign", False, None, model, method, (ids,))

    def is_of_no_record(self, model, method):
        """Tell whether a method is the model's: it is called without numbers."""
        return getattr(getattr(type(self.env[model]), method), "_api_model", False)
