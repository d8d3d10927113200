# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ...core import double_entry


class KashStripeBookingUndoing(models.AbstractModel):
    """Family of the rules of rows in a day's entry that undo what is ours.

    They stand in the entry of their day among other rows; what follows for payments,
    invoices and credit notes is their rule's.
    """

    _name = "kash.stripe.booking.undoing"
    _inherit = "kash.stripe.booking"
    _description = "Stripe Booking: Rows That Undo"

    @api.model
    def _is_mine(self, row, before):
        """Tell whether this rule knows what the row undoes.

        :param before: the earlier rows it undoes, some of an attempt of ours
        """
        raise NotImplementedError

    @api.model
    def _is_ready(self, row, before, ready):
        """Tell whether a row can be recorded now; else it says why not.

        :param ready: the ids of what is recorded before it in this batch
        """
        raise NotImplementedError

    @api.model
    def _attempt_undone(self, row, before):
        """Return the payment or refund (transaction) that the row undoes."""
        raise NotImplementedError

    @api.model
    def _undo_matches(self, rows):
        """Undo the matches of what booked rows, off receivable, took back."""
        raise NotImplementedError

    # === SEVERAL ACCOUNTS === #

    @api.model
    def _prepare_moved_vals(self, tx, own):
        """Return vals that share a row's line out to the accounts it is owed on.

        A row has one line. Of a payment, or a refund, of invoices that are owed on
        several accounts it is brought there, if it takes all of it back.

        :param own: the vals of that line
        """
        payment, vals = tx.payment_id, []
        whole = Decimal(str(own["amount_currency"]))
        if self._asked_value(tx) != abs(whole):
            return []
        sign, worth = (1 if whole > 0 else -1), Decimal(str(own["balance"]))
        for line, amount in self._amounts_of(tx).items():
            if line.account_id != payment.destination_account_id:
                part = sign * Decimal(str(amount))
                moved, _rest = self._debt_vals(
                    payment.company_id, tx, [part, whole - part], worth
                )
                vals += [
                    {
                        **own,
                        "kash_stripe_row_id": False,
                        "account_id": ledger.id,
                        "amount_currency": way * moved["amount_currency"],
                        "balance": way * moved["balance"],
                    }
                    for ledger, way in (
                        (payment.destination_account_id, -1),
                        (line.account_id, 1),
                    )
                ]
        return vals

    @api.model
    def _amounts_of(self, tx):
        """Return {line of a payment or refund: its amount}, without discounts."""
        charged = tx.kash_stripe_allocation_ids._charged()
        return {
            part.paid_line_id: amount
            for part, amount in charged.items()
            if amount and part.paid_line_id
        } or {
            line: line.amount_currency for line in self._receivable_lines(tx.payment_id)
        }

    @api.model
    def _row_items(self, row, payment):
        """Return a row's line, and those that bring it onto other accounts."""
        accounts = self._receivable_lines(payment).account_id
        own = row.entry_line_id
        return own | row.entry_id.line_ids.filtered(
            lambda line: (
                line.account_id in accounts
                and not line.kash_stripe_row_id
                and line.name == own.name
            )
        )

    @api.model
    def _payment_rows(self, before):
        """Return the rows by which the customer's money had come, of an attempt."""
        return before.filtered(
            lambda row: row.transaction_id and row.type in double_entry.CHARGE_TYPES
        )


class KashStripeBookingReturn(models.AbstractModel):
    """Payments of ours that come back after they arrived: invoices are due again."""

    _name = "kash.stripe.booking.return"
    _inherit = "kash.stripe.booking.undoing"
    _description = "Stripe Booking: Returned Payments"

    _booking_order = 50

    @api.model
    def _is_mine(self, row, before):
        """Override: what undoes a payment."""
        return bool(self._payment_rows(before))

    @api.model
    def _attempt_undone(self, row, before):
        """Override: the payment."""
        return self._payment_rows(before).transaction_id

    @api.model
    def _is_ready(self, row, before, ready):
        """Override: the payment is recorded, and a bank debit was collected."""
        paid = self._payment_rows(before)
        held = paid.filtered(lambda other: other.state == "held")
        missing = paid.filtered(
            lambda other: other.state != "booked" and other.id not in ready
        )
        # A debit that was collected leaves *in process* before it can come back.
        tx = paid.transaction_id
        waits = bool(missing) or (tx.state == "done" and not tx.payment_id)
        if held:
            row._hold(held[:1].reason)
        elif self._was_removed(tx):
            row._stop(self._removed_sentence(tx))
        elif waits:
            row.reason = self.env._("The payment it takes back is not recorded yet.")
        elif reason := self._refund_waits(tx):
            row.reason, waits = reason, True
        return not held and not waits

    @api.model
    def _undo_matches(self, rows):
        """Override: give the invoices back that the payments had paid.

        Where a date is locked nothing is unmatched; the amounts stand open instead.
        """
        attempts = rows._paid_back_tx()
        by_charge = attempts.grouped("kash_stripe_charge_id")
        taken = {}
        for row in rows:
            payment = by_charge[row.document_ref].payment_id
            items = self._row_items(row, payment)
            taken[payment] = taken.get(payment, items) | items
        self._give_back(taken)
        attempts.kash_stripe_returned = True
