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
        recorded = row.transaction_id.source_transaction_id.payment_id
        return row if recorded else row.browse()

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
    def _credit_note_lines(self, row):
        """Return the open lines of the invoice's credit note for exactly this refund.

        None: the invoice stays paid and a person is asked for the credit note, for
        without it the sales tax is not corrected.
        """
        refund = row.transaction_id
        invoices = refund._kash_stripe_payment_tx().kash_stripe_allocation_ids.move_id
        notes = invoices.reversal_move_ids.filtered(
            lambda note: (
                note.state == "posted"
                and note.move_type == "out_refund"
                and not note.currency_id.compare_amounts(
                    note.amount_residual, abs(refund.amount)
                )
            )
        )
        return notes[:1].line_ids.filtered(
            lambda line: line.display_type == "payment_term" and not line.reconciled
        )

    @api.model
    def _match_late(self, notes):
        """Match credit notes posted after their refund was recorded.

        Before, every date it would touch is looked at: where one is locked nothing is
        matched, and the amounts stand open.
        """
        plan = []
        for note in notes:
            for payment in self._waiting_refunds(note):
                lines = (note.line_ids | payment.move_id.line_ids).filtered(
                    lambda line, p=payment: (
                        line.account_id == p.destination_account_id
                        and not line.reconciled
                    )
                )
                plan.append(lines)
                break
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    @api.model
    def _waiting_refunds(self, note):
        """Return the recorded refunds of the note's invoice, of just its amount."""
        attempts = note.reversed_entry_id.sudo().transaction_ids
        payments = attempts.child_transaction_ids.filtered(
            lambda tx: (
                tx.operation == "refund"
                and tx.kash_stripe_refund_id
                and tx.state != "error"
            )
        ).payment_id
        return payments.filtered(
            lambda payment: (
                not payment.is_reconciled
                and not note.currency_id.compare_amounts(
                    payment.amount, note.amount_residual
                )
                and not self._is_locked(note, payment)
            )
        )

    @api.model
    def _is_locked(self, note, payment):
        """Tell whether matching these would touch a locked day."""
        company = note.company_id
        return any(
            company._kash_stripe_locks(day, payment.journal_id)
            for day in {note.date, payment.date}
        )

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
        elif refund.payment_id.company_id not in {account.company_id, refund.browse()}:
            row._wait(self.env._("It is of a branch's invoice: by hand."))
        elif refund.payment_id:
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
