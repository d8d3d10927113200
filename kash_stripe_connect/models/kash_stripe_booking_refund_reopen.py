# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models

from ..core import booking


class KashStripeBooking(models.AbstractModel):
    """Refunds without a credit note that open their invoices again, by setting."""

    _inherit = "kash.stripe.booking"

    @api.model
    def _record(self, account, company, rows):
        """Open what was refunded without a credit note, once it is recorded."""
        result = super()._record(account, company, rows)
        if company.sudo().kash_stripe_refund_without_note == "reopen":
            self._reopen_invoices(
                rows.filtered(
                    lambda row: (
                        row.type in booking.REFUND_TYPES
                        and not row.transaction_id.kash_stripe_note_ids
                        and not row.payment_id.is_reconciled
                    )
                )
            )
        return result

    @api.model
    def _reopen_invoices(self, rows):
        """Match refunds with the payments they give back, and off the invoices.

        The rest of a payment is matched with its oldest invoices again. Where a date
        is locked nothing is unmatched: the refund stands open, and is asked about.
        """
        refunds = defaultdict(rows.payment_id.browse)
        for row in rows:
            refunds[row.transaction_id.source_transaction_id] |= row.payment_id
        partials = {tx: self._invoice_partials(tx) for tx in refunds}
        free = {
            tx: found
            for tx, found in partials.items()
            if found and not self._are_locked(found, tx.payment_id.journal_id)
        }
        if not free:
            return
        matched = self.env["account.partial.reconcile"].concat(*free.values())
        debts = {tx: found.debit_move_id for tx, found in free.items()}
        self._unmatch(matched)
        lines = self.env["account.move.line"]
        lines._reconcile_plan(
            [
                self._receivable_line(tx.payment_id)
                | lines.concat(*map(self._receivable_line, refunds[tx]))
                for tx in free
            ]
        )
        self._match_again(debts)
        opened = lines.concat(*debts.values()).move_id.filtered("amount_residual")
        opened._kash_stripe_pause_collecting()

    @api.model
    def _invoice_partials(self, tx):
        """Return the matches of a payment with invoices it paid."""
        line = self._receivable_line(tx.payment_id)
        return line.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id.move_type == "out_invoice"
        )

    @api.model
    def _reopened_by(self, refunds):
        """Return the payments (transactions) that refunds were matched with."""
        return refunds.source_transaction_id.filtered(
            lambda tx: (
                self._receivable_line(
                    tx.payment_id
                ).matched_debit_ids.debit_move_id.move_id
                & refunds.payment_id.move_id
            )
        )

    @api.model
    def _match_again(self, debts):
        """Match what payments have left with what invoices still owe.

        :param debts: {transaction: lines of its invoices}
        """
        plan = []
        for tx, lines in debts.items():
            paid = self._receivable_line(tx.payment_id)
            owed = lines.filtered(
                lambda line, paid=paid: (
                    not line.reconciled and line.account_id == paid.account_id
                )
            )
            if owed and not paid.reconciled:
                plan.append(paid | owed)
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)
