# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict

from odoo import api, models

from ...core import double_entry, money
from .entry import BookingError


class KashStripeBookingRow(models.AbstractModel):
    """Family of the rules that record rows: their fees, and what clearing must say."""

    _name = "kash.stripe.booking.row"
    _inherit = "kash.stripe.booking"
    _description = "Stripe Booking: Rows"

    # === WHAT CEASED === #

    @api.model
    def _wait_with_held(self, account, rows):
        """Override: what takes back a row that is locked still waits with it."""
        undone, nothing = self._undone_rows(account, rows), rows.browse()
        free, waiting = set(rows.ids), {}
        for row in rows.sorted(lambda row: (row.created_at, row._undo_rank())):
            held = undone.get(row, nothing).filtered(
                lambda other: (
                    other.state == "held" and other.id not in free and not other.ceased
                )
            )
            if held:
                free.discard(row.id)
                row._go_on_holding(held[:1].reason)
                waiting[row.id] = None
        return rows.browse(waiting)

    # === FEES === #

    @api.model
    def _post_fees(self, account, company, rows):
        """Post one fee entry a day and currency; return {(day, currency): entry}."""
        if self._fees_wait(company, rows):
            return {}
        groups = {
            key: group
            for key, group in rows.grouped(
                lambda row: (row.entry_day, row.currency_code)
            ).items()
            if any(group.mapped("fee"))
        }
        moves = self._post_entries(
            rows,
            [
                self._prepare_fee_vals(account, company, group, group[:1].entry_day)
                for group in groups.values()
            ],
        )
        return dict(zip(groups, moves, strict=True))

    @api.model
    def _fees_wait(self, company, rows):
        """Leave fees to a person by the company's setting; tell whether they wait."""
        by_hand = company.sudo().kash_stripe_record_fees == "hand"
        if by_hand:
            rows.filtered("fee").fee_by_hand = True
        return by_hand

    @api.model
    def _prepare_fee_vals(self, account, company, rows, day):
        """Return one entry: each type of fee on the fee account, the sum off clearing.

        :param rows: of one day and settlement currency
        """
        journal, clearing = account._books_in(rows[:1].currency_code)
        label = self.env._("Stripe processing fees")
        fees = Counter()
        for row in rows:
            for leg in double_entry.fee_legs(row._facts()):
                if leg.role == "fees":
                    fees[leg.fee_type] += self._worth(row, company, leg.amount)
        lines = self._fee_lines(account, company, label, fees)
        lines.append(
            {
                "name": label,
                "account_id": clearing.id,
                "balance": -float(fees.total()),
                **self._foreign_vals(rows[:1], company, -sum(rows.mapped("fee"))),
            }
        )
        return self._prepare_entry_vals(account, company, journal, day, label, lines)

    @api.model
    def _book_waiting_fees(self, account, rows, day):
        """Record the fees of ``rows`` on ``day``: an entry a company and currency.

        :raises UserError: the day is locked
        """
        groups = rows.grouped(lambda r: (self._posting_company(r), r.currency_code))
        for (company, _code), group in groups.items():
            self._check_open(account, company, group, day)
            vals = self._prepare_fee_vals(account, company, group, day)
            move = self._post_entries(group.with_company(company), [vals])
            group.write({"fee_move_id": move.id, "fee_by_hand": False})
            if move.date != day:
                raise BookingError(
                    self.env._("Odoo would date the fees otherwise: nothing is kept.")
                )

    # === BY HAND === #

    @api.model
    def _book_after_deposit(self, account, rows, day, journal):
        """Let every rule record what follows from rows that a person recorded.

        :return: the movements
        :raises UserError: what keeps one of them from the books
        """
        rules = self.env["kash.stripe.booking"]._rules()
        made = [rule._follow_deposit(account, rows, day, journal) for rule in rules]
        return self.env["kash.stripe.movement"].concat(*made)

    # === AFTER POSTING === #

    @api.model
    def _check_posted(self, account, rows, moves):
        """Assert that the books say what the rows say: dates and clearing's change."""
        own = rows.company_id.currency_id
        clearing = {
            account._books_in(code)[1]: self.env["res.currency"].browse(
                group.currency_id[:1].id or own.id
            )
            for code, group in rows.grouped("currency_code").items()
        }
        changes = defaultdict(int)
        for line in moves.line_ids.filtered(lambda line: line.account_id in clearing):
            currency = clearing[line.account_id]
            amount = line.balance if currency == own else line.amount_currency
            changes[line.date, currency.name.lower()] += money.ledger_to_minor(
                _exact(amount, currency), currency.name
            )
        expected = defaultdict(int)
        for row in rows:
            expected[row.entry_day, row.currency_code] += row._net_to_book()
        # What comes to nothing has no line.
        changed = {key: minor for key, minor in changes.items() if minor}
        if changed != {key: minor for key, minor in expected.items() if minor}:
            raise BookingError(
                self.env._(
                    "The entries would not move clearing by what Stripe's rows say, on"
                    " their days."
                )
            )


def _exact(balance, currency):
    """Return a ledger amount as the decimal it was stored as."""
    return f"{balance:.{currency.decimal_places}f}"
