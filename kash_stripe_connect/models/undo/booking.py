# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ...const import LEAN
from ..ledger.entry import BookingError


class KashStripeBookingAgain(models.AbstractModel):
    """Half of a row again: its payment stands and its fee does not, or the reverse."""

    _name = "kash.stripe.booking.again"
    _inherit = "kash.stripe.booking.row"
    _description = "Stripe Booking: Half A Row Again"

    @api.model
    def _book_part(self, account, rows, part):
        """Post the payments or the fees of rows whose other half stands.

        :param part: ``payment`` or ``fee``
        :raises UserError: a day is locked; nothing was changed
        """
        for company, group in rows.grouped(self._posting_company).items():
            if self._hold_locked(account, company, group) != group:
                raise UserError(group.filtered("reason")[:1].reason)
            lean = group.with_context(**LEAN, kash_stripe_writer=True)
            lean = lean.with_company(company)
            post = self._payments_again if part == "payment" else self._fees_again
            moves = post(account, company, lean)
            if set(moves.mapped("date")) - set(lean.mapped("entry_day")):
                raise BookingError(
                    self.env._("Odoo would post on another day: nothing was changed.")
                )

    @api.model
    def _collected(self, rows):
        """Return the movements by which debits in process became payments."""
        arrived = rows.filtered(
            lambda row: row.in_process and row.transaction_id.state == "done"
        )
        return arrived.movement_ids.filtered(
            lambda moved: moved.kind == "debit_succeeded" and moved.state == "booked"
        )

    @api.model
    def _collect(self, account, rows):
        """Record collected debits, which stand in process, as payments again.

        :raises UserError: a day is locked; nothing was changed
        """
        movements = self._collected(rows)
        rows.transaction_id.payment_id = False
        movements.write({"state": "new", "entry_id": False, "reason": False})
        movements._book_these(account)
        movements._check_all_booked()

    @api.model
    def _payments_again(self, account, company, rows):
        """Post each payment as the rule of its row does."""
        moves = rows.env["account.move"]
        for rule in self.env["kash.stripe.booking.payment"]._rules():
            moves |= self._payments_of(rule, account, company, rule._own_rows(rows))
        return moves

    @api.model
    def _payments_of(self, rule, account, company, rows):
        if not rows:
            return rows.env["account.move"]
        payments = rule._post_payments(account, company, rows)
        rule._match(rows, payments)
        for row, payment in zip(rows, payments, strict=True):
            row.transaction_id.payment_id = payment
            row.payment_id = payment
        return payments.move_id

    @api.model
    def _fees_again(self, account, company, rows):
        fee_moves = self._post_fees(account, company, rows)
        for row in rows:
            # None where a person records the fees: then it waits.
            row.fee_move_id = fee_moves.get((row.entry_day, row.currency_code))
        return rows.fee_move_id
