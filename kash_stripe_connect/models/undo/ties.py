# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeUndoTies(models.AbstractModel):
    """What ties recorded rows to each other, so that one is not undone without another.

    Matches do: recorded anew beside what stands, a row would be matched otherwise.
    """

    _name = "kash.stripe.undo.ties"
    _description = "Stripe Undo: What Is Undone Together"

    @api.model
    def _together(self, rows):
        """Return rows with all that has to be looked at together with them.

        What shares an entry with one of them; of a payment what took it back, too.
        """
        while more := (rows._with_sharing() | self._of_charges(rows)) - rows:
            rows |= more
        return rows

    @api.model
    def _of_charges(self, rows):
        """Return what was recorded of payments of these runs, and took them back."""
        charges = rows.filtered("payment_id").mapped("document_ref")
        return rows.search(
            [
                ("state", "=", "booked"),
                ("run_id", "in", rows.run_id.ids),
                ("document_ref", "in", [charge for charge in charges if charge]),
            ]
        )

    @api.model
    def _tied(self, rows):
        """Return {entry: why it is left} of rows that depend on what is left."""
        found = {
            self.env._("Its money came back by an entry that stays."): (
                self._failed_since(rows)
            ),
            self.env._(
                "Its payment is of a locked day: they would not be matched again."
            ): self._never_matched_again(rows),
            **self._opened_again(rows),
        }
        return {move: reason for reason, group in found.items() for move in group}

    @api.model
    def _opened_again(self, rows):
        """Return {reason: payments that a refund, which stands, was matched with}.

        Recorded anew they would pay the whole invoice again.
        """
        own = rows.payment_id.move_id
        partials = own.line_ids.matched_debit_ids
        refunds = rows.search(
            [
                ("payment_id.move_id", "in", partials.debit_move_id.move_id.ids),
                ("id", "not in", rows.ids),
            ]
        )
        mine = refunds.filtered(lambda row: row.run_id in rows.run_id)
        paid_back = {
            self.env._("A refund of another run opened its invoice again."): (
                refunds - mine
            ),
            self.env._("A refund that is left opened its invoice again."): mine,
        }
        return {
            reason: own
            & partials.filtered(
                lambda partial, moves=group.payment_id.move_id: (
                    partial.debit_move_id.move_id in moves
                )
            ).credit_move_id.move_id
            for reason, group in paid_back.items()
        }

    @api.model
    def _never_matched_again(self, rows):
        """Return refunds matched with payments that stand, and pay invoices besides.

        Recorded anew they are matched again only where these matches may be undone.
        """
        own = rows.payment_id.move_id
        found, locked = own.browse(), self.env["kash.stripe.booking"]._are_locked
        for partial in own.line_ids.matched_credit_ids:
            line, refund = partial.credit_move_id, partial.debit_move_id.move_id
            others = line.matched_debit_ids.filtered(
                lambda match: match.debit_move_id.move_id not in own
            )
            if (
                line.move_id.origin_payment_id
                and line.move_id not in own
                and locked(others, line.move_id.journal_id, refund.date)
            ):
                found |= refund
        return found

    @api.model
    def _failed_since(self, rows):
        """Return the refunds of ``rows`` whose money came back by what stands."""
        refunds = rows.filtered("payment_id").transaction_id.filtered(
            lambda tx: tx.operation == "refund" and tx.state == "error"
        )
        back = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "in", rows.account_id.ids),
                ("source_id", "in", refunds.mapped("kash_stripe_refund_id")),
                ("state", "=", "booked"),
                ("id", "not in", rows.ids),
            ]
        )
        failed = back.filtered(lambda row: row._undoes() and not row.payment_id)
        refunds = failed.failed_refund_id
        return rows.filtered(lambda row: row.transaction_id in refunds)._entries()
