# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core import days
from ..core.opening import Opening, amounts, totals, was_in_transit, was_pending

# A bank debit is decided in days, a payout arrives in days: longer is never pending.
_ON_ITS_WAY = timedelta(days=35)
# How often balance and rows are read until nothing moved in between.
_READINGS = 3
_INLINE_PAGES = 3


class KashStripeAccount(models.Model):
    """What Stripe held before the first row, in each currency: read, then recorded."""

    _name = "kash.stripe.account"
    _inherit = ["kash.stripe.account", "kash.stripe.opening"]

    opening_left = fields.Boolean(
        "Opening To Record",
        compute="_compute_opening_left",
        compute_sudo=True,
        help="There is a currency whose opening balance is not recorded.",
    )

    # === COMPUTE METHODS === #

    @api.depends("opening_stands", "currency_ids.opening_stands", "stripe_totals")
    def _compute_opening_left(self):
        for account in self:
            books = account._opening_books()
            held = account.stripe_totals or {}
            codes = {*books, *(code for code, minor in held.items() if minor)}
            account.opening_left = any(
                code not in books or not books[code].opening_stands for code in codes
            )

    # === ACTION METHODS === #

    def action_opening(self):
        """Ask Stripe what it held, and show what recording it would do."""
        self.ensure_one()
        self._check_may_manage()
        account = self.sudo()
        openings = {c: o for c, o in account._pull_openings().items() if o.is_needed}
        if not openings:
            account._check_no_opening()
            return self._told(
                self.env._(
                    "Nothing to record: the books hold what Stripe held when"
                    " %(day)s began.",
                    day=format_date(self.env, account._first_day()),
                ),
                "success",
            )
        day = account._opening_entry_day()
        parts = self.env["kash.stripe.opening.part"]
        wizard = self.env["kash.stripe.opening.wizard"].create(
            {
                "account_id": self.id,
                "first_day": account._first_day(),
                "day": day,
                "part_ids": [
                    Command.create(parts._prepare_vals(account, code, opening, day))
                    for code, opening in openings.items()
                ],
            }
        )
        return wizard._get_records_action(target="new", name=wizard._title())

    def _record_openings(self, found, counterpart):
        """Ask once more, and record it if Stripe and the books still say so.

        :param found: {currency: core.opening.Opening} shown to the person
        :raises UserError: they do not, or it cannot be recorded
        """
        self.ensure_one()
        openings = self._pull_openings()
        if not all(
            code in openings and openings[code].agrees_with(shown)
            for code, shown in found.items()
        ):
            raise UserError(
                self.env._(
                    "Stripe or the books changed meanwhile. Close this, open it again"
                    " and look once more."
                )
            )
        books = self.env["kash.stripe.booking"]
        books._book_openings(
            self, {code: openings[code] for code in found}, counterpart
        )
        self._refresh_activities()

    # === STATE === #

    def _stripe_account(self):
        return self

    def _clearing_ever(self):
        return super()._clearing_ever() | self.former_clearing_ids

    def _opening_books(self):
        """Return {currency: what remembers its opening} of the company's and others."""
        self.ensure_one()
        return {
            books.currency_id.name.lower(): books
            for books in (self, *self.currency_ids)
        }

    def _first_day(self):
        """Return the first day (T0) whose rows are here."""
        return self._day_of(self.mirror_start)

    def _check_no_opening(self):
        """Refuse what only holds while no opening balance is recorded.

        :raises UserError: naming the entries to reverse first
        """
        standing = [
            books for books in self._opening_books().values() if books.opening_stands
        ]
        if standing:
            raise UserError(
                self.env._(
                    "The opening balance of %(day)s is recorded: %(entry)s. Reverse"
                    " that entry first.",
                    day=format_date(self.env, standing[0].opening_day),
                    entry=", ".join(b.opening_move_id.display_name for b in standing),
                )
            )

    def _opening_entry_day(self):
        """Return the day before the first one; where that is locked the first one.

        :raises UserError: both are locked
        """
        first, locks = self._first_day(), []
        for day in (first - timedelta(days=1), first):
            locks = self.company_id.with_context(
                kash_stripe_person=True
            )._kash_stripe_locks(day, self.journal_id)
            if not locks:
                return day
        raise UserError(
            self.env._(
                "%(day)s is locked: %(locks)s. Open it for the opening balance, or"
                " import from an earlier day.",
                day=format_date(self.env, first),
                locks=self.company_id._format_lock_dates(locks),
            )
        )

    # === PULL === #

    def _pull_openings(self):
        """Return what Stripe held before the first row, and what was on its way.

        :return: {currency: core.opening.Opening} of those not recorded yet
        :raises UserError: it cannot be known now
        """
        self.ensure_one()
        self._check_nothing_is_read()
        self._check_rows_are_final()
        if not self._try_serialise():
            raise UserError(
                self.env._("Stripe is being read right now. Try again in a minute.")
            )
        with self._told_to_a_person():
            return self._pull_on_its_way(self._pull_settled_totals())

    def _check_rows_are_final(self):
        if self.row_ids.filtered("changed"):
            raise UserError(
                self.env._(
                    "Stripe changed rows after they were final. Press Try Again on"
                    " them first."
                )
            )

    def _pull_settled_totals(self):
        """Return Stripe's balances (minor units) once every row of them is here.

        Balance, rows, balance: both balances must be the same.
        """
        gateway = self._gateway(retries=1)
        for _reading in range(_READINGS):
            before = totals(gateway.balance())
            self._pull_rows(_INLINE_PAGES)
            if self._news_pull().cursor:
                raise UserError(
                    self.env._(
                        "There is much to read from Stripe: press Sync Now first."
                    )
                )
            facts = gateway.balance()
            if totals(facts) == before:
                self._apply_balance(facts)
                self.balance_agreed = True
                return before
        raise UserError(
            self.env._("Money is moving at Stripe right now. Try again in a minute.")
        )

    def _pull_on_its_way(self, held):
        """Return the openings with the payouts and debits of the days before."""
        gateway, rows = self._gateway(retries=1), self._rows_since_start()
        came = set(rows.mapped("txn_id"))
        start = days.epoch(self.mirror_start)
        window = {"since": start - int(_ON_ITS_WAY.total_seconds()), "until": start}
        payouts = [
            payout
            for payout in _all_pages(gateway.payouts_page, window)
            if was_in_transit(
                payout, start=start, day=self._first_day(), came_since=came
            )
        ]
        debits = [
            row
            for row in _all_pages(gateway.pending_debits_page, window)
            if was_pending(row, came_since=came)
        ]
        moved = rows.grouped("currency_code")
        books = self._opening_books()
        codes = {*held, *moved, *books, *(one.currency for one in payouts + debits)}
        return {
            code: Opening(
                stripe=held.get(code, 0),
                net=sum(moved.get(code, rows.browse()).mapped("net")),
                held=books[code]._held_before() if code in books else 0,
                in_transit=amounts(payouts, code),
                pending=amounts(debits, code),
            )
            for code in sorted(codes, key=lambda code: (code != self._code(), code))
            if code not in books or not books[code].opening_stands
        }

    def _code(self):
        """Return the company's currency as Stripe says it."""
        return self.currency_id.name.lower()

    def _rows_since_start(self):
        return self.env["kash.stripe.balance.transaction"].search_fetch(
            [("account_id", "=", self.id), ("created_at", ">=", self.mirror_start)],
            ["txn_id", "net", "currency_code"],
        )


def _all_pages(ask, window):
    """Yield the items of every page of a list."""
    cursor = None
    while True:
        page = ask(**window, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if not cursor:
            return
