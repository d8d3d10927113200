# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...const import LEAN


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
        return moves.filtered(lambda move: not self._is_reversed(move))

    @api.model
    def _is_reversed(self, move):
        """Tell whether a posted entry took all of this one back; a draft did not."""
        return any(
            reversal.state == "posted"
            and not move.currency_id.compare_amounts(
                reversal.amount_total, move.amount_total
            )
            for reversal in move.reversal_move_ids
        )

    @api.model
    def _cancel_drafts(self, account):
        """Cancel entries somebody set back to draft: they must not be posted again."""
        drafts = self.env["account.move"].search(
            [("kash_stripe_account_id", "=", account.id), ("state", "=", "draft")]
        )
        drafts.origin_payment_id.action_cancel()
        drafts.filtered(lambda move: move.state == "draft").button_cancel()

    @api.model
    def _locked(self, account, moves):
        """Return those of ``moves`` whose own date is locked."""
        locked = moves.browse()
        together = moves | self._followers(moves)
        for (company, day), group in together.grouped(
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
        followers = self._followers(moves)
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
        self._date_followers(followers)
        self._check_dates(moves | followers)
        return reversals

    @api.model
    def _followers(self, moves):
        """Return the cash-basis and exchange entries that matching ``moves`` made."""
        lines = moves.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        cash_basis = self.env["account.move"].search(
            [("tax_cash_basis_rec_id", "in", partials.ids), ("state", "=", "posted")]
        )
        return cash_basis | partials.exchange_move_id

    @api.model
    def _date_followers(self, followers):
        """Odoo reverses them at the end of the month: they are of their own day."""
        for follower in followers:
            wrong = follower.reversal_move_ids.filtered(
                lambda move, day=follower.date: move.date != day
            )
            wrong.with_context(skip_readonly_check=True).date = follower.date

    @api.model
    def _check_dates(self, moves):
        """Odoo dates an entry later rather than refuse it: that must not pass."""
        if any(
            reversal.date != move.date
            for move in moves
            for reversal in move.reversal_move_ids
            if reversal.state == "posted"
        ):
            raise UserError(
                self.env._("Odoo would date a reversal otherwise: nothing was changed.")
            )
