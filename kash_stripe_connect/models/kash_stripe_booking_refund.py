# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeBooking(models.AbstractModel):
    """Refunds of invoices' payments: outbound, matched with their credit note."""

    _inherit = "kash.stripe.booking"

    @api.model
    def _refund_if_ready(self, row):
        """Return the row when what it refunds is recorded; else it waits with it."""
        paid = row.transaction_id.source_transaction_id.kash_stripe_row_ids
        held = paid.filtered(lambda r: r.state == "held")
        if held:
            row._hold(held[:1].reason)
        elif not row.transaction_id.source_transaction_id.payment_id:
            row.reason = self.env._("The payment it gives back is not recorded yet.")
        else:
            return row
        return row.browse()

    @api.model
    def _prepare_refund_vals(self, account, company, line, row):
        """Return the outbound payment of a refund: off the account it was paid onto."""
        paid = row.transaction_id.source_transaction_id.payment_id
        return {
            **self._prepare_any_payment_vals(account, company, line, row),
            "payment_type": "outbound",
            "destination_account_id": paid.destination_account_id.id,
        }

    @api.model
    def _refund_targets(self, row, payment, taken):
        """Return the open lines a refund is matched with; none: a person is asked.

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
    def _receivable_line(self, payment):
        """Return the line of a payment that invoices and refunds are matched with."""
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        )

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

    @api.model
    def _match_waiting_refunds(self, account):
        """Match refunds in the books with credit notes made or opened since."""
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

    @api.model
    def _is_locked(self, note, payment):
        """Tell whether matching these would touch a locked day: the later of both."""
        day = max(note.date, payment.date)
        return bool(note.company_id._kash_stripe_locks(day, payment.journal_id))
