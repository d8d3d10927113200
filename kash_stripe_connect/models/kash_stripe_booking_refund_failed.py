# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeBooking(models.AbstractModel):
    """Refunds that failed: the customer got nothing, their matches are undone."""

    _inherit = "kash.stripe.booking"

    @api.model
    def _failed_refund(self, row):
        """Return the refund (transaction) whose money a row brings back, if any."""
        return row.failed_refund_id

    @api.model
    def _failed_refund_if_ready(self, account, row):
        """Return the row when the refund it undoes is recorded; else it waits."""
        refund = row.failed_refund_id
        held = refund.kash_stripe_row_ids.filtered(lambda r: r.state == "held")
        if not refund:
            row._wait(self.env._("It takes a payment of an invoice back: by hand."))
        elif held:
            row._hold(held[:1].reason)
        elif not refund.payment_id:
            row.reason = self.env._("The refund it takes back is not recorded yet.")
        elif refund.payment_id.company_id != account.company_id:
            row._wait(self.env._("It is of a branch's invoice: by hand."))
        else:
            return row
        return row.browse()

    @api.model
    def _undo_refunds(self, account, rows):
        """Take the matches of failed refunds back, in one batch.

        A credit note is open again; an invoice that was opened is paid again by its
        own payment. Where a date is locked nothing is unmatched: the amounts stand
        open instead.
        """
        undone = rows.filtered(
            lambda row: not self._is_undo_locked(row.failed_refund_id)
        )
        payments = undone.failed_refund_id.payment_id
        lines = {payment: self._receivable_line(payment) for payment in payments}
        again = self._reopened_by(undone.failed_refund_id)
        partials = undone.env["account.partial.reconcile"].concat(
            *(line.matched_credit_ids for line in lines.values())
        )
        self._unmatch(partials)
        plan = [
            lines[row.failed_refund_id.payment_id] | row.entry_line_id for row in undone
        ]
        if plan:
            rows.env["account.move.line"]._reconcile_plan(plan)
        self._match_again({tx: self._open_lines(tx) for tx in again})
        self._ask_about_failed_refunds(rows.failed_refund_id)

    @api.model
    def _is_undo_locked(self, refund):
        """Tell whether undoing a refund's matches would touch a locked day.

        Those taken back, and those of the payment with the invoices it pays again.
        """
        line = self._receivable_line(refund.payment_id)
        if self._are_locked(line.matched_credit_ids, refund.payment_id.journal_id):
            return True
        again = self._reopened_by(refund)
        return any(
            self._is_locked(invoice, tx.payment_id)
            for tx in again
            for invoice in self._open_invoices(tx)
        )

    @api.model
    def _are_locked(self, partials, journal):
        """Tell whether a match, or a tax entry it made, is of a locked day."""
        followers = self._partial_followers(partials)
        days = {(partial.company_id, partial.max_date) for partial in partials} | {
            (move.company_id, move.date) for move in followers
        }
        return any(company._kash_stripe_locks(day, journal) for company, day in days)

    @api.model
    def _partial_followers(self, partials):
        """Return the cash-basis and exchange entries of matches, still standing."""
        if not partials.company_id.filtered("tax_exigibility"):
            return partials.exchange_move_id
        found = self.env["account.move"].search(
            [("tax_cash_basis_rec_id", "in", partials.ids), ("state", "=", "posted")]
        )
        return found | partials.exchange_move_id

    @api.model
    def _unmatch(self, partials):
        """Take matches back; the tax entries they made are reversed on their own day.

        :raises UserError: Odoo would date a reversal otherwise
        """
        followers = self._partial_followers(partials)
        partials.unlink()
        if followers:
            reversal = self.env["kash.stripe.reversal"]
            reversal._date_followers(followers)
            reversal._check_dates(followers)

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
                for invoice in paid.kash_stripe_allocation_ids.move_id
            ]
        self.env["account.move"]._kash_stripe_ask(asks)
