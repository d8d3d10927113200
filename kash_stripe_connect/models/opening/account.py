# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...core import money
from ...core.opening import Opening
from ..base.currencies import currency_by_code
from ..base.records import check_one


class OpeningAccount(models.Model):
    """What Stripe held before the first row, in each currency: shown, and recorded."""

    _name = "kash.stripe.account"
    _inherit = [
        "kash.stripe.account",
        "kash.stripe.opening",
        "kash.stripe.opening.pull",
    ]

    opening_left = fields.Boolean(
        "Opening To Record",
        compute="_compute_opening_left",
        compute_sudo=True,
        help="There is a currency whose opening balance is not recorded.",
    )
    opening_found = fields.Json(
        "Held Before, As Found",
        readonly=True,
        copy=False,
        help="What Stripe held of each currency (minor units) before the first row,"
        " when its balance and its rows were first compared.",
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
        check_one(self)
        self._check_may_manage()
        account = self.sudo()
        openings = {c: o for c, o in account._pull_openings().items() if o.is_needed}
        if not openings:
            account._check_no_opening()
            return self._notification(
                self.env._(
                    "Nothing to record: the books hold what Stripe held when"
                    " %(day)s began.",
                    day=format_date(self.env, account._first_day()),
                ),
                "success",
            )
        day = account._opening_entry_day()
        wizard = self.env["kash.stripe.opening.wizard"].create(
            {
                "account_id": self.id,
                "first_day": account._first_day(),
                "day": day,
                "part_ids": [
                    Command.create(account._prepare_opening_shown(code, opening, day))
                    for code, opening in openings.items()
                ],
            }
        )
        return wizard._get_records_action(target="new", name=wizard._title())

    def _prepare_opening_shown(self, code, opening, day):
        """Return the vals of a currency's part of the dialog, in major units.

        :param opening: core.opening.Opening
        :param day: the date of its entry, whose rate counts
        """
        books = self.env["kash.stripe.booking.opening"]
        currency = currency_by_code(self.env, code)
        reason = books._opening_refusal(self, code, day)
        minors = {
            "stripe_balance": opening.stripe,
            "net": opening.net,
            "opening": opening.balance,
            "held": opening.held,
            "to_record": opening.to_record,
            "transit_amount": opening.in_transit_total,
            "pending_amount": opening.pending_total,
        }
        vals = {n: float(money.to_major(minor, code)) for n, minor in minors.items()}
        return {
            **vals,
            "code": code,
            "name": code.upper(),
            "currency_id": currency.id,
            "found": opening.to_json(),
            "chosen": not reason,
            "reason": reason,
            "rate": not reason and self._opening_rate_text(currency, day),
        }

    def _opening_rate_text(self, currency, day):
        """Return by which rate an opening is recorded; False where none is needed."""
        own = self.currency_id
        if currency == own:
            return False
        books = self.env["kash.stripe.booking.opening"]
        rate = books._odoo_rate(currency, self.company_id, day)
        return self.env._(
            "1 %(currency)s = %(rate)s %(own)s, Odoo's rate of %(day)s.",
            currency=currency.name,
            rate=formatLang(self.env, float(rate), digits=6),
            own=own.name,
            day=format_date(self.env, day),
        )

    def _record_openings(self, found, counterpart):
        """Ask once more, and record it if Stripe and the books still say so.

        :param found: {currency: what was shown to the person}
        :raises UserError: they do not, or it cannot be recorded
        """
        self.ensure_one()
        openings = self._pull_openings()
        if not all(
            code in openings and openings[code].agrees_with(Opening.from_json(shown))
            for code, shown in found.items()
        ):
            raise UserError(
                self.env._(
                    "Stripe or the books changed meanwhile. Close this, open it again"
                    " and look once more."
                )
            )
        books = self.env["kash.stripe.booking.opening"]
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

    def _openings_not_counted(self, day):
        """Return what Stripe held and the books do not say by the end of ``day``.

        :return: [(currency, minor units, its entry)]; no entry while none is recorded
        """
        self.ensure_one()
        books, found = self._opening_books(), self._openings_found()
        parts = []
        for code in sorted({*books, *found}):
            mine = books.get(code, self.currency_ids.browse())
            move = mine._opening_standing()
            if not (mine and mine._opening_counts(day)):
                minor = mine.opening_minor if move else found.get(code, 0)
                parts.append((code, minor, move))
        return [part for part in parts if part[1]]

    def _openings_found(self):
        """Return {currency: what was found to be held before the rows that are here}.

        While an earlier day is imported, that becomes less with what is recorded of it,
        as the figures do.
        """
        if self._opening_key() != (self.opening_found or {}).get("since"):
            return {}
        found = self.opening_found["held"]
        earlier = self._net_of_rows("<", [("state", "=", "booked")])
        return {c: found.get(c, 0) - earlier.get(c, 0) for c in {*found, *earlier}}

    def _apply_openings_found(self):
        """Remember what Stripe held, the first time its balance and rows agree.

        Later it could not be told from money that moved without a row: that must go on
        being a difference without a name.
        """
        self.ensure_one()
        known = (self.opening_found or {}).get("since") == self._opening_key()
        if known or not self.balance_agreed:
            return
        if self.env["payment.transaction"]._kash_stripe_without_row(self):
            return
        held, moved = self.stripe_totals or {}, self._net_of_rows(">=")
        found = {c: held.get(c, 0) - moved.get(c, 0) for c in {*held, *moved}}
        self.opening_found = {
            "since": self._opening_key(),
            "held": {code: minor for code, minor in sorted(found.items()) if minor},
        }

    def _opening_key(self):
        """Return from when on rows are here; an import from an earlier day moves it."""
        return fields.Datetime.to_string(self.mirror_start)

    def _net_of_rows(self, operator, only=()):
        """Return {currency: net (minor units)} of rows before, or since, the start."""
        since = ("created_at", operator, self.mirror_start)
        groups = self.env["kash.stripe.balance.transaction"]._read_group(
            [("account_id", "=", self.id), since, *only],
            ["currency_code"],
            ["net:sum"],
        )
        return {code: int(minor) for code, minor in groups}

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
