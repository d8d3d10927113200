# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..const import LEAN
from .kash_stripe_booking import BookingError


class KashStripeBooking(models.AbstractModel):
    """Bank debits: in process while pending, receivable once the money is there."""

    _inherit = "kash.stripe.booking"

    # === COLLECTED === #

    @api.model
    def _apply_collected_debits(self, account):
        """Remember the debits that succeeded after their row was in the books."""
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
    def _record_debit_succeeded(self, account, company, movements):
        """Post the payments: out of *in process*, matched as the attempts froze them.

        :raises BookingError: a payment would carry another date or account than asked
        """
        lean = movements.with_context(**LEAN, kash_stripe_writer=True).with_company(
            company
        )
        line = account._method_line()
        payments = lean.env["account.payment"].create(
            [
                {
                    **self._prepare_payment_vals(account, company, line, m.row_id),
                    "date": m.entry_day,
                }
                for m in lean
            ]
        )
        # Odoo computes it from the method line: written before the entry is made.
        in_process = account._ledger_account("in_process")
        payments.outstanding_account_id = in_process
        payments.action_post()
        payments.move_id.kash_stripe_account_id = account
        self._match(lean.row_id, payments)
        for movement, payment in zip(lean, payments, strict=True):
            movement.transaction_id.payment_id = payment
            movement.entry_id = payment.move_id
        lean.write({"state": "booked", "reason": False})
        self._check_movements_posted(account, lean)
        self._match_in_process(lean)

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

    # === RETURNED === #

    @api.model
    def _return_if_ready(self, row, paid, ready):
        """Return a row that takes a payment of ours back, once that is recorded.

        :param paid: the row(s) of that payment
        :param ready: the ids of what is recorded before it in this batch
        """
        held = paid.filtered(lambda other: other.state == "held")
        missing = paid.filtered(
            lambda other: other.state != "booked" and other.id not in ready
        )
        # A debit that was collected leaves *in process* before it can come back.
        tx = paid.transaction_id
        if held:
            row._hold(held[:1].reason)
        elif missing or (tx.state == "done" and not tx.payment_id):
            row.reason = self.env._("The payment it takes back is not recorded yet.")
        else:
            return row
        return row.browse()

    @api.model
    def _taken_back(self, rows):
        """Give the invoices back that returned payments had paid: they are due again.

        Where a date is locked nothing is unmatched; the amounts stand open instead.

        :param rows: booked rows that took a payment of ours back, off receivable
        """
        attempts = rows._paid_back_tx()
        by_charge = attempts.grouped("kash_stripe_charge_id")
        for row in rows:
            payment = by_charge[row.document_ref].payment_id
            self._give_back(payment, row.entry_line_id)
        attempts.kash_stripe_returned = True

    @api.model
    def _give_back(self, payment, line):
        """Match a payment with ``line``, which takes it back; its invoices are due.

        :param line: the receivable line that takes (part of) the payment back
        :return: whether that was done; False where a date it would touch is locked
        """
        own = self._receivable_line(payment)
        if not line.account_id.reconcile or line.account_id != own.account_id:
            return False
        partials = own.matched_debit_ids
        if self._are_locked(partials, payment.journal_id):
            self._ask_to_match(line, payment)
            return False
        debits = partials.debit_move_id - line
        self._unmatch(partials)
        (own | line).reconcile()
        still = own.filtered(lambda other: not other.reconciled)
        if still and debits:
            # Only part was taken back: the rest pays what it paid before.
            (still | debits).reconcile()
        return True

    @api.model
    def _ask_to_match(self, line, payment):
        """Leave the matching of a locked day to a person."""
        user = payment.company_id.sudo().kash_stripe_responsible_id or self.env.user
        line.move_id.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "%(payment)s was taken back; its invoices are of a locked day: match by"
                " hand.",
                payment=payment.name,
            ),
            user_id=user.id,
        )
