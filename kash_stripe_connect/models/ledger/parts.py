# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from decimal import Decimal

from odoo import Command, api, models

from .entry import BookingError


class KashStripeBookingParts(models.AbstractModel):
    """One charge over several invoices: what it pays of each, and what came back.

    A payment of several has a receivable line for each; so has what takes it back.
    """

    _name = "kash.stripe.booking.parts"
    _description = "Stripe Booking: One Charge, Several Documents"

    # === SHARES === #

    @api.model
    def _shares(self, account, rows):
        """Return {row: {invoice's allocation: how much of it the row moves}}.

        In the attempt's currency, in the order of the allocations. Positive; of what
        credit notes cover wholly nothing, if a discount is granted on it.
        """
        return {row: self._charged_shares(row) for row in rows}

    @api.model
    def _charged_shares(self, row):
        charged = row.transaction_id.kash_stripe_allocation_ids._charged()
        shares = _nonzero(charged)
        covered = [part for part in charged if part.discount and part not in shares]
        granted = self._discounts(row) if covered else {}
        # Last: the first line says on which account a payment is.
        return {**shares, **{part: 0.0 for part in covered if part in granted}}

    @api.model
    def _left_by_part(self, account, payments):
        """Return {payment: {allocation: what was neither given nor taken back of it}}.

        What came back of no invoice by name (older entries, a bank's return) is of the
        newest. Decimal, of the attempt's currency.
        """
        backs = self._given_back_lines(account, payments)
        return {payment: self._left_of(payment, backs[payment]) for payment in payments}

    @api.model
    def _left_of(self, payment, backs):
        parts = payment.payment_transaction_id.kash_stripe_allocation_ids
        currency = payment.payment_transaction_id.currency_id
        backs -= self._failed_lines(backs)
        left = {
            part: Decimal(str(amount))
            - self._rounded(
                currency, sum((part.back_line_ids & backs).mapped("amount_currency"))
            )
            for part, amount in _nonzero(parts._charged()).items()
        }
        loose = (backs - parts.back_line_ids).mapped("amount_currency")
        self._take_newest(left, self._rounded(currency, sum(loose)))
        return left

    @api.model
    def _failed_lines(self, backs):
        """Return those of refunds that failed, and of what took these back.

        One line a row, where the refund had one an invoice: together they are nothing.
        """
        failed = backs.filtered("kash_stripe_row_id.failed_refund_id")
        refunds = failed.kash_stripe_row_id.failed_refund_id.payment_id
        return failed | (backs & refunds.move_id.line_ids)

    @api.model
    def _take_newest(self, left, amount):
        """Take an amount off what is left of invoices, the newest first.

        :return: {allocation: how much of it}
        """
        taken = {}
        for part in self.env["kash.stripe.allocation"].concat(*left)._newest_first():
            share = min(amount, left[part])
            if share > 0:
                taken[part] = share
                left[part] -= share
                amount -= share
        return taken

    @api.model
    def _free_credit(self, left):
        """Return {allocation: what was paid for it, pays nothing and is not netted}."""
        lines = self.env["account.move.line"].union(*(p.paid_line_id for p in left))
        credits = self._open_credits(lines)
        free = {
            p: min(room, credits.get(p.paid_line_id, 0)) for p, room in left.items()
        }
        return {part: amount for part, amount in free.items() if amount > 0}

    @api.model
    def _open_credits(self, lines):
        """Return {line of a payment: what of it pays nothing and is not netted}."""
        lines = lines.filtered(lambda line: not line.reconciled)
        netted = lines._kash_stripe_netted()
        return {
            line: self._rounded(
                line.currency_id,
                -line.amount_residual_currency - netted.get(line.id, 0.0),
            )
            for line in lines
        }

    @api.model
    def _check_shares(self, tx, shares):
        """Say so before an entry would not be of what Stripe moved.

        :raises BookingError: the shares are another amount than the attempt's
        """
        total = sum((Decimal(str(amount)) for amount in shares.values()), Decimal(0))
        if tx.currency_id.compare_amounts(float(total), abs(tx.amount)):
            raise BookingError(
                self.env._(
                    "Its invoices' parts are %(parts)s, not %(amount)s.",
                    parts=tx.currency_id.format(float(total)),
                    amount=tx.currency_id.format(abs(tx.amount)),
                )
            )

    # === LINES === #

    @api.model
    def _prepare_receivable_lines(self, row, company, vals, shares, worth=None):
        """Return vals of the lines that invoices and refunds are matched with.

        :param vals: of the payment; what it writes off is added to its invoice's line
        :param shares: of :meth:`_shares`, for the row
        :param worth: of all the lines, where they are in another currency (Decimal)
        :raises BookingError: the shares are another amount than was moved
        """
        sign, tx = -1 if vals["payment_type"] == "inbound" else 1, row.transaction_id
        self._check_shares(tx, shares)
        given = self._discounts(row) if vals.get("write_off_line_vals") else {}
        amounts = [
            sign * Decimal(str(amount))
            - self._sum_own(company, tx, given.get(part, ()))
            for part, amount in shares.items()
        ]
        owed = self._debt_vals(company, tx, amounts, worth)
        return [
            {
                "name": f"{vals['memo']} - {part.move_name}",
                "partner_id": vals["partner_id"],
                "account_id": self._account_of(part, row, company, vals),
                "date_maturity": vals["date"],
                **debt,
            }
            for part, debt in zip(shares, owed, strict=True)
        ]

    @api.model
    def _sum_own(self, company, tx, lines):
        """Return the exact sum of what lines write off, in the attempt's currency."""
        own = self._is_own(tx, company)
        return _sum(lines, "balance" if own else "amount_currency")

    @api.model
    def _on_its_account(self, row, company, vals, shares):
        """Return ``vals`` of a payment or refund, on the account its one part is of.

        Of several each line has its own; of none by name Odoo's choice stands.
        """
        if len(shares) != 1:
            return vals
        [part] = shares
        ledger_id = self._account_of(part, row, company, vals)
        return {**vals, "destination_account_id": ledger_id}

    @api.model
    def _account_of(self, part, row, company, vals):
        """Return the id of the account an invoice is paid on.

        What the invoice does not owe is the customer's credit.
        """
        if part.paid_line_id.parent_state == "posted" and row.amount < 0:
            return part.paid_line_id.account_id.id
        owed = self._open_lines_of(part.move_id)
        return owed.account_id[:1].id or self._receivable_of(
            row, company, {**vals, "destination_account_id": False}
        )

    @api.model
    def _keep_paid_lines(self, rows, payments, shares):
        """Let each invoice's allocation know the line that settles it."""
        for row, payment in zip(rows, payments, strict=True):
            lines = self._receivable_lines(payment)
            for part, line in self._by_part(list(shares[row]), lines):
                part.paid_line_id = line

    @api.model
    def _keep_back_lines(self, parts, lines):
        """Let allocations know the lines, in their order, that took them back.

        Of a charge over one invoice all lines are.
        """
        for part, line in self._by_part(parts, lines.sorted("id")):
            part.back_line_ids = [Command.link(line.id)]

    @api.model
    def _by_part(self, parts, lines):
        """Return [(allocation, its line)], in their order; nothing for no allocation.

        :raises BookingError: of several not each has a line
        """
        if len(parts) == len(lines):
            return list(zip(parts, lines, strict=True))
        if len(parts) > 1:
            raise BookingError(
                self.env._(
                    "Invoices of an entry: %(parts)s; its receivable lines: %(lines)s.",
                    parts=len(parts),
                    lines=len(lines),
                )
            )
        return []

    # === PAIRS === #

    @api.model
    def _paid_pairs(self, tx, payment):
        """Return [(lines of a payment, open lines of the invoice they pay)]."""
        own, pairs = self._receivable_lines(payment), []
        charged = tx.kash_stripe_allocation_ids._charged()
        for part, amount in charged.items():
            mine = part.paid_line_id & own
            if not (amount or mine):
                continue
            line = mine or own
            owed = self._open_lines_of(part.move_id).filtered(
                lambda due, line=line: due.account_id == line.account_id[:1]
            )
            if owed:
                pairs.append((line, owed))
        return pairs

    @api.model
    def _back_pairs(self, payment, backs):
        """Return [(lines of a payment, lines that take them back)], by invoice.

        Where that is not known, of an account the newest invoice first; one with a
        discount last, for more was settled than charged.
        """
        own, pairs = self._receivable_lines(payment), []
        backs = backs.filtered(lambda line: line.account_id.reconcile)
        parts = payment.payment_transaction_id.kash_stripe_allocation_ids
        for part in parts:
            mine, paid = backs & part.back_line_ids, own & part.paid_line_id
            if mine and mine.account_id == paid.account_id:
                pairs.append((paid, mine))
                backs -= mine
        newest = parts._newest_first().sorted(lambda part: bool(part.discount))
        ordered = (newest.paid_line_id & own) | own
        pairs += [(line, backs.filtered(_on(line.account_id))) for line in ordered]
        return [(line, back) for line, back in pairs if back]

    # === NETTED === #

    @api.model
    def _match_netted(self, rows, payments):
        """Match credit notes and receipts with the invoices they were netted with.

        On the row's day, which is open: nothing of an earlier one changes. What is not
        there any more as it was frozen stands open, and a person is told.
        """
        plans, gone = defaultdict(list), []
        for row, payment in zip(rows, payments, strict=True):
            pairs, missing = self._netted_pairs(row.transaction_id)
            plans[payment.date] += pairs
            gone += missing
        for day, pairs in plans.items():
            if pairs:
                made = self._match_dated(day, [lines for _credit, lines in pairs])
                self._keep_netted(made, pairs)
        self._ask_about_gone(gone)

    @api.model
    def _keep_netted(self, made, pairs):
        """Let each credit's allocation know the matches that were made of it.

        :param pairs: of :meth:`_netted_pairs`
        """
        for credit, lines in pairs:
            mine = made & lines.matched_debit_ids & lines.matched_credit_ids
            credit.match_ids = [Command.link(partial.id) for partial in mine]

    @api.model
    def _netted_pairs(self, tx):
        """Return what is to be matched, and what is not there any more.

        :return: [(credit, lines)], [(credit, invoice's allocation, how much is not)]

        A note of two invoices is matched first with the one that owes no more than it:
        Odoo matches all there is.
        """
        waiting, left, done = self._still_netted(tx), {}, {}
        while fresh := {
            pair: met
            for pair in waiting
            if pair not in done and (met := self._netted_room(*pair, left))
        }:
            done |= fresh
        pairs = [
            (credit, credit.line_id | self._owed_beside(credit, part))
            for credit, part, _amount in done
        ]
        gone = []
        for credit, part, amount in waiting:
            met = done.get((credit, part, amount), 0.0)
            missing = part.currency_id.round(amount - met)
            if missing and self._is_due_beside(part, left):
                gone.append((credit, part, missing))
        return pairs, gone

    @api.model
    def _still_netted(self, tx):
        """Return [(credit, invoice's allocation, what nobody matched since)]."""
        netted = [
            (credit, part, amount - self._matched_since(credit, part, amount))
            for credit, part, amount in tx.kash_stripe_allocation_ids._netted()
        ]
        return [
            (credit, part, part.currency_id.round(amount))
            for credit, part, amount in netted
            if not part.currency_id.is_zero(amount)
        ]

    @api.model
    def _netted_room(self, credit, part, amount, left):
        """Return how much of a credit can be matched with an invoice now.

        Nothing where that would be more than was frozen: Odoo matches all there is.

        :param left: {line or allocation: what is open of it}, kept up to date
        """
        line, owed = credit.line_id, self._owed_beside(credit, part)
        free = left.get(line, -line.amount_residual_currency)
        due = left.get(part, sum(owed.mapped("amount_residual_currency")))
        met = part.currency_id.round(min(free, due))
        if met <= 0 or met > amount or line.parent_state != "posted":
            return 0.0
        left[line], left[part] = free - met, due - met
        return met

    @api.model
    def _owed_beside(self, credit, part):
        """Return the open lines of an invoice on the account of a credit."""
        return self._open_lines_of(part.move_id).filtered(
            _on(credit.line_id.account_id)
        )

    @api.model
    def _is_due_beside(self, part, left):
        """Tell whether an invoice owes anything after what is matched in a moment."""
        due = left.get(part, part.move_id.amount_residual)
        return bool(self._still_due(part.move_id)) and due > 0

    @api.model
    def _matched_since(self, credit, part, amount):
        """Return what of a credit a person matched with the invoice by himself since.

        :param amount: what was frozen of it: never more
        """
        partials = credit.line_id.matched_debit_ids.filtered(
            lambda partial: (
                partial.debit_move_id.move_id == part.move_id
                and partial.create_date >= part.create_date
            )
        )
        return min(amount, sum(partials.mapped("credit_amount_currency")))

    @api.model
    def _ask_about_gone(self, gone):
        """Tell a person, once an invoice, of all that was to be netted with it.

        :param gone: of :meth:`_netted_pairs`
        """
        told = defaultdict(list)
        for credit, part, amount in gone:
            told[part.move_id].append(
                self.env._(
                    "%(amount)s of %(credit)s was to be netted with it in a payment,"
                    " and is used otherwise: match by hand, or collect it.",
                    amount=credit.currency_id.format(amount),
                    credit=credit.move_name,
                )
            )
        self._ask_on({move: " ".join(mine) for move, mine in told.items()})


def _on(account):
    return lambda line: line.account_id == account


def _nonzero(shares):
    return {part: amount for part, amount in shares.items() if amount}


def _sum(lines, name):
    """Return the exact sum of an amount of lines to be."""
    return sum((Decimal(str(vals[name])) for vals in lines), Decimal(0))
