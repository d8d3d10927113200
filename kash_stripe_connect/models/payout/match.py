# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...const import LEAN
from ...core import bank_match
from ...guard import alone, reason_of

_logger = logging.getLogger(__name__)

# What banks call a payout that has no words of its own.
_STRIPE = "STRIPE"


class KashStripePayoutMatch(models.AbstractModel):
    """Payouts and the bank statement lines that are theirs."""

    _name = "kash.stripe.payout.match"
    _description = "Stripe Payout Match"

    bank_line_ids = fields.Many2many(
        "account.bank.statement.line",
        compute="_compute_bank_lines",
        string="Could Be On The Bank Statement As",
    )

    @api.depends_context("uid")
    def _compute_bank_lines(self):
        """Read as the person who looks: what they may not see is not proposed."""
        found = sorted(
            self.sudo()._bank_proposals(), key=lambda p: p.evidence == "near"
        )
        seen = self.env["account.bank.statement.line"].search(
            [("id", "in", [proposal.line for proposal in found])]
        )
        own = self.sudo()._own_rows()
        for payout in self:
            transit = own.get(payout._key(), own[None]).entry_line_id.ids
            best_first = [p.line for p in found if p.transit in transit]
            payout.bank_line_ids = seen.browse(
                [line for line in best_first if line in seen._ids]
            )

    # === FIND === #

    def _bank_proposals(self):
        """Return what may be what, the certain pairs marked; two queries for all.

        Other payouts of the same amounts are looked at too: they may be meant.
        """
        transits = self._rivals()._open_transits()
        if not transits:
            return ()
        lines = self._open_bank_lines(transits)
        return bank_match.proposals(
            [self._transit(line, payout) for line, payout in transits.items()],
            [self._bank_line(line) for line in lines],
        )

    def _rivals(self):
        """Return these payouts and all others of the same size."""
        amounts = {abs(amount) for amount in self.mapped("amount")}
        return self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("amount", "in", [*amounts, *(-amount for amount in amounts)]),
            ]
        )

    def _open_transits(self):
        """Return {line in transit that nothing matched yet: its payout}."""
        own = self._own_rows()
        return {
            line: payout
            for payout in self
            for line in own.get(payout._key(), own[None])._posted_lines()
            if not line.reconciled and line.account_id.reconcile
        }

    @api.model
    def _open_bank_lines(self, transits):
        """Return the open lines of bank statements that have these amounts."""
        arrivals = [payout.arrival_date for payout in transits.values()]
        wide = timedelta(days=bank_match.NAMED_DAYS)
        # An amount is a number of the database: equal to the cent, or not.
        amounts = {round(line.amount_residual_currency, 6) for line in transits}
        return self.env["account.bank.statement.line"].search(
            [
                ("company_id", "in", [line.company_id.id for line in transits]),
                ("journal_id.kash_stripe_account_ids", "=", False),
                ("journal_id.kash_stripe_currency_ids", "=", False),
                ("is_reconciled", "=", False),
                ("foreign_currency_id", "=", False),
                ("state", "=", "posted"),
                ("date", ">=", min(arrivals) - wide),
                ("amount", "in", list(amounts)),
            ]
        )

    @api.model
    def _transit(self, line, payout):
        return bank_match.Transit(
            key=line.id,
            currency=line.currency_id.name,
            amount=_cents(line.amount_residual_currency),
            # What came back has no day of its own at the bank but the day it was told.
            day=payout.arrival_date if line.balance * payout.amount > 0 else line.date,
            trace=payout.trace or None,
            words=(payout.statement_descriptor or "", _STRIPE),
        )

    @api.model
    def _bank_line(self, line):
        told = [line.payment_ref, line.ref, line.partner_name, line.partner_id.name]
        if line.transaction_details:
            told.append(json.dumps(line.transaction_details))
        return bank_match.BankLine(
            key=line.id,
            currency=line.currency_id.name,
            amount=_cents(line.amount),
            day=line.date,
            label=" ".join(filter(None, told)),
        )

    # === MATCH === #

    def _book_certain_matches(self):
        """Match what can only be this; trouble with one leaves the others alone."""
        own = self.env["account.move.line"].concat(*self._open_transits())
        for found in self._bank_proposals():
            transit = own.filtered(lambda line, f=found: line.id == f.transit)
            if not (found.certain and transit):
                continue
            line = self.env["account.bank.statement.line"].browse(found.line)
            with alone(self.env) as trouble:
                self._book_match(transit, line)
            if trouble.error:
                what = f"Bank line {line.id} is not matched"
                reason_of(self.env, trouble.error, what, _logger)

    @api.model
    def _book_match(self, transit, line):
        """Match a line in transit with a line of the bank statement.

        :raises UserError: a locked day, or a line that is not open as a whole
        """
        self._check_bank_line(transit, line)
        _bank, suspense, _others = line._seek_for_lines()
        suspense.with_context(**LEAN).account_id = transit.account_id
        (suspense | transit).reconcile()

    @api.model
    def _check_bank_line(self, transit, line):
        """Refuse what would not settle both to the cent.

        :raises UserError: the reason
        """
        # Where rates differ, matching posts an entry of the later day.
        day = max(line.date, transit.date)
        locks = line.company_id._kash_stripe_locks(day, line.journal_id)
        if locks:
            raise UserError(
                self.env._(
                    "%(day)s is locked: %(locks)s.",
                    day=format_date(self.env, day),
                    locks=line.company_id._format_lock_dates(locks),
                )
            )
        _bank, suspense, others = line._seek_for_lines()
        wanted = -_cents(transit.amount_residual_currency)
        whole = len(suspense) == 1 and not others
        if not whole or _cents(suspense.amount_currency) != wanted:
            raise UserError(
                self.env._(
                    "%(line)s is not open any more as a whole.", line=line.display_name
                )
            )


def _cents(amount):
    """Return a ledger amount as an integer to compare: no currency is finer."""
    return round(amount * 10**6)
