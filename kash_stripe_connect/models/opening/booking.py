# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...const import LEAN
from ...core import money
from ...core.opening import Opening
from ..base.currencies import currency_by_code
from ..base.records import previewed
from ..ledger.account import LEDGER_FIELDS

# Where an opening balance cannot come from: somebody's open items.
_REFUSED_TYPES = {"asset_receivable", "liability_payable", "off_balance"}


class KashStripeBookingOpening(models.AbstractModel):
    """The opening entry: a person's act, once for an account and currency.

    It has no place among the rules: nothing of Stripe's is taken and recorded by it.
    """

    _name = "kash.stripe.booking.opening"
    _inherit = "kash.stripe.booking"
    _description = "Stripe Booking: Opening Entry"

    @api.model
    def _book_openings(self, account, openings, counterpart):
        """Record what Stripe held before the first row, and what was on its way.

        :param openings: {currency: core.opening.Opening}, an entry each
        :param counterpart: the ledger account that gives them
        :return: the entries
        :raises UserError: recorded already, locked, no rate, or no account for this;
            nothing was recorded then
        """
        if not openings:
            raise UserError(self.env._("Choose what you want to record."))
        day = account._opening_entry_day()
        for code in openings:
            self._check_opening(account, code, day, counterpart)
        books = [account._books_of(code) for code in openings]
        moves = (
            self.env["account.move"]
            .with_context(**LEAN)
            .with_company(account.company_id)
            .create(
                [
                    self._prepare_opening_vals(account, one, day, opening, counterpart)
                    for one, opening in zip(books, openings.values(), strict=True)
                ]
            )
        )
        moves._post(soft=False)
        account._check_posted_on(moves, day)
        for one, opening, move in zip(books, openings.values(), moves, strict=True):
            one.write(
                {
                    "opening_minor": opening.balance,
                    "opening_held_minor": opening.held,
                    "opening_day": day,
                    "opening_move_id": move.id,
                }
            )
        return moves

    @api.model
    def _preview_openings(self, account, found, counterpart):
        """Return what recording would change: posted, looked at, and taken back.

        :param found: {currency: what was shown to the person}
        :return: list of {account, before, change, after} in company currency
        :raises UserError: as recording would
        """
        openings = {code: Opening.from_json(one) for code, one in found.items()}
        return previewed(
            self.env,
            lambda: self._book_openings(
                account, openings, counterpart
            )._kash_stripe_changes(),
        )

    # === GUARDS === #

    @api.model
    def _check_opening(self, account, code, day, counterpart):
        """Refuse what cannot be recorded in a currency.

        :raises UserError: the reason
        """
        books = account._opening_books().get(code)
        if books and books.opening_stands:
            account._check_no_opening()
        refusal = self._opening_refusal(account, code, day)
        if refusal:
            raise UserError(refusal)
        self._check_counterpart(account, counterpart)
        kept = counterpart.currency_id
        if kept and kept.name not in {account.currency_id.name, code.upper()}:
            raise UserError(
                self.env._(
                    "%(account)s is kept in %(kept)s: choose another account for"
                    " %(currency)s.",
                    account=counterpart.display_name,
                    kept=kept.name,
                    currency=code.upper(),
                )
            )

    @api.model
    def _opening_refusal(self, account, code, day):
        """Return why Odoo cannot take an opening in a currency, None for nothing."""
        currency = currency_by_code(self.env, code)
        return self._currency_refusal(currency, code, account.company_id, day)

    @api.model
    def _check_counterpart(self, account, counterpart):
        stripes = self.env["kash.stripe.account"].search(
            [("company_id", "child_of", account.company_id.root_id.id)]
        )
        ours = stripes._clearing_accounts()
        for name in LEDGER_FIELDS:
            ours |= account[name]
        if counterpart in ours or counterpart.account_type in _REFUSED_TYPES:
            raise UserError(
                self.env._(
                    "%(account)s cannot give the opening balance: choose an equity or"
                    " balance sheet account that is no customer's, supplier's or"
                    " Stripe's.",
                    account=counterpart.display_name,
                )
            )

    # === ENTRIES === #

    @api.model
    def _prepare_opening_vals(self, account, books, day, opening, counterpart):
        lines = self._prepare_opening_lines(account, books, day, opening, counterpart)
        if not lines:
            raise UserError(self.env._("There is nothing to record."))
        label = self.env._(
            "Stripe's balance when %(day)s began",
            day=format_date(self.env, account._first_day()),
        )
        company, journal = account.company_id, books.journal_id
        return self._prepare_entry_vals(account, company, journal, day, label, lines)

    @api.model
    def _prepare_opening_lines(self, account, books, day, opening, counterpart):
        """Return the lines, the counterpart's last."""
        currency = books.currency_id
        legs = [
            (leg, minor, self._opening_worth(account, currency, day, minor))
            for *leg, minor in self._opening_legs(account, books, opening)
        ]
        total = -sum(minor for _leg, minor, _worth in legs)
        worth = -sum(worth for _leg, _minor, worth in legs)
        leg = counterpart, self.env._("Stripe's opening balance")
        # What the legs are rounded by may be all the counterpart has, or go against
        # the sum: a line of Odoo's has one side.
        if total * worth < 0:
            legs += [(leg, total, Decimal(0)), (leg, 0, worth)]
        elif total or worth:
            legs.append((leg, total, worth))
        return [
            {
                "account_id": ledger.id,
                "name": name,
                "balance": float(worth),
                **self._opening_currency_vals(account, currency, minor),
            }
            for (ledger, name), minor, worth in legs
        ]

    @api.model
    def _opening_legs(self, account, books, opening):
        """Return [(account, label, minor units)]: clearing, and what was on its way.

        One for each payout and debit.
        """
        label = self.env._("Stripe's opening balance")
        legs = []
        if opening.to_record:
            legs.append((books.clearing_account_id, label, opening.to_record))
        for role, sign, found in (
            ("in_transit", 1, opening.in_transit),
            ("in_process", -1, opening.pending),
        ):
            legs += [
                (account._ledger_account(role), ref, sign * minor)
                for ref, minor in found
                if minor
            ]
        return legs

    @api.model
    def _opening_worth(self, account, currency, day, minor):
        """Return ``minor`` of a currency in the company's (Decimal, rounded)."""
        own, major = account.currency_id, money.to_major(minor, currency.name)
        if currency == own:
            return major
        return self._rounded(
            own, major * self._odoo_rate(currency, account.company_id, day)
        )

    @api.model
    def _opening_currency_vals(self, account, currency, minor):
        """Return what a line in another currency has beside its balance."""
        if currency == account.currency_id:
            return {}
        return {
            "currency_id": currency.id,
            "amount_currency": float(money.to_major(minor, currency.name)),
        }
