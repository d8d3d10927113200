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

        A payment that is itself a customer's credit is given back first; else the
        invoice's credit note for exactly this amount. Without one the invoice stays
        paid, for the sales tax is not corrected.

        :param taken: lines that others of the same batch are matched with
        """
        refund = row.transaction_id
        paid = refund.source_transaction_id.payment_id
        credit = paid.move_id.line_ids.filtered(
            lambda line: (
                line.account_id == paid.destination_account_id
                and not line.reconciled
                and refund.currency_id.compare_amounts(
                    -line.amount_residual, abs(refund.amount)
                )
                >= 0
            )
        )
        notes = self._credit_notes(refund, payment).line_ids.filtered(
            lambda line: line.display_type == "payment_term" and not line.reconciled
        )
        free = (credit | notes) - taken
        return free.filtered(lambda line: line.move_id == free[:1].move_id)

    @api.model
    def _credit_notes(self, refund, payment):
        """Return the posted, open credit notes of just the refund's amount."""
        invoices = refund._kash_stripe_payment_tx().kash_stripe_allocation_ids.move_id
        return invoices.reversal_move_ids.filtered(
            lambda note: (
                note.state == "posted"
                and note.move_type == "out_refund"
                and not note.currency_id.compare_amounts(
                    note.amount_residual, abs(refund.amount)
                )
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
        """Match credit notes just posted with the refunds that waited for them."""
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

    # === A REFUND THAT FAILED === #

    @api.model
    def _failed_refund(self, row):
        """Return the refund (transaction) whose money a row brings back, if any."""
        return self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", row.account_id.id),
                ("kash_stripe_refund_id", "=", row.source_id),
            ],
            limit=1,
        )

    @api.model
    def _failed_refund_if_ready(self, account, row):
        """Return the row when the refund it undoes is recorded; else it waits."""
        refund = self._failed_refund(row)
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
        """Take the matches of failed refunds back: their credit notes are open again.

        Where a date is locked nothing is unmatched; the amounts stand open instead.
        """
        for row in rows:
            refund = self._failed_refund(row)
            payment = refund.payment_id
            line = payment.move_id.line_ids.filtered(
                lambda line, p=payment: line.account_id == p.destination_account_id
            )
            notes = line.matched_credit_ids.credit_move_id.move_id
            if not any(self._is_locked(note, payment) for note in notes):
                line.remove_move_reconcile()
                (line | row.entry_line_id).reconcile()
            self._ask_about_failed_refund(account, refund)

    @api.model
    def _ask_about_failed_refund(self, account, refund):
        """Ask a person what to do: the customer still waits for the money."""
        paid = refund._kash_stripe_payment_tx()
        user = account.company_id.sudo().kash_stripe_responsible_id or self.env.user
        for invoice in paid.kash_stripe_allocation_ids.move_id:
            invoice.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._(
                    "The refund of %(amount)s failed at Stripe: give it back another"
                    " way.",
                    amount=refund.currency_id.format(abs(refund.amount)),
                ),
                note=refund.state_message,
                user_id=user.id,
            )
