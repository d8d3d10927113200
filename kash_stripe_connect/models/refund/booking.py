# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models

from ...core import double_entry


class KashStripeBookingRefund(models.AbstractModel):
    """Refunds of invoices' payments: outbound, matched with their credit note.

    They come after the payments of the same batch: those are what they give back.
    """

    _name = "kash.stripe.booking.refund"
    _inherit = "kash.stripe.booking.payment"
    _description = "Stripe Booking: Refunds"

    _booking_order = 20
    _booking_types = double_entry.REFUND_TYPES
    _booking_sign = -1

    # === READY === #

    @api.model
    def _is_ready(self, row):
        """Override: once what it gives back is recorded; else it waits with it."""
        source = row.transaction_id.source_transaction_id
        held = source.kash_stripe_row_ids.filtered(lambda r: r.state == "held")
        if held:
            row._hold(held[:1].reason)
        elif self._was_removed(source):
            row._stop(self._removed_sentence(source))
        elif not source.payment_id:
            row.reason = self.env._("The payment it gives back is not recorded yet.")
        return not held and bool(source.payment_id)

    # === RECORD === #

    @api.model
    def _after_record(self, company, rows):
        """Override: what has no credit note opens its invoices again, by setting."""
        if company.sudo().kash_stripe_refund_without_note == "reopen":
            self._reopen_invoices(
                rows.filtered(
                    lambda row: (
                        not row.transaction_id.kash_stripe_note_ids
                        and not row.payment_id.is_reconciled
                    )
                )
            )

    @api.model
    def _prepare_payment_vals(self, account, company, line, row):
        """Override: outbound, off the account it was paid onto."""
        paid = row.transaction_id.source_transaction_id.payment_id
        return {
            **self._prepare_any_payment_vals(account, company, line, row),
            "payment_type": "outbound",
            "destination_account_id": paid.destination_account_id.id,
        }

    # === CREDIT NOTES === #

    @api.model
    def _targets(self, row, payment, taken):
        """Override: the open lines a refund is matched with; none: a person is asked.

        The credit notes made for it come first; then a payment that is itself a
        customer's credit; then an invoice's credit note for exactly this amount.
        Without one the invoice stays paid, for the sales tax is not corrected.

        :param taken: lines that others of the same batch are matched with
        """
        refund = row.transaction_id
        own = self._own_notes(refund, payment)
        if own:
            return self._note_lines(own) - taken
        paid = refund.source_transaction_id.payment_id
        credit = self._receivable_line(paid).filtered(
            lambda line: (
                not line.reconciled
                and refund.currency_id.compare_amounts(
                    -line.amount_residual, abs(refund.amount)
                )
                >= 0
            )
        )
        free = (credit | self._note_lines(self._credit_notes(refund, payment))) - taken
        return free.filtered(lambda line: line.move_id == free[:1].move_id)

    @api.model
    def _note_lines(self, notes):
        return notes.line_ids.filtered(
            lambda line: line.display_type == "payment_term" and not line.reconciled
        )

    @api.model
    def _own_notes(self, refund, payment):
        """Return the open credit notes that were made for a refund."""
        return refund.kash_stripe_note_ids.filtered(
            lambda note: (
                note.state == "posted"
                and note.amount_residual
                and not self._is_locked(note, payment)
            )
        )

    @api.model
    def _credit_notes(self, refund, payment):
        """Return the posted, open credit notes of just the refund's amount.

        Those made for another refund are left to it, unless that one failed.
        """
        invoices = refund._kash_stripe_payment_tx().kash_stripe_allocation_ids.move_id
        return invoices.reversal_move_ids.filtered(
            lambda note: (
                note._kash_stripe_is_open_note(abs(refund.amount))
                and not self._is_locked(note, payment)
            )
        ).sorted("id")

    # === WHAT WAITED === #

    @api.model
    def _catch_up(self, account):
        """Override: match refunds in the books with credit notes made since."""
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("payment_id.payment_type", "=", "outbound"),
                ("payment_id.is_reconciled", "=", False),
                ("transaction_id.state", "!=", "error"),
            ]
        )
        if rows:
            self._match(rows, rows.payment_id)

    @api.model
    def _match_late(self, notes):
        """Match credit notes just posted with the refunds that waited for them.

        Not those that are made with a refund: they are its own.
        """
        if self.env.context.get("kash_stripe_note_of_refund"):
            return
        attempts = notes.reversed_entry_id.transaction_ids.filtered(
            "kash_stripe_account_id"
        )
        rows = attempts.child_transaction_ids.kash_stripe_row_ids.filtered(
            lambda row: (
                row.payment_id.payment_type == "outbound"
                and not row.payment_id.is_reconciled
                and row.transaction_id.state != "error"
            )
        )
        if rows:
            self._match(rows, rows.payment_id)

    # === OPEN INVOICES AGAIN === #

    @api.model
    def _reopen_invoices(self, rows):
        """Match refunds with the payments they give back, in one batch a day.

        The rest of a payment is matched with its oldest invoices again. Where a date
        is locked nothing is unmatched: the refund stands open, and is asked about.
        """
        for day, group in sorted(rows.grouped("entry_day").items()):
            self._reopen_on(day, group)

    @api.model
    def _reopen_on(self, day, rows):
        """Do so for the refunds of one day."""
        refunds = defaultdict(rows.payment_id.browse)
        for row in rows:
            refunds[row.transaction_id.source_transaction_id] |= row.payment_id
        partials = {tx: self._invoice_partials(tx) for tx in refunds}
        free = {
            tx: found
            for tx, found in partials.items()
            if found and not self._are_locked(found, tx.payment_id.journal_id, day)
        }
        if not free:
            return
        matched = self.env["account.partial.reconcile"].concat(*free.values())
        debts = {tx: found.debit_move_id for tx, found in free.items()}
        self._unmatch(matched, day)
        lines = self.env["account.move.line"]
        lines._reconcile_plan(
            [
                self._receivable_line(tx.payment_id)
                | lines.concat(*map(self._receivable_line, refunds[tx]))
                for tx in free
            ]
        )
        self._match_again(debts, day)
        opened = lines.concat(*debts.values()).move_id.filtered("amount_residual")
        opened._kash_stripe_pause_collecting()

    @api.model
    def _invoice_partials(self, tx):
        """Return the matches of a payment with invoices it paid."""
        line = self._receivable_line(tx.payment_id)
        return line.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id.move_type == "out_invoice"
        )
