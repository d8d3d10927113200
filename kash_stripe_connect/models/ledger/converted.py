# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ...const import LEAN
from ...core import double_entry
from .entry import BookingError


class KashStripeBookingConverted(models.AbstractModel):
    """What conversion left of money taken elsewhere that was given back in full.

    Stripe converts a refund at another rate than its charge. Once the refunds' own
    amounts reach the charge's, the difference is the rates' doing, and nobody's money.
    """

    _name = "kash.stripe.booking.converted"
    _inherit = [
        "kash.stripe.booking.worth",
        "kash.stripe.booking.entry",
        "kash.stripe.matching",
    ]
    _description = "Stripe Booking: What Conversion Left"

    @api.model
    def _close(self, account, company, rows):
        """Close what is left of what ``rows`` gave back; all of it is matched then.

        A refund that fails after that has it taken back.

        :param rows: recorded, and matched with what they take back
        :raises BookingError: no account for it, or Odoo would date it otherwise
        """
        rests = self._rests(account, rows)
        if not rests:
            return
        lean = rows.with_context(**LEAN).with_company(company)
        days = [max(siblings.mapped("entry_day")) for siblings in rests]
        moves = self._post_entries(
            lean,
            [
                self._prepare_rest_vals(account, company, siblings, day, *rest)
                for (siblings, rest), day in zip(rests.items(), days, strict=True)
            ],
        )
        for siblings, move, day in zip(rests, moves, days, strict=True):
            if move.date != day:
                raise BookingError(
                    self.env._("Odoo would date the rest otherwise: nothing is kept.")
                )
            last = (siblings & rows).filtered(lambda row: row._undoes()).sorted()[:1]
            last.rest_move_id = move
        self._match_opposites(siblings._document_lines() for siblings in rests)

    @api.model
    def _rests(self, account, rows):
        """Return {the recorded rows of a charge: what is left of it}.

        :return: in the row's currency and in the company's (Decimal), debit positive
        """
        backs = rows.filtered(lambda row: row._may_be_income() and row._undoes())
        if not backs:
            return {}
        found = rows.search(
            [
                ("account_id", "=", account.id),
                (
                    "document_ref",
                    "in",
                    [ref for ref in backs.mapped("document_ref") if ref],
                ),
                ("state", "=", "booked"),
            ]
        )
        rests = {
            siblings: self._rest_of(siblings)
            for siblings in found.grouped("document_ref").values()
        }
        return {siblings: rest for siblings, rest in rests.items() if any(rest)}

    @api.model
    def _rest_of(self, siblings):
        """Return what is to be closed, or taken back, of one charge; zeros for nothing.

        Whoever moved a line, or matched it otherwise, says what becomes of it.
        """
        paid = siblings.filtered(lambda row: row.type in double_entry.CHARGE_TYPES)
        lines = siblings._document_lines()
        closed = lines - siblings.entry_line_id
        if (
            len(paid) != 1
            or not paid._is_converted()
            or siblings.transaction_id
            or lines.account_id != paid.entry_line_id.account_id
            or len(siblings.entry_line_id) != len(siblings)
        ):
            return 0, 0
        if sum(row._own_minor() for row in siblings) > 0:
            return _sum(closed, "amount_currency"), _sum(closed, "balance")
        if not lines.account_id.reconcile:
            return _sum(lines, "amount_currency"), _sum(lines, "balance")
        left = _sum(lines, "amount_residual_currency")
        if left != _sum(lines, "amount_currency"):
            return 0, 0
        return left, _sum(lines, "amount_residual")

    @api.model
    def _prepare_rest_vals(self, account, company, siblings, day, foreign, worth):
        """Return an entry off the account and partner of the charge's line.

        :param foreign: what is left in the row's currency (Decimal, debit positive)
        :param worth: what is left in the company's
        """
        paid = siblings.filtered(lambda row: row.type in double_entry.CHARGE_TYPES)
        line = paid.entry_line_id
        label = self.env._(
            "Stripe, %(charge)s: given back at another rate", charge=paid.source_id
        )
        # Of opposite signs they are two lines: Odoo takes no such one.
        rests = [(worth, foreign)]
        if foreign * worth < 0:
            rests = [(worth, Decimal(0)), (Decimal(0), foreign)]
        lines = [
            *(
                {
                    "name": label,
                    "account_id": line.account_id.id,
                    "partner_id": line.partner_id.id,
                    "balance": -float(balance),
                    "currency_id": line.currency_id.id,
                    "amount_currency": -float(amount),
                    "analytic_distribution": False,
                }
                for balance, amount in rests
            ),
            {
                "name": label,
                "account_id": self._exchange_account(company, worth).id,
                "balance": float(worth),
            },
        ]
        journal = account.journal_id
        return self._prepare_entry_vals(account, company, journal, day, label, lines)


def _sum(lines, name):
    """Return the exact sum of an amount of lines, as the ledger stores it."""
    return sum((Decimal(str(line[name])) for line in lines), Decimal(0))
