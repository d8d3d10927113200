# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..base.records import check_one


class UndoProofLine(models.Model):
    _inherit = "kash.stripe.proof.line"
    can_record_again = fields.Boolean(compute="_compute_can_record_again")

    @api.depends("kind")
    def _compute_can_record_again(self):
        for line in self:
            line.can_record_again = line.kind in {"removed", "fee"}

    def action_record_again(self):
        """Record what a person removed from the books, by a person's decision."""
        check_one(self)
        self.proof_id.account_id._check_may_manage()
        day_proof, account = self.sudo().proof_id, self.sudo().proof_id.account_id
        self._rows()._book_again()
        day_proof._prove(account, [day_proof.day])
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _rows(self):
        """Return the rows a removed entry stood for."""
        record = self.sudo()._record_there()
        if record._name == "kash.stripe.balance.transaction":
            return record
        return (
            self.sudo()
            .env["kash.stripe.balance.transaction"]
            .search(
                [
                    ("account_id", "=", self.proof_id.account_id.id),
                    "|",
                    "|",
                    ("entry_id", "=", record.id),
                    ("fee_move_id", "=", record.id),
                    ("payment_id.move_id", "=", record.id),
                ]
            )
        )
