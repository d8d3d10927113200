# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...core import double_entry, money
from ..base.minor_units import MinorUnits
from ..base.records import check_some, previewed

# Payments of invoices, and other rows, that are recorded in one transaction.
_CHUNK = 100
_LOOSE_CHUNK = 500
# A day is one entry; only a day of more rows than this becomes several.
_DAY_ROWS = 1000
# What tells which rows are ready: a year of them is looked at together.
_TO_SORT = (
    "account_id",
    "transaction_id",
    "state",
    "type",
    "source_id",
    "created_at",
    "booking_day",
    "record_day",
)


class LedgerBalanceTransaction(models.Model):
    """Rows on their way into the books: ready, by hand, and the income they are."""

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

    movement_ids = fields.One2many(
        "kash.stripe.movement", "row_id", "What Followed Without A Row", readonly=True
    )

    _booking_family = "kash.stripe.booking.row"

    _fee_waits = models.Index("(account_id) WHERE (fee_by_hand IS TRUE)")

    own_amount = MinorUnits(
        "Customer's Amount (minor units)",
        readonly=True,
        help="Of the charge or refund, before Stripe converted it.",
    )
    own_currency = fields.Char("Customer's Currency", readonly=True)
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
                return self.env._(
                    "Payouts were to be recorded by hand when it came: record it."
                )
        elif (
            self._counterpart() == "fees" and company.kash_stripe_record_fees == "hand"
        ):
            return self.env._(
                "Fees were to be recorded by hand when it came: record it."
            )
        return None

    def _legs(self, role):
        """Return what an entry books of this row, whose amount belongs to ``role``.

        Without the fee while that waits.
        """
        legs = (
            double_entry.row_gross_legs if self.fee_by_hand else double_entry.row_legs
        )
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
        return self.type in double_entry.PAYOUT_TYPES

    def _to_major(self, minor):
        """Return an amount of this row's currency to show, from minor units."""
        return float(money.to_major(minor, self.currency_code))

    def action_deposit(self):
        """Open the dialog that records what waits for a person."""
        check_some(self)
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

    def _may_be_income(self):
        """Override: a receipt of no invoice here, or what takes one back."""
        return not self.transaction_id and self._counterpart() == "unallocated"

    def _is_converted(self):
        """Tell whether Stripe settled it in another currency than was paid."""
        own = self.own_currency or self.currency_code
        return bool(self.exchange_rate) or own != self.currency_code

    def _own_minor(self):
        """Return the charge's or refund's own amount, with the row's sign.

        Where Stripe did not tell it, what its rate makes of the settled amount.
        """
        own = self.own_amount or abs(self.amount)
        if not self.own_amount and self.exchange_rate:
            own = round(abs(self.amount) / Decimal(self.exchange_rate))
        return own if self.amount > 0 else -own

    def _document_lines(self):
        """Return the posted lines of rows of one document, off clearing and fees.

        What conversion left of it is among them.
        """
        own = self.entry_line_id
        rest = self.rest_move_id.line_ids.filtered(
            lambda line: line.account_id in own.account_id
        )
        return (own | rest).filtered(lambda line: line.parent_state == "posted")

    @api.model
    def _post_rows(self, account, rows):
        """Record ``rows`` of one account, each by the rule that takes it."""
        self.env["kash.stripe.booking.row"]._book(account, rows)

    @api.model
    def _book_ready(self, account):
        """Record every row of an account that is ready."""
        self._book_rows(account, self._ready(account))
        for rule in self.env["kash.stripe.booking"]._rules():
            rule._catch_up(account)
        self.env["kash.stripe.movement"]._book_ready(account)

    @api.model
    def _ready(self, account):
        """Return the rows to record, oldest first, of days that are over.

        Payments of ours need not wait for the end of a day.
        """
        self._link_late(account, self.search(self._in_state(account, ["waiting"])))
        # A year of them is looked at together.
        rows = self.search_fetch(
            self._to_record_now(account), _TO_SORT, order="created_at, id"
        )
        self._link_late(account, rows)
        self._tell_still_reading(account)
        today = account.company_id._kash_stripe_today()
        due = rows.filtered(lambda row: row.transaction_id or row.booking_day < today)
        return due - self._before_import(account, due)

    @api.model
    def _payments_ready(self, account, about, most):
        """Return no more than so many payments of ours to record, oldest first.

        :param about: the domain of the rows that are looked at; None: of all
        """
        ours = Domain("transaction_id", "!=", False)
        if about is not None:
            # Whose they are may be known only now.
            open_rows = self._in_state(account, ["new", "waiting"]) & about
            self._link_late(account, self.search(open_rows))
            ours &= about
        payments = self._to_record_now(account) & ours
        return self.search(payments, order="created_at, id", limit=most)

    @api.model
    def _are_many_ready(self, account, most):
        """Tell whether more than so many rows are ready, without reading them."""
        today = account.company_id._kash_stripe_today()
        due = Domain("transaction_id", "!=", False) | Domain("booking_day", "<", today)
        ready = self._to_record_now(account) & due
        return self.search_count(ready, limit=most + 1) > most

    @api.model
    def _tried_again(self, account):
        """Override: what Stripe changed is read again first, by a person."""
        return super()._tried_again(account) & Domain("changed", "=", False)

    @api.model
    def _in_state(self, account, states):
        return Domain("account_id", "=", account.id) & Domain("state", "in", states)

    @api.model
    def _to_record_now(self, account):
        """Return the domain of what is to be recorded, without the days being read."""
        states = ["new"]
        if account.company_id.sudo().kash_stripe_record_when_open:
            states.append("held")
        return self._in_state(account, states) & ~self._still_reading(account)

    def _unbooked(self):
        """Leave out what another job recorded since we looked."""
        return self.filtered(lambda row: row.state in {"new", "held"})

    # === WHILE READING === #

    @api.model
    def _still_reading(self, account):
        """Return the domain of rows whose days are read in part.

        Pages come newest first. Once the window is whole its days are recorded, the
        oldest first and each of them whole; rows that wait are not even looked at.
        Payments of ours need none of that, unless they are in a day's entry, too.
        """
        pulls = account.pull_ids.filtered(lambda pull: pull._keeps_back())
        of_days = Domain("transaction_id", "=", False) | Domain(
            "transaction_id.state", "in", ["pending", "error"]
        )
        return of_days & Domain.OR(pull._days() for pull in pulls)

    @api.model
    def _before_import(self, account, rows):
        """Return rows, younger than an import, that take back what it may bring."""
        imports = account.pull_ids.filtered(
            lambda pull: pull.kind == "import" and pull._keeps_back()
        )
        loose = rows.filtered(lambda row: imports and not row.transaction_id)
        undone = self.env["kash.stripe.booking"]._undone_rows(account, loose)
        waiting = rows.browse([row.id for row, before in undone.items() if not before])
        waiting._say_still_reading()
        return waiting

    @api.model
    def _tell_still_reading(self, account):
        """Say on rows that take something back what they wait for."""
        undoing = (
            self._in_state(account, ["new"])
            & self._still_reading(account)
            & Domain("type", "in", list(double_entry.MAY_UNDO_TYPES))
            & Domain("reason", "=", False)
        )
        self.search(undoing).filtered(lambda row: row._undoes())._say_still_reading()

    def _say_still_reading(self):
        self.filtered(lambda row: not row.reason).reason = self.env._(
            "Rows of before are still being read from Stripe."
        )

    # === CHUNKS === #

    @api.model
    def _ready_chunks(self, account):
        """Yield what is ready in portions.

        Payments come first, then days, the oldest first, one day whole in a portion.
        """
        rows = self._ready(account)
        linked = rows.filtered("transaction_id")
        chunks = [
            *(linked[at : at + _CHUNK] for at in range(0, len(linked), _CHUNK)),
            *self._day_chunks(rows - linked),
        ]
        # Each reads ahead for itself alone: the next one is another transaction.
        yield from (chunk.with_prefetch() for chunk in chunks)

    @api.model
    def _day_chunks(self, rows):
        chunk = rows.browse()
        for _day, day in sorted(rows.grouped("entry_day").items()):
            if chunk and len(chunk) + len(day) > _LOOSE_CHUNK:
                yield chunk
                chunk = rows.browse()
            chunk |= day
            while len(chunk) > _DAY_ROWS:
                yield chunk[:_DAY_ROWS]
                chunk = chunk[_DAY_ROWS:]
        if chunk:
            yield chunk
