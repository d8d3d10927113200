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
        for dispute in disputes:
            payment = dispute.transaction_id.payment_id
            owed = min(dispute._owed(standing[dispute]), room.get(payment, 0))
            if owed <= 0:
                continue
            shares = self._owed_shares(company, dispute, owed, left[payment])
            if shares:
                room[payment] -= sum(shares.values())
                debts[dispute] = payment, shares
        return debts

    @api.model
    def _owed_shares(self, company, dispute, owed, left):
        """Return {allocation: what of a dispute is owed again}; what is not is a loss.

        :param left: {allocation: what there is to take back}, kept up to date
        """
        payment = dispute.transaction_id.payment_id
        if len(left) < 2:
            own = self._receivable_lines(payment)
            return {None: owed} if self._reopens(company, dispute, owed, own) else {}
        shares = {
            part: share
            for part, share in self._in_proportion(owed, left).items()
            if self._reopens(company, dispute, share, part.paid_line_id)
        }
        for part, share in shares.items():
            left[part] -= share
        return shares

    @api.model
    def _in_proportion(self, owed, left):
        """Return {allocation: its share of an amount}, by what is left of each."""
        step = Decimal(str(next(iter(left)).currency_id.rounding))
        weights = [int(max(amount, 0) / step) for amount in left.values()]
        units = split.by_remainder(int(min(owed / step, sum(weights))), weights)
        shares = zip(left, units, strict=True)
        return {part: share * step for part, share in shares if share}

    @api.model
    def _reopens(self, company, dispute, owed, lines):
        """Tell whether the customer took the payment back for good; else it is a loss.

        A returned debit was never paid. A payment that stands as the customer's credit
        is credit no more.

        :param lines: those of the payment that settled it
        """
        return (
            dispute._is_return()
            or company.sudo().kash_stripe_lost_disputes == "reopen"
            or self._is_free_credit(lines, float(owed))
        )

    @api.model
    def _is_free_credit(self, lines, lost):
        """Tell whether ``lost`` (the lines' currency) of a payment pays no invoice."""
        open_amount = -sum(lines.mapped("amount_residual_currency"))
        return lines.currency_id.compare_amounts(open_amount, lost) >= 0

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
