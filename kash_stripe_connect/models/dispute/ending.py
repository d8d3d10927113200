# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ...core import days, disputes, double_entry, money
from .movement import KINDS


class KashStripeDisputeEnding(models.AbstractModel):
    """What a dispute's end does to the books."""

    _name = "kash.stripe.dispute.ending"
    _description = "Stripe Dispute Ending"

    def _apply_endings(self, account):
        """Remember what has to follow in the books of disputes that ended.

        An inquiry, one that was prevented and one won at once leave nothing behind.
        """
        lost = self.filtered(lambda d: d.phase == "lost" and d._withdrawn() > 0)
        won = self.filtered(lambda d: d.phase == "won")
        again = won._movements().filtered(lambda m: m.kind == "dispute_lost")
        regained = won.filtered(lambda d: d.dispute_id in again.mapped("object_ref"))
        wanted = [dispute._prepare_movement("dispute_lost") for dispute in lost]
        wanted += [
            dispute._prepare_movement("dispute_regained") for dispute in regained
        ]
        self.env["kash.stripe.movement"]._apply_movements(account, wanted)

    def _prepare_movement(self, kind):
        """Return what the movement is made of; which account it ends on comes later."""
        self.ensure_one()
        vals = {
            "kind": kind,
            "object_ref": self.dispute_id,
            "amount": self._withdrawn(),
            "currency_code": self._expected()[0].currency,
            "told_by": ((self.dispute_id,), ("charge.dispute.closed",)),
            # Of an appeal that was won, not of what was lost before.
            "told_last": True,
            "transaction_id": self.transaction_id.id,
        }
        if self._is_return():
            # It was over when it was opened, and that day Stripe says.
            opened_on = days.day_of(self._facts().created, self.account_id._zone())
            vals["untold"] = {"booking_day": opened_on, "day_told": "opening"}
        return vals

    def _is_return(self):
        """Tell whether a bank returned a debit: nobody disputes anything."""
        self.ensure_one()
        return disputes.is_return(self.reason, due_by=self._facts().due_by)

    def _movements(self):
        """Return the movements of the disputes."""
        refs = self.mapped("dispute_id")
        return self.env["kash.stripe.movement"].search(
            [
                ("account_id", "in", self.account_id.ids),
                ("kind", "in", KINDS),
                "|",
                ("object_ref", "in", refs),
                ("row_id.document_ref", "in", refs),
            ]
        )

    # === WHAT STRIPE SAYS === #

    def _expected(self):
        """Return the rows (facts) of the disputed money since our books began."""
        self.ensure_one()
        start = days.epoch(self.account_id.mirror_start)
        return [
            row
            for row in self._facts().rows
            if row.created >= start
            and double_entry.counterpart(row.type, row.reporting_category) == "disputed"
        ]

    def _withdrawn(self):
        """Return how much Stripe took for the dispute in all (minor units)."""
        return -sum(min(row.amount, 0) for row in self._expected())

    # === WHAT THE BOOKS SAY === #

    def _row_lines(self, rows):
        """Return the posted lines on which ``rows`` put the disputed money.

        What precedes our opening stands in suspense and is a person's to sort out.
        """
        suspense = self.account_id.suspense_account_id
        return rows.entry_line_id.filtered(
            lambda line: line.parent_state == "posted" and line.account_id != suspense
        )

    def _standing_lines(self):
        """Return {dispute: posted lines of its money}: its rows', its movements'."""
        movements = self._movements()
        entries = movements.grouped(lambda movement: movement._dispute_ref())
        standing = {}
        for dispute, rows in self._rows().items():
            lines = dispute._row_lines(rows)
            moves = entries.get(dispute.dispute_id, movements.browse()).entry_id
            standing[dispute] = lines | moves.line_ids.filtered(
                lambda line, accounts=lines.account_id: (
                    line.parent_state == "posted" and line.account_id in accounts
                )
            )
        return standing

    @api.model
    def _of_money(self, rows):
        """Return those of a dispute's rows that move its money: a fee does not.

        It may wait for a person, and its end with it, for ever.
        """
        return rows.filtered(lambda row: row._counterpart() != "fees")

    def _total(self, lines):
        """Return what stands open of lines of one dispute (company currency).

        Matching lines in another currency made exchange entries: they count.
        """
        self.ensure_one()
        return self.company_id.currency_id.round(
            sum(
                line.amount_residual if line.account_id.reconcile else line.balance
                for line in lines
            )
        )

    def _left(self):
        """Return {dispute: what it left on Disputed Funds}, company currency, minor."""
        left = {}
        for dispute, lines in self._standing_lines().items():
            currency = dispute.company_id.currency_id
            left[dispute] = money.ledger_to_minor(
                f"{dispute._total(lines):.{currency.decimal_places}f}", currency.name
            )
        return left

    def _owed(self, standing):
        """Return what a customer owes again (Decimal, the currency he had paid in).

        What stands there in that currency; converted by Stripe, what is disputed.
        """
        self.ensure_one()
        currency = self.transaction_id.currency_id
        if standing.currency_id != currency:
            return money.to_major(self.amount, self.currency_code)
        left = (
            line.amount_residual_currency
            if line.account_id.reconcile
            else line.amount_currency
            for line in standing
        )
        exact = (Decimal(str(currency.round(amount))) for amount in left)
        return sum(exact, Decimal(0))

    def _lost_lines(self):
        """Return the lines that say where the lost money went."""
        self.ensure_one()
        return self._lost_movement().entry_id.line_ids - self._standing_lines()[self]

    def _lost_movement(self):
        """Return the movement by which the dispute was lost."""
        self.ensure_one()
        return self._movements().filtered(lambda m: m.kind == "dispute_lost")

    def _is_converted(self):
        """Tell whether Stripe took another currency than the customer had paid in."""
        self.ensure_one()
        return any(row.currency != self.currency_code for row in self._expected())

    def _of(self, movement):
        """Return the dispute a movement is of, one of these of its account."""
        return self.filtered(lambda d: d.dispute_id == movement._dispute_ref())

    def _missing_rows(self, rows):
        """Return the ids of rows Stripe named that are not mirrored yet."""
        self.ensure_one()
        known = set(rows.mapped("txn_id"))
        return [row.id for row in self._expected() if row.id not in known]
