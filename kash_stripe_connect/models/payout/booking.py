# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..ledger.entry import BookingError


class KashStripeBookingPayout(models.AbstractModel):
    """Out of transit and into the bank, where no bank statement does it."""

    _name = "kash.stripe.booking.payout"
    _inherit = "kash.stripe.booking.movement"
    _description = "Stripe Booking: Payouts"

    _booking_order = 70
    _booking_kinds = ("payout_paid", "payout_unpaid")

    # === FIND === #

    @api.model
    def _catch_up(self, account):
        """Override: remember which payouts arrived, and which came back."""
        self._apply_paid_payouts(account)
        self._apply_unpaid_payouts(account)

    @api.model
    def _apply_paid_payouts(self, account):
        """A payout arrived when Stripe says paid, on the day of its arrival."""
        company = account.company_id.sudo()
        if not company.kash_stripe_no_statements:
            return
        payouts = self.env["kash.stripe.payout"].search(
            [
                ("account_id", "=", account.id),
                ("status", "=", "paid"),
                ("arrival_date", "<=", company._kash_stripe_today()),
                ("in_transit", "=", True),
            ]
        )
        self.env["kash.stripe.movement"]._apply_movements(
            account,
            [
                self._prepare_paid_vals(
                    line.kash_stripe_row_id,
                    company.kash_stripe_payout_journal_id,
                    day=payout.arrival_date,
                    told="arrival",
                )
                for line, payout in payouts._open_transits().items()
                if line.kash_stripe_row_id.type == "payout"
            ],
        )

    @api.model
    def _prepare_paid_vals(self, row, journal, *, day, told):
        """Return the movement that takes a payout's row from transit to the bank."""
        return {
            "kind": "payout_paid",
            "object_ref": row.source_id,
            "amount": -row.amount,
            "currency_code": row.currency_code,
            "row_id": row.id,
            "bank_journal_id": journal.id,
            # Not before it left: banks are fast, and zones differ.
            "booking_day": max(day, row.entry_day),
            "day_told": told,
            "told_by": ((), ()),
        }

    @api.model
    def _apply_unpaid_payouts(self, account):
        """What came back leaves the bank again, on the day of the row that says so."""
        movements = self.env["kash.stripe.movement"]
        mine = [("account_id", "=", account.id)]
        paid = movements.search(
            [
                *mine,
                ("kind", "=", "payout_paid"),
                ("state", "not in", ["reversed"]),
            ]
        )
        back = (
            self.env["kash.stripe.balance.transaction"]
            .search(
                [
                    *mine,
                    ("state", "=", "booked"),
                    ("source_id", "in", paid.mapped("object_ref")),
                    ("type", "in", ["payout_failure", "payout_cancel"]),
                ]
            )
            .grouped("source_id")
        )
        returned = paid.filtered(lambda movement: movement.object_ref in back)
        arrived = returned.filtered(lambda movement: movement.state == "booked")
        # It never was in the bank: the rows took each other out of transit.
        (returned - arrived)._reverse()
        movements._apply_movements(
            account,
            [
                {
                    **self._prepare_paid_vals(
                        back[movement.object_ref][:1],
                        movement.bank_journal_id,
                        day=back[movement.object_ref][:1].entry_day,
                        told="row",
                    ),
                    "kind": "payout_unpaid",
                }
                for movement in arrived
            ],
        )

    # === BY HAND === #

    @api.model
    def _follow_deposit(self, account, rows, day, journal):
        """Override: payouts leave transit for the bank; without one they stay."""
        movements = self.env["kash.stripe.movement"]
        payouts = rows.filtered(
            lambda row: row.type == "payout" and not row.entry_line_id.reconciled
        )
        if not journal or not payouts:
            return movements
        movements = movements._apply_movements(
            account,
            [
                self._prepare_paid_vals(row, journal, day=day, told="person")
                for row in payouts
            ],
        ).with_context(**self.env.context)
        self._book_taken(account, movements)
        left = movements.filtered(lambda movement: movement.state != "booked")
        if left:
            raise UserError(left[:1].reason)
        return movements

    # === RECORD === #

    @api.model
    def _record(self, account, company, movements):
        """Override: what arrived leaves transit for the bank, what came back the bank.

        :raises BookingError: nothing of it is in transit, or statements record the bank
        """
        for journal in movements.bank_journal_id or [movements.bank_journal_id]:
            reason = company.sudo()._kash_stripe_bank_reason(journal)
            if reason:
                raise BookingError(reason)
        transits = {movement: movement.row_id.entry_line_id for movement in movements}
        if any(line.reconciled for line in transits.values()):
            raise BookingError(
                self.env._("It is not in transit any more: the bank has it already.")
            )
        moves = self._post_movements(
            account, company, movements, self._prepare_bank_lines
        )
        plan = []
        for movement, move in zip(movements, moves, strict=True):
            transit = transits[movement]
            plan.append(
                transit
                | move.line_ids.filtered(
                    lambda line, t=transit: line.account_id == t.account_id
                )
            )
        moves.env["account.move.line"]._reconcile_plan(plan)

    @api.model
    def _prepare_bank_lines(self, movement):
        """Return two lines: the bank's, and the one that leaves transit."""
        line = movement.row_id.entry_line_id
        name = dict(movement._fields["kind"]._description_selection(self.env))
        common = {
            "name": f"{name[movement.kind]} {movement.object_ref}",
            "currency_id": line.currency_id.id,
            "analytic_distribution": False,
        }
        bank = movement.bank_journal_id.default_account_id
        return [
            {
                **common,
                "account_id": ledger.id,
                "balance": sign * line.balance,
                "amount_currency": sign * line.amount_currency,
            }
            for ledger, sign in ((bank, 1), (line.account_id, -1))
        ]
