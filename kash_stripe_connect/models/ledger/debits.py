# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ...const import LEAN
from .entry import BookingError


class KashStripeBookingDebit(models.AbstractModel):
    """Bank debits: in process while pending, receivable once the money is there."""

    _name = "kash.stripe.booking.debit"
    _inherit = "kash.stripe.booking.movement"
    _description = "Stripe Booking: Collected Bank Debits"

    _booking_order = 60
    _booking_kinds = ("debit_succeeded",)

    @api.model
    def _catch_up(self, account):
        """Override: remember debits that succeeded after their row was in the books."""
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("in_process", "=", True),
                ("transaction_id.state", "=", "done"),
                ("transaction_id.payment_id", "=", False),
            ]
        )
        if not rows:
            return
        self.env["kash.stripe.movement"]._apply_movements(
            account, [self._prepare_collected_vals(row) for row in rows]
        )

    @api.model
    def _prepare_collected_vals(self, row):
        tx = row.transaction_id
        refs = (
            tx.kash_stripe_charge_id,
            tx.kash_stripe_intent_id,
            tx.kash_stripe_session_id,
        )
        types = (
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.async_payment_succeeded",
        )
        return {
            "kind": "debit_succeeded",
            "object_ref": row.source_id,
            "amount": row.amount,
            "currency_code": row.currency_code,
            "row_id": row.id,
            "transaction_id": tx.id,
            "told_by": (refs, types),
        }

    @api.model
    def _record(self, account, company, movements):
        """Override: payments out of *in process*, matched as the attempts froze them.

        :raises BookingError: a payment would carry another date or account than asked
        """
        paying = self.env["kash.stripe.booking.payment"]
        lean = movements.with_context(**LEAN, kash_stripe_writer=True).with_company(
            company
        )
        line = account._method_line()
        shares = paying._shares(account, lean.row_id)
        in_process = account._ledger_account("in_process")
        payments = lean.env["account.payment"].create(
            [
                self._prepare_collected_payment(
                    company,
                    movement,
                    paying._prepare_payment_vals(
                        account, company, line, movement.row_id
                    ),
                    shares[movement.row_id],
                    in_process,
                )
                for movement in lean
            ]
        )
        # Odoo computes it from the method line: written before the entry is made.
        payments.outstanding_account_id = in_process
        payments.action_post()
        payments.move_id.kash_stripe_account_id = account
        paying._keep_paid_lines(lean.row_id, payments, shares)
        paying._match(lean.row_id, payments)
        for movement, payment in zip(lean, payments, strict=True):
            movement.transaction_id.payment_id = payment
            movement.entry_id = payment.move_id
        lean.write({"state": "booked", "reason": False})
        self._check_movements_posted(account, lean)
        self._match_in_process(lean)

    @api.model
    def _prepare_collected_payment(self, company, movement, vals, shares, in_process):
        """Return the payment of a movement, on its day."""
        paying = self.env["kash.stripe.booking.payment"]
        vals = paying._on_its_account(movement.row_id, company, vals, shares)
        vals = {**vals, "date": movement.entry_day}
        if not self._is_own(movement.transaction_id, company):
            money_vals = self._prepare_arrived_vals(company, movement, in_process)
            return paying._prepare_lines_vals(
                company, movement.row_id, vals, shares, money_vals
            )
        # With what is written off Odoo would make the entry at once, on clearing.
        if len(shares) < 2 and "write_off_line_vals" not in vals:
            return vals
        return paying._prepare_several_vals(
            movement.row_id, company, vals, shares, in_process
        )

    @api.model
    def _prepare_arrived_vals(self, company, movement, in_process):
        """Return the line a debit of an invoice in another currency leaves by.

        It is worth what its row put in process, whatever the rate by now: the invoice
        alone makes a difference.
        """
        row, tx = movement.row_id, movement.transaction_id
        waiting = row.entry_line_id
        worth = self._attempt_worth(row, company, tx)
        if waiting:
            worth = -Decimal(str(waiting.balance))
        [owed] = self._debt_vals(company, tx, [self._asked_value(tx)], worth)
        return {"account_id": in_process.id, **owed}

    @api.model
    def _match_in_process(self, movements):
        """Match each payment with what its pending row put there."""
        plan = []
        for movement in movements:
            waiting = movement.row_id.entry_line_id
            arrived = movement.entry_id.line_ids.filtered(
                lambda line, w=waiting: line.account_id == w.account_id
            )
            if not arrived:
                raise BookingError(
                    self.env._("The payment would not leave Payments in Process.")
                )
            if waiting.parent_state == "posted" and not waiting.reconciled:
                plan.append(waiting | arrived)
        if plan:
            movements.env["account.move.line"]._reconcile_plan(plan)
