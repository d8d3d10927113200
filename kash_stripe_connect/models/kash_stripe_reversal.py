# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..const import LEAN


class KashStripeReversal(models.AbstractModel):
    """Taking entries of ours back: on their own date, or not at all."""

    _name = "kash.stripe.reversal"
    _description = "Stripe Reversal"

    @api.model
    def _standing(self, account):
        """Return the posted entries of ``account`` that nothing has reversed yet."""
        moves = self.env["account.move"].search(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("state", "=", "posted"),
                ("reversed_entry_id", "=", False),
            ],
            order="date, id",
        )
        return moves.filtered(lambda move: not move.reversal_move_ids)

    @api.model
    def _locked(self, account, moves):
        """Return those of ``moves`` whose own date is locked."""
        locked = moves.browse()
        for (company, day), group in moves.grouped(
            lambda move: (move.company_id, move.date)
        ).items():
            if company._kash_stripe_locks(day, account.journal_id):
                locked |= group
        return locked

    @api.model
    def _book_reversal(self, account, moves):
        """Reverse ``moves`` on their own dates; invoices they paid are open again.

        :raises UserError: a date is locked; nothing was changed
        """
        locked = self._locked(account, moves)
        if locked:
            raise UserError(
                self.env._(
                    "%(count)s entries are in a locked period (first: %(day)s)."
                    " Open the period, then try again.",
                    count=len(locked),
                    day=format_date(self.env, min(locked.mapped("date"))),
                )
            )
        moves = moves.with_context(**LEAN, kash_stripe_writer=True)
        reversals = moves._reverse_moves(
            [
                {
                    "date": move.date,
                    "kash_stripe_account_id": account.id,
                    "ref": self.env._("Reversal of %(entry)s", entry=move.name),
                }
                for move in moves
            ],
            cancel=True,
        )
        account._check_dates(moves, reversals)
        return reversals
