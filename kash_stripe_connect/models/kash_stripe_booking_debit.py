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
        taken = {}
        for row in rows:
            payment = by_charge[row.document_ref].payment_id
            taken[payment] = taken.get(payment, row.entry_line_id) | row.entry_line_id
        self._give_back(taken)
        attempts.kash_stripe_returned = True

    @api.model
    def _give_back(self, taken):
        """Match payments with what takes them back, in one batch: invoices are due.

        Where a date it would touch is locked nothing is unmatched; a person is asked.

        :param taken: {payment: the receivable lines that take (part of) it back}
        """
        partials, plan, rest = [], [], []
        for payment, lines in taken.items():
            own = self._receivable_line(payment)
            back = lines.filtered(
                lambda line, own=own: (
                    line.account_id.reconcile and line.account_id == own.account_id
                )
            )
            if not back:
                continue
            if self._are_locked(own.matched_debit_ids, payment.journal_id):
                self._ask_to_match(back, payment)
                continue
            partials.append(own.matched_debit_ids)
            rest.append((own, own.matched_debit_ids.debit_move_id - back))
            plan.append(own | back)
        if not plan:
            return
        self._unmatch(self.env["account.partial.reconcile"].concat(*partials))
        plan[0]._reconcile_plan(plan)
        # Where only part was taken back, the rest pays what it paid before.
        again = [
            own.filtered(lambda line: not line.reconciled) | debits
            for own, debits in rest
            if debits and not all(own.mapped("reconciled"))
        ]
        if again:
            again[0]._reconcile_plan(again)

    @api.model
    def _ask_to_match(self, lines, payment):
        """Leave the matching of a locked day to a person."""
        user = payment.company_id.sudo().kash_stripe_responsible_id or self.env.user
        lines.move_id.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "%(payment)s was taken back; its invoices are of a locked day: match by"
                " hand.",
                payment=payment.name,
            ),
            user_id=user.id,
        )
