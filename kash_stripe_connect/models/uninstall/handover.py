# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tools import format_date

from ...core import handover

# Survives uninstalling: no data file of ours made it.
_LEFT = "kash_stripe_connect.uninstalled"
# Of the account: made anew by connecting, or about the file itself.
_NOT_OF_ACCOUNT = {
    "connected",
    "company_id",
    "provider_id",
    "handover_hash",
    "handover_at",
}
# Of the company: the operator's, who sets it anew.
_NOT_OF_COMPANY = {"kash_stripe_service_until"}


class KashStripeHandover(models.AbstractModel):
    """What goes into the file, whether the addon may go, and what it leaves behind."""

    _name = "kash.stripe.handover"
    _description = "Stripe Handover"

    # === THE FILE === #

    @api.model
    def _file(self, account):
        """Return the file of an account: what is recorded of it, and as what.

        Entries, accounts and journals stay in the database and are named by their
        numbers; whatever is ours is in the file. Of no secret.
        """
        moves = self.env["account.move"].search(
            [("kash_stripe_account_id", "=", account.id)], order="id"
        )
        mine = [("account_id", "=", account.id)]
        movements = self.env["kash.stripe.movement"].search(mine, order="id")
        return handover.pack(
            {
                "account": self._account_facts(account),
                "company": self._company_facts(account.company_id),
                "currencies": self._facts(account.currency_ids.sorted("id")),
                "rows": self._row_facts(account.row_ids.sorted("txn_id")),
                "movements": [
                    {**facts, "row": movement.row_id.txn_id}
                    for movement, facts in zip(
                        movements, self._facts(movements), strict=True
                    )
                ],
                "entries": self._entries(moves),
                "matches": self._matches(moves),
                "proofs": self._proofs(account),
            }
        )

    @api.model
    def _account_facts(self, account):
        [facts] = self._facts(account, without=_NOT_OF_ACCOUNT)
        return {**facts, "former_clearing_ids": account.former_clearing_ids.ids}

    @api.model
    def _company_facts(self, company):
        """Return the company's settings of ours."""
        others = {n for n in company._fields if not n.startswith("kash_stripe_")}
        [facts] = self._facts(company, without=others | _NOT_OF_COMPANY)
        told = company.kash_stripe_notify_partner_ids
        return {**facts, "kash_stripe_notify_partner_ids": told.ids}

    @api.model
    def _facts(self, records, without=()):
        """Return {name: value} of each record: what is stored, and not worked out.

        What it has of ours besides is read from Stripe again.
        """
        names = [
            name
            for name, field in records._fields.items()
            if name not in without and self._is_fact(field)
        ]
        return [
            {name: values[name] for name in names}
            for values in records.read(names, load=None)
        ]

    @api.model
    def _is_fact(self, field):
        ours = field.relational and field.comodel_name.startswith("kash.stripe.")
        secret = field.groups or not field.exportable
        stored = field.store and field.column_type and not field.compute
        known = field.name == "id" or field.name in LOG_ACCESS_COLUMNS
        return bool(stored) and not (ours or secret or known)

    @api.model
    def _row_facts(self, rows):
        """Return the facts of rows, of recorded ones without what may name a payer.

        That is emptied after a time, or for whoever asks: the file neither keeps it
        longer nor becomes another one by it. What is not recorded yet needs it.
        """
        rule = self.env["kash.stripe.payer.data.row"]
        recorded = Domain("state", "in", ["booked", "reversed"])
        of_payers = rows.filtered_domain(rule._payer_scope() & recorded)
        emptied = dict.fromkeys(rule._payer_fields, False)
        return [
            {**facts, **emptied} if row in of_payers else facts
            for row, facts in zip(rows, self._facts(rows), strict=True)
        ]

    @api.model
    def _entries(self, moves):
        """Return each entry with its lines, and the row that a line stands for."""
        lines = self.env["account.move.line"].search_fetch(
            [("move_id", "in", moves.ids)],
            ["move_id", "account_id", "balance", "kash_stripe_row_id"],
            order="id",
        )
        by_move = lines.grouped("move_id")
        return [
            {
                "id": move.id,
                "name": move.name,
                "day": move.date,
                "state": move.state,
                "lines": [
                    {
                        "id": line.id,
                        "account": line.account_id.id,
                        "balance": line.balance,
                        "row": line.kash_stripe_row_id.txn_id,
                    }
                    for line in by_move.get(move, ())
                ],
            }
            for move in moves
        ]

    @api.model
    def _matches(self, moves):
        """Return what lines of these entries are matched with."""
        partials = self.env["account.partial.reconcile"].search(
            [
                "|",
                ("debit_move_id.move_id", "in", moves.ids),
                ("credit_move_id.move_id", "in", moves.ids),
            ],
            order="id",
        )
        return [
            {
                "debit": [part.debit_move_id.id, part.debit_move_id.move_name],
                "credit": [part.credit_move_id.id, part.credit_move_id.move_name],
                "amount": part.amount,
                "day": part.max_date,
            }
            for part in partials
        ]

    @api.model
    def _proofs(self, account):
        """Return each proof as it stands, for whoever reads the file."""
        return [
            {
                "day": proof.day,
                "currency": proof.currency_code,
                "stripe": proof.stripe_minor,
                "rows": proof.mirror_minor,
                "ledger": proof.ledger_minor,
                "colour": proof.colour,
                "lines": [
                    [line.kind, line.label, line.amount] for line in proof.line_ids
                ],
            }
            for proof in account.proof_ids.sorted(lambda p: (p.day, p.currency_code))
        ]

    # === GOING === #

    @api.model
    def _check_may_uninstall(self):
        """Refuse to take the addon away while books depend on it.

        :raises UserError: each Stripe account's reason
        """
        accounts = self.env["kash.stripe.account"].sudo()
        accounts = accounts.search([("epoch", ">", 0)])  # connected once
        reasons = [account._reason_to_stay() for account in accounts]
        if any(reasons):
            raise UserError("\n".join(filter(None, reasons)))

    @api.model
    def _clear_traces(self):
        """Remove what is ours and Odoo would leave, for no data file made it.

        Our activities would become to-dos about rows that are gone, and those that are
        done would keep their types; our parameters would hold in the next installation;
        files that were kept would be attached to what is gone.
        """
        ours = [("module", "=", self._module), ("model", "=", "mail.activity.type")]
        kinds = self.env["ir.model.data"].search(ours).mapped("res_id")
        activities = self.env["mail.activity"].with_context(active_test=False)
        activities.search([("activity_type_id", "in", kinds)]).unlink()
        mine = [("key", "=like", f"{self._module}.%"), ("key", "!=", _LEFT)]
        self.env["ir.config_parameter"].search(mine).unlink()
        kept = [("res_model", "=", "kash.stripe.pay.link")]
        self.env["ir.attachment"].sudo().search(kept).unlink()

    @api.model
    def _leave_note(self):
        """Write down whose books are left, for the addon when it is installed again."""
        accounts = self.env["kash.stripe.account"].sudo()
        accounts = accounts.search([("handover_hash", "!=", False)])
        left = [
            {
                "stripe_id": account.stripe_id,
                "livemode": account.livemode,
                "name": account.display_name,
                "company_id": account.company_id.id,
                "hash": account.handover_hash,
                "day": fields.Date.to_string(fields.Date.today()),
            }
            for account in accounts.filtered(lambda a: a._entries_left())
        ]
        self._write_left([*self._left(), *left])

    # === LEFT BEHIND === #

    @api.model
    def _left(self):
        """Return what was left in the books when the addon was uninstalled before."""
        told = self.env["ir.config_parameter"].sudo().get_param(_LEFT)
        return json.loads(told or "[]")

    @api.model
    def _write_left(self, left):
        value = json.dumps(left) if left else False
        self.env["ir.config_parameter"].sudo().set_param(_LEFT, value)

    @api.model
    def _left_of(self, company):
        """Return a sentence on the accounts a company was left with; False for none."""
        names = [n["name"] for n in self._left() if n["company_id"] == company.id]
        if not names:
            return False
        return self.env._(
            "The books of %(company)s hold entries of %(stripe)s from before this addon"
            " was uninstalled. Connecting that Stripe account needs the file that"
            " Prepare to Uninstall gave.",
            company=company.name,
            stripe=", ".join(names),
        )

    @api.model
    def _check_not_left(self, company, stripe_id, *, livemode):
        """Refuse an account whose entries stand in the books, and of which no row is.

        :raises UserError: all of them would be recorded a second time; or what stands
            there is of the other mode
        """
        family = self.env["res.company"].sudo()
        family = family.search([("id", "child_of", company.root_id.id)])
        for note in self._left():
            if (note["stripe_id"], note["livemode"]) == (stripe_id, livemode):
                self._refuse_twice(note)
            elif note["company_id"] in family.ids and note["livemode"] != livemode:
                self._refuse_mode(note)

    @api.model
    def _refuse_twice(self, note):
        raise UserError(
            self.env._(
                "What Stripe told of %(stripe)s until this addon was uninstalled on"
                " %(day)s is in the books, and would be recorded a second time. Give"
                " the file that Prepare to Uninstall made (its SHA-256 begins with"
                " %(hash)s).",
                stripe=note["name"],
                day=format_date(self.env, note["day"]),
                hash=note["hash"][:8],
            )
        )

    @api.model
    def _refuse_mode(self, note):
        raise UserError(
            self.env._(
                "The books hold entries of %(stripe)s, which is of the other mode (test"
                " or live), from before this addon was uninstalled. Connect that one"
                " with its file first.",
                stripe=note["name"],
            )
        )
