# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ...core import split


class KashStripeDisputeOwed(models.AbstractModel):
    """What a customer owes again after a lost dispute, invoice by invoice."""

    _name = "kash.stripe.dispute.owed"
    _description = "Stripe Dispute: What Is Owed Again"

    @api.model
    def _debts(self, account, company, disputes, standing):
        """Return {dispute: (payment, {allocation: Decimal})}: what is owed again.

        In the currency of what was paid.
        All else is a loss. Never more than was paid: of a payment that was given back
        in part the rest, of one that is disputed twice what the first dispute left. Of
        several invoices each has its share; of one there is no allocation (None).
        """
        payments = disputes.transaction_id.payment_id.filtered(
            lambda payment: payment.move_id.state == "posted"
        )
        room = self._still_paid(account, payments)
        left, debts = self._left_by_part(account, payments), {}
        free = {payment: self._free_of(payment, left[payment]) for payment in payments}
        for dispute in disputes:
            payment = dispute.transaction_id.payment_id
            owed = min(dispute._owed(standing[dispute]), room.get(payment, 0))
            if owed <= 0:
                continue
            shares = self._owed_shares(
                company, dispute, owed, left[payment], free[payment]
            )
            if shares:
                room[payment] -= sum(shares.values())
                debts[dispute] = payment, shares
        return debts

    @api.model
    def _free_of(self, payment, left):
        """Return {allocation: what of a payment pays nothing} (None: it is of one).

        :param left: {allocation: what there is to take back}
        """
        if len(left) > 1:
            return self._free_credit(left)
        credits = self._open_credits(self._receivable_lines(payment))
        return {None: max(sum(credits.values(), Decimal(0)), Decimal(0))}

    @api.model
    def _owed_shares(self, company, dispute, owed, left, free):
        """Return {allocation: what of a dispute is owed again}; what is not is a loss.

        A payment that stands as the customer's credit is credit no more; that comes
        first, whatever becomes of the rest.

        :param left: {allocation: what there is to take back}, kept up to date
        :param free: of :meth:`_free_of`, kept up to date
        """
        whole = self._reopens(company, dispute)
        if len(left) < 2:
            credit = min(owed, free[None])
            free[None] -= credit
            share = owed if whole else credit
            return {None: share} if share else {}
        shares = self._take_newest(free, owed)
        self._take_off(left, shares)
        if whole:
            rest = self._in_proportion(owed - sum(shares.values()), left)
            self._take_off(left, rest)
            shares = {p: shares.get(p, 0) + rest.get(p, 0) for p in left}
        # In the order of the invoices, as whatever comes back after all.
        return {part: shares[part] for part in left if shares.get(part)}

    @api.model
    def _take_off(self, left, shares):
        for part, share in shares.items():
            left[part] -= share

    @api.model
    def _in_proportion(self, owed, left):
        """Return {allocation: its share of an amount}, by what is left of each."""
        step = Decimal(str(next(iter(left)).currency_id.rounding))
        weights = [int(max(amount, 0) / step) for amount in left.values()]
        units = split.by_remainder(int(min(owed / step, sum(weights))), weights)
        shares = zip(left, units, strict=True)
        return {part: share * step for part, share in shares if share}

    @api.model
    def _reopens(self, company, dispute):
        """Tell whether invoices are owed again by what the bank took; else it is lost.

        A returned debit was never paid.
        """
        reopens = company.sudo().kash_stripe_lost_disputes == "reopen"
        return reopens or dispute._is_return()

    # === LINES === #

    @api.model
    def _owed_place(self, dispute, payment, part, partner):
        """Return the vals of the line by which an invoice is owed again, but amounts.

        :param part: its allocation, None for a payment of one
        """
        ledger = (
            part.paid_line_id.account_id if part else payment.destination_account_id
        )
        vals = self._place_vals(ledger, partner, 0)
        if part:
            vals["name"] = f"{dispute.dispute_id} {part.move_name}"
        return vals

    @api.model
    def _owed_lines(self, disputes, debts, movements, moves):
        """Return {payment: the lines by which its customers owe it again}."""
        taken = {}
        for movement, move in zip(movements, moves, strict=True):
            payment, shares = debts.get(disputes._of(movement), (None, {}))
            if payment:
                accounts = self._receivable_lines(payment).account_id
                owed = move.line_ids.filtered(
                    lambda line, accounts=accounts: line.account_id in accounts
                )
                self._keep_back_lines([part for part in shares if part], owed)
                taken[payment] = taken.get(payment, owed) | owed
        return taken
