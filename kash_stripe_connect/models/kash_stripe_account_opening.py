# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core import days, money
from ..core.opening import Opening, amounts, was_in_transit, was_pending
from .minor_units import MinorUnits

# A bank debit is decided in days, a payout arrives in days: longer is never pending.
_ON_ITS_WAY = timedelta(days=35)
# How often balance and rows are read until nothing moved in between.
_READINGS = 3
_INLINE_PAGES = 3


class KashStripeAccount(models.Model):
    """What Stripe held before the first row: read, and remembered once recorded."""

    _inherit = "kash.stripe.account"

    opening_minor = MinorUnits(
        "Opening Balance (minor units)",
        readonly=True,
        copy=False,
        help="What Stripe held before the first row, in the company's currency.",
    )
    opening_held_minor = MinorUnits(
        "Held Before (minor units)",
        readonly=True,
        copy=False,
        help="The part of it that clearing held already: its entry is less by it.",
    )
    opening_day = fields.Date(
        "Opening Balance Of", readonly=True, copy=False, help="The date of its entry."
    )
    opening_move_id = fields.Many2one(
        "account.move",
        "Opening Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    opening_stands = fields.Boolean(
        "Opening Recorded", compute="_compute_opening_stands", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("opening_move_id.state", "opening_move_id.reversal_move_ids.state")
    def _compute_opening_stands(self):
        for account in self:
            account.opening_stands = bool(account._opening_standing())

    # === ACTION METHODS === #

    def action_opening(self):
        """Ask Stripe what it held, and show what recording it would do."""
        self.ensure_one()
        self._check_may_manage()
        account = self.sudo()
        opening = account._pull_opening()
        if not (opening.to_record or opening.in_transit or opening.pending):
            return self._told(
                self.env._(
                    "Nothing to record: the books hold what Stripe held when"
                    " %(day)s began.",
                    day=format_date(self.env, account._first_day()),
                ),
                "success",
            )
        wizard = self.env["kash.stripe.opening.wizard"].create(
            {
                "account_id": self.id,
                "found": opening.to_json(),
                "first_day": account._first_day(),
                "day": account._opening_entry_day(),
            }
        )
        return wizard._get_records_action(
            target="new", name=self.env._("Opening Balance")
        )

    def _opening_amounts(self, found):
        """Return what the dialog shows (company currency) of what was found."""
        opening, code = Opening.from_json(found), self.currency_id.name
        minors = {
            "stripe_balance": opening.stripe,
            "net": opening.net,
            "opening": opening.balance,
            "held": opening.held,
            "to_record": opening.to_record,
            "transit_amount": opening.in_transit_total,
            "pending_amount": opening.pending_total,
        }
        return {
            name: float(money.to_major(minor, code)) for name, minor in minors.items()
        }

    def _record_opening(self, found, counterpart):
        """Ask once more, and record it if Stripe and the books still say so.

        :param found: what was shown to the person
        :raises UserError: they do not, or it cannot be recorded
        """
        self.ensure_one()
        opening = self._pull_opening()
        if not opening.agrees_with(Opening.from_json(found)):
            raise UserError(
                self.env._(
                    "Stripe or the books changed meanwhile. Close this, open it again"
                    " and look once more."
                )
            )
        books = self.env["kash.stripe.booking"]
        books._book_opening(self, opening, counterpart)
        self._refresh_activities()

    # === STATE === #

    def _first_day(self):
        """Return the first day (T0) whose rows are here."""
        return self._day_of(self.mirror_start)

    def _opening_standing(self):
        """Return the opening's entry unless it was cancelled or reversed."""
        move = self.opening_move_id
        gone = not move or move.state == "cancel"
        if gone or self.env["kash.stripe.reversal"]._is_reversed(move):
            return move.browse()
        return move

    def _opening_in_force(self):
        """Return what the books say Stripe held before the first row (minor units)."""
        return self.opening_minor if self._opening_standing() else 0

    def _check_no_opening(self):
        """Refuse what only holds while no opening balance is recorded.

        :raises UserError: naming the entry to reverse first
        """
        move = self._opening_standing()
        if move:
            raise UserError(
                self.env._(
                    "The opening balance of %(day)s is recorded: %(entry)s. Reverse"
                    " that entry first.",
                    day=format_date(self.env, self.opening_day),
                    entry=move.display_name,
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

    def _opening_held(self):
        """Return what clearing holds from before the first day (minor units).

        Entries of ours do not count: an opening that was reversed is none.
        """
        mine = self.env["account.move"].search(
            [
                "|",
                ("kash_stripe_account_id", "=", self.id),
                ("reversed_entry_id.kash_stripe_account_id", "=", self.id),
                ("line_ids.account_id", "in", self._clearing_ever().ids),
                ("date", "<", self._first_day()),
            ]
        )
        [[held]] = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", self._clearing_ever().ids),
                ("parent_state", "=", "posted"),
                ("date", "<", self._first_day()),
                ("move_id", "not in", mine.ids),
            ],
            aggregates=["balance:sum"],
        )
        code = self.currency_id.name
        exact = f"{held or 0.0:.{self.currency_id.decimal_places}f}"
        return money.ledger_to_minor(exact, code)

    def _clearing_ever(self):
        """Return every account that ever held this Stripe account's balance."""
        return self.clearing_account_id | self.former_clearing_ids

    # === PULL === #

    def _pull_opening(self):
        """Return what Stripe held before the first row, and what was on its way.

        :raises UserError: it cannot be known now, or is recorded already
        """
        self.ensure_one()
        self._check_no_opening()
        self._check_nothing_is_read()
        self._check_rows_are_final()
        if not self._try_serialise():
            raise UserError(
                self.env._("Stripe is being read right now. Try again in a minute.")
            )
        with self._told_to_a_person():
            balance = self._pull_settled_balance()
            return self._pull_on_its_way(balance)

    def _check_rows_are_final(self):
        if self.row_ids.filtered("changed"):
            raise UserError(
                self.env._(
                    "Stripe changed rows after they were final. Press Try Again on"
                    " them first."
                )
            )

    def _pull_settled_balance(self):
        """Return Stripe's balance (minor units) once every row of it is here.

        Balance, rows, balance: both balances must be the same.
        """
        gateway, code = self._gateway(retries=1), self.currency_id.name.lower()
        for _reading in range(_READINGS):
            before = gateway.balance().total(code)
            self._pull_rows(_INLINE_PAGES)
            if self._news_pull().cursor:
                raise UserError(
                    self.env._(
                        "There is much to read from Stripe: press Sync Now first."
                    )
                )
            if gateway.balance().total(code) == before:
                return before
        raise UserError(
            self.env._("Money is moving at Stripe right now. Try again in a minute.")
        )

    def _pull_on_its_way(self, balance):
        """Return the opening with the payouts and debits of the days before."""
        gateway, code = self._gateway(retries=1), self.currency_id.name.lower()
        rows = self._rows_since_start(code)
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
        return Opening(
            stripe=balance,
            net=sum(rows.mapped("net")),
            held=self._opening_held(),
            in_transit=amounts(payouts, code),
            pending=amounts(debits, code),
        )

    def _rows_since_start(self, code):
        return self.env["kash.stripe.balance.transaction"].search_fetch(
            [
                ("account_id", "=", self.id),
                ("currency_code", "=", code),
                ("created_at", ">=", self.mirror_start),
            ],
            ["txn_id", "net"],
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
