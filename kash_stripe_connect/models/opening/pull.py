# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from ...core import days
from ...core.lists import Unread
from ...core.opening import Opening, amounts, totals, was_in_transit, was_pending

# A bank debit is decided in days, a payout arrives in days: longer is never pending.
_ON_ITS_WAY = timedelta(days=35)
_INLINE_PAGES = 3


class KashStripeOpeningPull(models.AbstractModel):
    """What Stripe held when the books began, read from its rows."""

    _name = "kash.stripe.opening.pull"
    _description = "Stripe Opening Readings"

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
                    "Stripe changed rows after they were final. Settle them first:"
                    " Try Again on stopped ones, Record as Stripe Says or Keep as"
                    " Recorded on those in the books."
                )
            )

    def _pull_settled_totals(self):
        """Return Stripe's balances (minor units) once every row of them is here."""
        balance = self._pull_until_nothing_moves(self._pull_all_rows)
        if balance is None:
            raise UserError(
                self.env._(
                    "Money is moving at Stripe right now. Try again in a minute."
                )
            )
        return totals(balance)

    def _pull_all_rows(self):
        """Bring the mirror up to now, if that is quickly done.

        :raises UserError: it is not
        """
        self._pull_rows(_INLINE_PAGES)
        if self._news_pull().cursor:
            raise UserError(
                self.env._("There is much to read from Stripe: press Sync Now first.")
            )

    def _pull_on_its_way(self, held):
        """Return the openings with the payouts and debits of the days before."""
        gateway, rows = self._gateway(retries=1), self._rows_since_start()
        came = set(rows.mapped("txn_id"))
        start = days.epoch(self.mirror_start)
        window = {"since": start - int(_ON_ITS_WAY.total_seconds()), "until": start}
        payouts = [
            payout
            for payout in self._items(gateway.payouts_page, **window)
            if was_in_transit(
                payout, start=start, day=self._first_day(), came_since=came
            )
        ]
        debits = [
            row
            for row in self._sound_items(gateway.pending_debits_page, **window)
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

    def _sound_items(self, verb, **asked):
        """Yield the rows of a list; those with a problem are set aside."""
        for row in self._items(verb, **asked):
            if row.problem:
                self._set_aside([Unread("row", row.id, row.problem)])
            else:
                yield row

    def _code(self):
        """Return the company's currency as Stripe says it."""
        return self.currency_id.name.lower()

    def _rows_since_start(self):
        return self.env["kash.stripe.balance.transaction"].search_fetch(
            [("account_id", "=", self.id), ("created_at", ">=", self.mirror_start)],
            ["txn_id", "net", "currency_code"],
        )
