# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...const import LEAN

# Debit and credit are said by the balance.
_OF_THE_ORIGINAL = {"move_id", "debit", "credit"}
# Accounts whose lines Odoo matches though they are not said to be reconciled.
_MATCHED_TYPES = {"asset_cash", "liability_credit_card"}


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
                    "Entries in a locked period: %(count)s (first: %(day)s)."
                    " Open the period, then try again.",
                    count=len(locked),
                    day=format_date(self.env, min(locked.mapped("date"))),
                )
            )
        batch = {"kash_stripe_writer": True, "kash_stripe_batch": True}
        moves = moves.with_context(**LEAN, **batch)
        followers = self._followers(moves)
        self._netted_matches(moves).unlink()
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

    # === BATCH === #

    @api.model
    def _reverse_batch(self, moves, vals_list):
        """Unmatch plain entries, then post and match the reversals of all of them.

        What comes of it is what Odoo's ``_reverse_moves`` makes of each.

        :param vals_list: what each reversal has of its own
        """
        moves.line_ids.remove_move_reconcile()
        alike = moves.with_context(
            move_reverse_cancel=True, include_business_fields=True
        )
        copies = alike.copy_data({"line_ids": []})
        told = [
            {**own, "partner_id": move.partner_id.id, "reversed_entry_id": move.id}
            for move, own in zip(moves, vals_list, strict=True)
        ]
        reversals = self.env["kash.stripe.booking.entry"]._post_entries(
            alike,
            [
                {**copied, "line_ids": lines, **own}
                for copied, lines, own in zip(
                    copies, self._opposite_lines(alike), told, strict=True
                )
            ],
        )
        reversals._message_log_batch(
            bodies={
                reversal.id: move._get_copy_message_content(own)
                for reversal, move, own in zip(reversals, moves, told, strict=True)
            }
        )
        return reversals

    @api.model
    def _opposite_lines(self, moves):
        """Return commands that create each entry's lines with their signs turned."""
        lines = moves.line_ids.sorted("id")
        vals = dict(zip(lines, lines.copy_data(), strict=True))
        return [
            [
                Command.create(self._opposite_of(line, vals[line]))
                for line in move.line_ids.sorted("id")
            ]
            for move in moves
        ]

    @api.model
    def _opposite_of(self, line, vals):
        """Return the vals of a line that takes another one back.

        :param vals: its copy
        """
        storno = line.company_id.account_storno
        turned = ("balance", "amount_currency", "price_subtotal", "price_total")
        return {
            **{name: vals[name] for name in vals.keys() - _OF_THE_ORIGINAL},
            **{name: -line[name] for name in turned},
            **({"is_storno": not line.is_storno} if storno else {}),
        }

    @api.model
    def _match_reversals(self, moves, reversals):
        """Match entries with what reverses them, in one plan, as Odoo does each."""
        plan = []
        for move, reversal in zip(moves, reversals, strict=True):
            lines = (move.line_ids + reversal.line_ids).filtered(
                lambda line: (
                    not line.reconciled
                    and (
                        line.account_id.reconcile
                        or line.account_id.account_type in _MATCHED_TYPES
                    )
                )
            )
            plan += lines.grouped(
                lambda line: (line.account_id, line.currency_id)
            ).values()
        if plan:
            self.env["kash.stripe.matching"]._match_entries(plan)

    # === WHAT FOLLOWS === #

    @api.model
    def _followers(self, moves):
        """Return the cash-basis and exchange entries that matching ``moves`` made."""
        lines = moves.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        partials |= self._netted_matches(moves)
        cash_basis = self.env["account.move"].search(
            [("tax_cash_basis_rec_id", "in", partials.ids), ("state", "=", "posted")]
        )
        return cash_basis | partials.exchange_move_id

    @api.model
    def _netted_matches(self, moves):
        """Return the matches of credits with invoices that payments were made for.

        They were made with the payment, on its day, and go with it. What a person
        matched stays.
        """
        attempts = moves.origin_payment_id.payment_transaction_id
        return attempts.kash_stripe_allocation_ids.match_ids

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
