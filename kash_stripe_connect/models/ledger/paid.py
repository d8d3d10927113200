# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ...core import double_entry


class KashStripeBookingPaid(models.AbstractModel):
    """What there is of a payment to take back: nobody owes more than he had paid."""

    _name = "kash.stripe.booking.paid"
    _inherit = "kash.stripe.booking.worth"
    _description = "Stripe Booking: What Was Paid"

    # === RECORDED OR NOT === #

    @api.model
    def _was_removed(self, tx):
        """Tell whether a payment or refund was recorded once, and a person deleted it.

        It comes back only if a person records it again.
        """
        if not tx or tx.payment_id:
            return False
        booked = tx.kash_stripe_row_ids.filtered(lambda row: row.state == "booked")
        if booked.filtered(lambda row: not row.in_process):
            return True
        collected = [
            ("transaction_id", "=", tx.id),
            ("kind", "=", "debit_succeeded"),
            ("state", "=", "booked"),
        ]
        return bool(self.env["kash.stripe.movement"].search_count(collected, limit=1))

    @api.model
    def _refund_waits(self, tx):
        """Return which refund of a payment has to be in the books first, else None.

        Recorded after all of it was taken back, it would make a debt that nobody has.
        One that failed gives nothing.
        """
        refunds = tx.child_transaction_ids.filtered(lambda made: made.state != "error")
        open_rows = refunds.kash_stripe_row_ids.filtered(
            lambda row: (
                row.type in double_entry.REFUND_TYPES
                and row.state not in {"booked", "reversed"}
            )
        )
        if not open_rows:
            return None
        waits = self.env._(
            "A refund of the payment it takes back is not recorded yet: %(row)s.",
            row=open_rows[:1].txn_id,
        )
        return " ".join(filter(None, [waits, open_rows[:1].reason]))

    @api.model
    def _not_given_back(self, tx):
        """Return what of a payment no refund gave back, or may be giving back."""
        refunds = tx.child_transaction_ids.filtered(
            lambda made: (
                made.operation == "refund"
                and made.state in {"draft", "pending", "done"}
            )
        )
        return tx.currency_id.round(tx.amount + sum(refunds.mapped("amount")))

    @api.model
    def _is_awaited(self, tx):
        """Tell whether a payment will be recorded by itself."""
        return tx.state == "done" and not tx.payment_id and not self._was_removed(tx)

    @api.model
    def _removed_sentence(self, tx):
        """Return what a person has to do before it can be taken back."""
        return self.env._(
            "What it takes back, %(payment)s, was removed from the books: record that"
            " again, then try this again.",
            payment=tx.reference,
        )

    # === HOW MUCH === #

    @api.model
    def _still_paid(self, account, payments):
        """Return {payment: what of it was neither given nor taken back}.

        In the currency of what was paid (Decimal): another's rate moves.
        """
        backs = self._given_back_lines(account, payments)
        return {
            payment: self._asked_value(payment.payment_transaction_id)
            - self._rounded(
                payment.payment_transaction_id.currency_id,
                sum(backs[payment].mapped("amount_currency")),
            )
            for payment in payments
        }

    @api.model
    def _given_back_lines(self, account, payments):
        """Return {payment: posted receivable lines of what gave or took it back}."""
        attempts = payments.payment_transaction_id
        charges = [
            charge for charge in attempts.mapped("kash_stripe_charge_id") if charge
        ]
        mine = [("account_id", "=", account.id)]
        rows = self.env["kash.stripe.balance.transaction"].search(
            [*mine, ("document_ref", "in", charges)]
        )
        movements = self.env["kash.stripe.movement"].search(
            [*mine, ("transaction_id", "in", attempts.ids)]
        )
        found = {}
        for payment in payments:
            tx = payment.payment_transaction_id
            back = rows.filtered(
                lambda row, tx=tx: row.document_ref == tx.kash_stripe_charge_id
            )
            moves = (
                back.payment_id.move_id
                | movements.filtered(
                    lambda moved, tx=tx: moved.transaction_id == tx
                ).entry_id
            )
            accounts = self._receivable_lines(payment).account_id
            accounts |= payment.destination_account_id
            found[payment] = (
                (moves - payment.move_id).line_ids | back.entry_line_id
            ).filtered(
                lambda line, accounts=accounts, tx=tx: (
                    line.parent_state == "posted"
                    and line.account_id in accounts
                    and line.currency_id == tx.currency_id
                )
            )
        return found

    @api.model
    def _beyond(self, account, company, roles, undone):
        """Return {row: by how much it takes back more than was paid}.

        In the currency of what was paid (Decimal).

        :param roles: {row: role}, the oldest row first
        :param undone: {row: the earlier ones it takes back}
        """
        attempts = {
            row: self._attempt_undone(row, undone[row])._kash_stripe_payment_tx()
            for row, role in roles.items()
            if role == "receivable"
        }
        payments = self.env["account.payment"].union(
            *(tx.payment_id for tx in attempts.values())
        )
        room, beyond = self._still_paid(account, payments), {}
        for row, tx in attempts.items():
            left = room.get(tx.payment_id, Decimal(0))
            own = self._attempt_undone(row, undone[row])
            back = -self._own_amount(row, own, row.amount)
            owed = min(back, max(left, Decimal(0)))
            room[tx.payment_id] = left - owed
            if back > owed:
                beyond[row] = back - owed
        return beyond | self._beyond_in_process(roles, undone)

    @api.model
    def _beyond_in_process(self, roles, undone):
        """Return {row: by how much more went than a pending debit had brought}."""
        failures = {
            row: undone[row]
            for row, role in roles.items()
            if role == "in_process" and undone[row]
        }
        room, beyond = self._still_in_process(failures), {}
        for row in failures:
            left = max(room[row.document_ref], Decimal(0))
            tx = self._attempt_undone(row, undone[row])
            back = -self._own_amount(row, tx, row.amount)
            room[row.document_ref] = left - min(back, left)
            if back > left:
                beyond[row] = back - left
        return beyond

    @api.model
    def _still_in_process(self, failures):
        """Return {charge: what stands in process of it, or is about to}.

        In the currency of what was paid (Decimal).

        :param failures: {row: the debit it takes back}
        """
        charges = {row.document_ref: debit for row, debit in failures.items()}
        taken = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "in", [row.account_id.id for row in failures]),
                ("document_ref", "in", list(charges)),
                ("amount", "<", 0),
                ("entry_line_id.parent_state", "=", "posted"),
            ]
        )
        losses = taken.account_id.loss_account_id
        return {
            charge: sum(
                self._own_amount(debit, debit.transaction_id, debit.amount)
                for debit in debits
            )
            - sum(
                self._rounded(line.currency_id, line.amount_currency)
                for line in taken.entry_line_id
                if line.account_id not in losses
                and line.kash_stripe_row_id.document_ref == charge
            )
            for charge, debits in charges.items()
        }
