# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core import booking, money
from .preview import previewed


class KashStripeBalanceTransaction(models.Model):
    """Payouts and fees that a person records: each leg once, whichever way."""

    _inherit = "kash.stripe.balance.transaction"

    fee_by_hand = fields.Boolean(
        "Fee To Record By Hand",
        readonly=True,
        help="The row is recorded in full; its fee waits for a person.",
    )

    stays_in_suspense = fields.Boolean(
        readonly=True,
        help="Recorded before what it takes back was known, and undone since: it goes"
        " where it stood.",
    )

    _fee_waits = models.Index("(account_id) WHERE (fee_by_hand IS TRUE)")

    # === WHAT WAITS === #

    def _by_hand_reason(self):
        """Return why a person records this row, None where the books follow it.

        By the company's settings, unless a person is at it.
        """
        if self.env.context.get("kash_stripe_person"):
            return None
        company = self.company_id.sudo()
        if self._is_payout():
            if company.kash_stripe_move_payouts == "hand":
                return self.env._("Payouts are recorded by hand.")
        elif (
            self._counterpart() == "fees" and company.kash_stripe_record_fees == "hand"
        ):
            return self.env._("Fees are recorded by hand.")
        return None

    def _legs(self, role):
        """Return what an entry books of this row, whose amount belongs to ``role``.

        Without the fee while that waits.
        """
        legs = booking.row_gross_legs if self.fee_by_hand else booking.row_legs
        return legs(self._facts(), role)

    def _net_to_book(self):
        """Return by how much its entries move clearing (minor units).

        Without the fee while that waits.
        """
        return self.amount if self.fee_by_hand else self.net

    @api.model
    def _waiting_for_a_person(self, account):
        """Return (rows, rows whose fee alone waits) of an account, oldest first."""
        mine = [("account_id", "=", account.id)]
        order = "booking_day, id"
        rows = self.search([*mine, ("state", "=", "by_hand")], order=order)
        fees = self.search(
            [*mine, ("state", "=", "booked"), ("fee_by_hand", "=", True)], order=order
        )
        return rows, fees

    def _is_payout(self):
        """Tell money that moves between Stripe and the bank from what it cost."""
        return self.type in booking.PAYOUT_TYPES

    def _to_major(self, minor):
        """Return an amount of this row's currency to show, from minor units."""
        return float(money.to_major(minor, self.currency_code))

    def action_deposit(self):
        """Open the dialog that records what waits for a person."""
        return self.account_id[:1].action_deposit()

    # === BOOK === #

    @api.model
    def _book_deposit(self, account, rows, fee_rows, day, journal):
        """Record rows and fees that waited, on a chosen day; all or none.

        :param rows: rows in state *by_hand*; payouts reach ``journal`` with it, if any
        :param fee_rows: rows whose fee alone waits
        :param journal: a bank without statements; empty: payouts stay in transit
        :return: the entries
        :raises UserError: what keeps one of them from the books; nothing was changed
        """
        self._check_deposit(rows, fee_rows, day)
        person = {"kash_stripe_person": True}
        rows, fee_rows = rows.with_context(**person), fee_rows.with_context(**person)
        account = account.with_context(**person)
        rows.write({"record_day": day, "state": "new", "reason": False})
        rows._book_these(account)
        rows._check_all_booked()
        books = self.env["kash.stripe.booking.row"].with_context(**person)
        books._book_waiting_fees(account, fee_rows, day)
        moved = books._book_after_deposit(account, rows, day, journal)
        account._refresh_activities()
        return rows.entry_id | fee_rows.fee_move_id | moved.entry_id

    @api.model
    def _check_deposit(self, rows, fee_rows, day):
        """Refuse what does not wait, and a date before Stripe's.

        :raises UserError: the reason
        """
        together = rows | fee_rows
        if not together:
            raise UserError(self.env._("Choose what you want to record."))
        done = rows.filtered(lambda row: row.state != "by_hand") | fee_rows.filtered(
            lambda row: row.state != "booked" or not row.fee_by_hand
        )
        if done:
            raise UserError(
                self.env._("%(row)s does not wait any more.", row=done[:1].display_name)
            )
        together._check_held_day(day)

    def _check_held_day(self, day):
        """Override: money cannot be recorded before Stripe moved it."""
        early = self.filtered(lambda row: day and row.booking_day > day)
        if early:
            raise UserError(
                self.env._(
                    "%(row)s is of %(day)s: it cannot be recorded before that.",
                    row=early[:1].display_name,
                    day=format_date(self.env, early[:1].booking_day),
                )
            )
        return super()._check_held_day(day)

    @api.model
    def _preview_deposit(self, *args):
        """Return what :meth:`_book_deposit` would change: posted, and taken back.

        :return: list of {account, before, change, after} in company currency
        :raises UserError: as recording would
        """
        return previewed(
            self.env, lambda: self._book_deposit(*args)._kash_stripe_changes()
        )
