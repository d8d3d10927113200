# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from collections import defaultdict

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...core import handover

_MARK_ENTRIES = """
UPDATE account_move SET kash_stripe_account_id = %(account)s WHERE id = ANY(%(ids)s)
"""
_MARK_LINES = """
UPDATE account_move_line l SET kash_stripe_row_id = r.id
  FROM jsonb_to_recordset(%(lines)s) AS t(line int, txn text)
  JOIN kash_stripe_balance_transaction r ON r.txn_id = t.txn
 WHERE r.account_id = %(account)s AND l.id = t.line
"""


class KashStripeHandoverRestore(models.AbstractModel):
    """The way back: an account as it was, not connected, whose entries are its own."""

    _name = "kash.stripe.handover.restore"
    _description = "Stripe Handover, Back Again"

    @api.model
    def _restore(self, company, data):
        """Bring back the account of a file, and what was recorded of it.

        The hash in the note says that nobody changed the file: it is believed.

        :param data: the file (bytes)
        :return: the account, as it was when it was disconnected
        :raises UserError: it is not the file of this company's books
        """
        note = self._noted(company, handover.digest(data))
        facts = self._read(data)
        self._restore_settings(company, facts["company"])
        account = self._restore_account(company, facts["account"])
        self._restore_rows(account, facts)
        self._mark(account, facts["entries"])
        books = self.env["kash.stripe.handover"]
        books._write_left([left for left in books._left() if left != note])
        return account

    @api.model
    def _noted(self, company, digest):
        """Return the note of a file, by its hash.

        :raises UserError: there is none
        """
        for note in self.env["kash.stripe.handover"]._left():
            if (note["company_id"], note["hash"]) == (company.id, digest):
                return note
        raise UserError(
            self.env._(
                "This is not the file that was made last for the books of %(company)s,"
                " or it was changed since. Its SHA-256 begins with %(hash)s.",
                company=company.name,
                hash=digest[:8],
            )
        )

    @api.model
    def _read(self, data):
        try:
            return handover.unpack(data)
        except handover.OtherFormatError as error:
            raise UserError(
                self.env._("Another version of this addon made the file: %s", error)
            ) from error

    # === WHAT WAS OURS === #

    @api.model
    def _restore_settings(self, company, facts):
        partners = facts.pop("kash_stripe_notify_partner_ids")
        [vals] = self._as_vals("res.company", [facts])
        there = self.env["res.partner"].browse(partners).exists()
        company.sudo().write(
            {**vals, "kash_stripe_notify_partner_ids": [Command.set(there.ids)]}
        )

    @api.model
    def _restore_account(self, company, facts):
        former = self.env["account.account"].browse(facts.pop("former_clearing_ids"))
        [vals] = self._as_vals("kash.stripe.account", [facts])
        return self.env["kash.stripe.account"].create(
            {
                **vals,
                "company_id": company.id,
                "former_clearing_ids": [Command.set(former.exists().ids)],
            }
        )

    @api.model
    def _restore_rows(self, account, facts):
        """Make the account's rows, movements and books of other currencies."""
        mine = {"account_id": account.id}
        whose = {**mine, "company_id": account.company_id.id}
        self._create("kash.stripe.currency", facts["currencies"], mine)
        rows = self._create("kash.stripe.balance.transaction", facts["rows"], whose)
        by_txn = {row.txn_id: row.id for row in rows}
        movements = [
            {**told, "row_id": by_txn.get(told["row"])} for told in facts["movements"]
        ]
        self._create("kash.stripe.movement", movements, whose)

    @api.model
    def _create(self, model, facts, whose):
        vals_list = self._as_vals(model, facts)
        return self.env[model].create([{**vals, **whose} for vals in vals_list])

    @api.model
    def _as_vals(self, model, facts):
        """Return facts as vals: without what is gone from Odoo, or from the addon."""
        fields = self.env[model]._fields
        named = defaultdict(set)
        bonds = {n for n, field in fields.items() if field.type == "many2one"}
        for vals in facts:
            for name in bonds & vals.keys():
                named[fields[name].comodel_name].add(vals[name] or 0)
        there = {m: set(self.env[m].browse(i).exists().ids) for m, i in named.items()}
        return [
            {
                name: value
                for name, value in vals.items()
                if name in fields
                and (name not in bonds or value in there[fields[name].comodel_name])
            }
            for vals in facts
        ]

    # === WHAT STAYED === #

    @api.model
    def _mark(self, account, entries):
        """Say again which entries are of the account, and which line of which row."""
        ids = [entry["id"] for entry in entries]
        lines = [
            {"line": line["id"], "txn": line["row"]}
            for entry in entries
            for line in entry["lines"]
            if line["row"]
        ]
        self.env.flush_all()
        self.env.cr.execute(SQL(_MARK_ENTRIES, account=account.id, ids=ids))
        self.env.cr.execute(
            SQL(_MARK_LINES, account=account.id, lines=json.dumps(lines))
        )
        self.env.invalidate_all()
