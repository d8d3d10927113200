# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeBookingRefundFailed(models.AbstractModel):
    """Refunds that failed: the customer got nothing, their matches are undone."""

    _name = "kash.stripe.booking.refund.failed"
    _inherit = "kash.stripe.booking.undoing"
    _description = "Stripe Booking: Failed Refunds"

    _booking_order = 40

    @api.model
    def _is_mine(self, row, before):
        """Override: what is of an attempt of ours, and undoes no payment."""
        return not self._payment_rows(before)

    @api.model
    def _attempt_undone(self, row, before):
        """Override: the refund."""
        return row.failed_refund_id

    @api.model
    def _is_ready(self, row, before, ready):
        """Override: once the refund it undoes is recorded; else it waits."""
        account, refund = row.account_id, row.failed_refund_id
        held = refund.kash_stripe_row_ids.filtered(lambda r: r.state == "held")
        if not refund:
            row._wait(self.env._("It takes a payment of an invoice back: by hand."))
        elif held:
            row._hold(held[:1].reason)
        elif self._was_removed(refund):
            row._stop(self._removed_sentence(refund))
        elif not refund.payment_id:
            row.reason = self.env._("The refund it takes back is not recorded yet.")
        elif refund.payment_id.company_id != account.company_id:
            row._wait(self.env._("It is of a branch's invoice: by hand."))
        else:
            return True
        return False

    @api.model
    def _undo_matches(self, rows):
        """Override: the matches of failed refunds, in one batch a day.

        A credit note is open again; an invoice that was opened is paid again by its
        own payment. Where a date is locked nothing is unmatched: the amounts stand
        open instead.
        """
        for day, group in sorted(rows.grouped("entry_day").items()):
            self._undo_on(day, group)
        self._ask_about_failed_refunds(rows.failed_refund_id)

    @api.model
    def _undo_on(self, day, rows):
        """Do so for the refunds that failed on one day."""
        undone = rows.filtered(
            lambda row: not self._is_undo_locked(row.failed_refund_id, day)
        )
        payments = undone.failed_refund_id.payment_id
        lines = {payment: self._receivable_lines(payment) for payment in payments}
        again = self._reopened_by(undone.failed_refund_id)
        partials = undone.env["account.partial.reconcile"].concat(
            *(line.matched_credit_ids for line in lines.values())
        )
        self._unmatch(partials, day)
        plan = [
            group
            for row in undone
            for group in self._with_refund(row, lines[row.failed_refund_id.payment_id])
        ]
        if plan:
            rows.env["account.move.line"]._reconcile_plan(plan)
        debts = [pair for tx in again for pair in self._paid_pairs(tx, tx.payment_id)]
        self._match_again(debts, day)

    @api.model
    def _with_refund(self, row, lines):
        """Return a failed refund's lines with those that undo them, by account."""
        items = self._row_items(row, row.failed_refund_id.payment_id)
        return [
            group | lines.filtered(lambda line, a=account: line.account_id == a)
            for account, group in items.grouped("account_id").items()
        ]

    @api.model
    def _is_undo_locked(self, refund, day):
        """Tell whether undoing a refund's matches on ``day`` would touch a locked one.

        Those taken back, and those of the payment with the invoices it pays again: the
        tax that is due anew is of ``day``, too.
        """
        line = self._receivable_lines(refund.payment_id)
        journal = refund.payment_id.journal_id
        if self._are_locked(line.matched_credit_ids, journal, day):
            return True
        paid = {
            (invoice.company_id, max(invoice.date, tx.payment_id.date))
            for tx in self._reopened_by(refund)
            for invoice in self._open_invoices(tx)
        }
        return any(
            company._kash_stripe_locks(made, journal, cash_basis=False)
            or company._kash_stripe_locks(day, journal)
            for company, made in paid
        )

    @api.model
    def _reopened_by(self, refunds):
        """Return the payments (transactions) that refunds were matched with."""
        return refunds.source_transaction_id.filtered(
            lambda tx: (
                self._receivable_lines(
                    tx.payment_id
                ).matched_debit_ids.debit_move_id.move_id
                & refunds.payment_id.move_id
            )
        )

    @api.model
    def _ask_about_failed_refunds(self, refunds):
        """Ask a person what to do: the customers still wait for their money."""
        asks = []
        for refund in refunds:
            paid = refund._kash_stripe_payment_tx()
            summary = self.env._(
                "The refund of %(amount)s failed at Stripe: give it back another way.",
                amount=refund.currency_id.format(abs(refund.amount)),
            )
            asks += [
                (invoice, summary, refund.state_message)
                for invoice in paid._kash_stripe_invoices()
            ]
        self.env["account.move"]._kash_stripe_ask(asks)
