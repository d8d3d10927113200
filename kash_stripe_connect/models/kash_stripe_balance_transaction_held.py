# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class _Undo(Exception):
    """A preview has seen enough."""


class KashStripeBalanceTransaction(models.Model):
    """Recording held rows: a person's act, on a date that person chose."""

    _inherit = "kash.stripe.balance.transaction"

    def action_record(self):
        """Open the dialog to record held rows."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Held Rows"),
            "res_model": "kash.stripe.record.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_row_ids": self.ids},
        }

    def _book_held(self, day):
        """Record held rows on ``day``, or (None) each on its own; all or none.

        Lock dates are judged for the person at the button: an exception made for them
        opens a day, which no job would use.

        :raises UserError: what keeps one of them from the books; nothing was changed
        """
        rows = self.filtered(lambda row: row.state == "held").sorted("created_at")
        rows = rows.with_context(kash_stripe_person=True)
        rows.write({"record_day": day, "state": "new", "reason": False})
        for account, group in rows.grouped("account_id").items():
            self.env["kash.stripe.balance.transaction"].with_context(
                kash_stripe_person=True
            )._book_rows(account, group)
        left = rows.filtered(lambda row: row.state != "booked")
        if left:
            raise UserError(
                left[:1].reason
                or self.env._(
                    "What %(row)s belongs to is not recorded yet: record it together.",
                    row=left[:1].txn_id,
                )
            )
        rows.account_id._refresh_activities()
        return rows._entries()

    def _entries(self):
        """Return every entry the rows stand in."""
        return self.payment_id.move_id | self.fee_move_id | self.entry_id

    def _preview_held(self, day):
        """Return what recording would change: posted, looked at, and taken back.

        :return: list of {account, before, change, after} in company currency
        :raises UserError: as recording would
        """
        try:
            with self.env.cr.savepoint():
                lines = self._book_held(day)._kash_stripe_changes()
                raise _Undo
        except _Undo:
            return lines
