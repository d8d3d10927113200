# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...core import money, proof
from ...core.proof import Figures
from ..ledger.account import LEDGER
from .line import BESIDE, KINDS

# More rows than this that wait to be recorded have one line together: a year that was
# imported, or undone, is on its way into the books.
_MOST_NAMED = 500
_KIND_ORDER = {kind: place for place, (kind, _label) in enumerate(KINDS)}

# What rows say their entries do to clearing, and what the entries did, reversals
# counted with what they take back; both to the end of a day, where they differ.
_DIFFERING_ENTRIES = """
WITH RECURSIVE ledgers(id, code, factor, own) AS (VALUES %(ledgers)s),
moved AS (
    SELECT l.move_id, g.code,
           SUM(CASE WHEN g.own THEN l.amount_currency ELSE l.balance END * g.factor)
           AS minor
      FROM account_move_line l
      JOIN ledgers g ON g.id = l.account_id
      JOIN account_move m ON m.id = l.move_id
     WHERE l.parent_state = 'posted' AND l.date <= %(day)s AND %(of_lines)s
       AND (m.kash_stripe_account_id = %(account)s OR m.kash_stripe_account_id IS NULL)
  GROUP BY l.move_id, g.code
), chain(id, root_id) AS (
    SELECT m.id, m.reversed_entry_id FROM account_move m
     WHERE m.reversed_entry_id IS NOT NULL AND m.id IN (SELECT move_id FROM moved)
     UNION ALL
    SELECT c.id, m.reversed_entry_id FROM chain c
      JOIN account_move m ON m.id = c.root_id
     WHERE m.reversed_entry_id IS NOT NULL
), roots AS (
    SELECT c.id, c.root_id FROM chain c JOIN account_move m ON m.id = c.root_id
     WHERE m.reversed_entry_id IS NULL
), actual AS (
    SELECT COALESCE(r.root_id, v.move_id) AS move_id, v.code,
           ROUND(SUM(v.minor))::bigint AS minor
      FROM moved v LEFT JOIN roots r ON r.id = v.move_id
  GROUP BY 1, 2
), booked AS (
    SELECT t.*, COALESCE(t.record_day, t.booking_day) AS entry_day
      FROM kash_stripe_balance_transaction t
     WHERE t.account_id = %(account)s AND t.state = 'booked' AND %(of_rows)s
), legs(move_id, code, minor, entry_day) AS (
    SELECT p.move_id, b.currency_code, b.amount, b.entry_day
      FROM booked b JOIN account_payment p ON p.id = b.payment_id
     WHERE p.move_id IS NOT NULL
     UNION ALL
    SELECT b.fee_move_id, b.currency_code, -b.fee, f.date
      FROM booked b JOIN account_move f ON f.id = b.fee_move_id
     UNION ALL
    SELECT entry_id, currency_code,
           CASE WHEN fee_by_hand OR fee_move_id IS NOT NULL THEN amount ELSE net END,
           entry_day
      FROM booked WHERE entry_id IS NOT NULL
), expected AS (
    SELECT move_id, code,
           COALESCE(SUM(minor) FILTER (WHERE entry_day <= %(day)s), 0)::bigint AS minor
      FROM legs GROUP BY move_id, code
)
SELECT COALESCE(e.move_id, a.move_id), COALESCE(e.code, a.code),
       e.minor, COALESCE(a.minor, 0)
  FROM expected e FULL JOIN actual a ON a.move_id = e.move_id AND a.code = e.code
 WHERE COALESCE(e.minor, 0) <> COALESCE(a.minor, 0)
 ORDER BY 1
"""
# Conditions that all lines and all rows meet.
_ALL = (SQL("TRUE"), SQL("TRUE"))


class KashStripeProofFinder(models.AbstractModel):
    """Reads what a proof compares; the same few queries whatever the day."""

    _name = "kash.stripe.proof.finder"
    _description = "Finder of Stripe Differences"

    @api.model
    def _find(self, account, day):
        """Return {currency: (Figures, [vals of lines])} for the end of ``day``.

        Every line's amount is by how much the figure above exceeds the one below.
        """
        figures = self._figures(account, day)
        lines = defaultdict(list)
        before = list(self._openings_outside(account, day))
        for found in (
            before,
            self._missing_rows(account, figures, before),
            self._rows_outside(account, day),
            self._entries_differing(account, day),
            self._open_items(account, day),
        ):
            for code, vals in found:
                lines[code].append(vals)
        codes = {*figures, *lines}
        return {
            code: (
                figures.get(code, Figures(0, 0, 0)),
                sorted(lines[code], key=lambda vals: _KIND_ORDER[vals["kind"]]),
            )
            for code in sorted(codes)
        }

    # === FIGURES === #

    @api.model
    def _figures(self, account, day):
        """Return {currency: Figures} at the end of ``day``."""
        own = account.currency_id.name.lower()
        rows, mine = (
            self.env["kash.stripe.balance.transaction"],
            self._mirrored(account),
        )
        until, after = (
            dict(rows._read_group(mine & window, ["currency_code"], ["net:sum"]))
            for window in (
                Domain("booking_day", "<=", day),
                Domain("booking_day", ">", day),
            )
        )
        totals = account.stripe_totals or {}
        ledger = self._ledger_sums(account, day)
        books = account._opening_books()
        openings = {code: one._opening(day) for code, one in books.items()}
        codes = {own, *until, *after, *ledger} | {
            c for known in (totals, openings) for c, held in known.items() if held
        }
        return {
            code: Figures(
                stripe=totals.get(code, 0) - int(after.get(code, 0)),
                mirror=int(until.get(code, 0)) + openings.get(code, 0),
                ledger=ledger.get(code, 0),
            )
            for code in codes
        }

    @api.model
    def _mirrored(self, account):
        """Return the domain of rows that count; of an import, once it is whole."""
        mine = Domain("account_id", "=", account.id)
        if not account.mirror_start:
            return mine
        counts = Domain("created_at", ">=", account.mirror_start)
        return mine & (counts | Domain("state", "=", "booked"))

    @api.model
    def _ledger_sums(self, account, day):
        """Return {currency: what clearing holds} at the end of ``day``."""
        sums = defaultdict(int)
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", account._clearing_accounts().ids),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
                ("move_id.kash_stripe_account_id", "in", [account.id, False]),
            ],
            ["account_id"],
            ["balance:sum", "amount_currency:sum"],
        )
        for ledger, balance, amount in groups:
            code, own = self._currency_of(account, ledger)
            factor = 10 ** money.exponent(code)
            sums[code] += round((amount if own else balance) * factor)
        return sums

    @api.model
    def _currency_of(self, account, ledger):
        """Return (currency, it is the ledger account's own, not the company's)."""
        own = ledger.currency_id and ledger.currency_id != account.currency_id
        return (ledger.currency_id if own else account.currency_id).name.lower(), own

    # === STRIPE AND MIRROR === #

    @api.model
    def _openings_outside(self, account, day):
        """Yield what Stripe held before the first row and the books do not say by then.

        Not recorded yet, or on a date after ``day``.
        """
        if not account.balance_agreed:
            return
        for code, minor, move in account._openings_not_counted(day):
            if move:
                line = self._entry_line("later", minor, move)
            else:
                label = self.env._("Held when Stripe's rows begin")
                line = self._line(
                    "no_opening", minor, account, label, account._first_day()
                )
            yield code, {**line, "step": "mirror"}

    @api.model
    def _missing_rows(self, account, figures, before):
        """Yield what was paid and has no row yet, where Stripe holds more than rows.

        :param before: (currency, line) of what it held before the first one
        """
        known = Counter()
        for code, line in before:
            known[code] += line["amount"]
        gaps = {
            code: figure.stripe - figure.mirror - known[code]
            for code, figure in figures.items()
            if account.balance_agreed
        }
        if not any(gaps.values()):
            return
        paid = self.env["payment.transaction"]._kash_stripe_without_row(account)
        for code, gap in gaps.items():
            asked = {tx: tx._kash_stripe_asked() for tx in paid}
            amounts = {
                tx: -minor if tx.operation == "refund" else minor
                for tx, (minor, currency) in asked.items()
                if currency == code
            }
            beyond = proof.without_row(gap, tuple(amounts.values()))
            if beyond is None:
                continue
            for tx, amount in amounts.items():
                label = f"{tx.reference} {tx.partner_id.name or ''}".strip()
                yield code, self._line("no_stripe_row", amount, tx, label)
            if beyond:
                yield code, self._line("no_stripe_row_fee", -beyond)

    # === MIRROR AND BOOKS === #

    @api.model
    def _rows_outside(self, account, day):
        """Yield rows that are not in the books, or on another side of ``day`` there."""
        paid = Domain("payment_id", "!=", False)
        dated = [
            Domain(name, "<=", day)
            for name in ("booking_day", "record_day", "fee_move_id.date")
        ]
        domain = Domain.OR(dated) & Domain.OR(
            [
                Domain("fee_by_hand", "=", True),
                Domain("fee_move_id.date", ">", day),
                Domain("fee_move_id", "!=", False) & Domain("booking_day", ">", day),
                Domain("state", "!=", "booked"),
                Domain("record_day", "!=", False),
                ~paid & Domain("entry_id", "=", False),
                paid & Domain("payment_id.move_id", "=", False),
                paid & Domain("fee_move_id", "=", False) & Domain("fee", "!=", 0),
                paid & Domain("entry_id", "!=", False),
            ]
        )
        rows = self.env["kash.stripe.balance.transaction"]
        mine, today = self._mirrored(account), account.company_id._kash_stripe_today()
        many = self._too_many(mine, day, today)
        groups = rows._read_group(
            mine & many, ["currency_code"], ["net:sum", "__count"]
        )
        for code, net, count in groups:
            label = self.env._("Rows: %(count)s", count=count)
            yield code, self._line("to_record", int(net), label=label)
        for row in rows.search(mine & domain & ~many, order="booking_day, id"):
            there = row.net if row.booking_day <= day else 0
            here = row._in_clearing(day)
            if there != here:
                kind = row._kind_outside(day, today)
                yield (
                    row.currency_code,
                    self._line(kind, there - here, row, row._proof_label()),
                )

    @api.model
    def _too_many(self, mine, day, today):
        """Return the domain of rows to record, if they are too many to be named."""
        over = Domain("transaction_id", "!=", False) | Domain("booking_day", "<", today)
        waiting = Domain("state", "=", "new") & Domain("booking_day", "<=", day) & over
        rows = self.env["kash.stripe.balance.transaction"]
        found = rows.search_count(mine & waiting, limit=_MOST_NAMED + 1)
        return waiting if found > _MOST_NAMED else Domain.FALSE

    @api.model
    def _entries_differing(self, account, day, only=_ALL):
        """Yield entries that move clearing otherwise than their rows say.

        :param only: conditions of the lines (l) and of the rows (t) that are looked at
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                _DIFFERING_ENTRIES,
                ledgers=self._sql_ledgers(account),
                day=day,
                account=account.id,
                of_lines=only[0],
                of_rows=only[1],
            )
        )
        found = self.env.cr.fetchall()
        openings, told = self._opening_differences(account, day, found)
        yield from openings
        moves = self.env["account.move"].browse([move_id for move_id, *_ in found])
        moves = moves.exists() - told
        known = {move.id: move for move in moves}
        for move_id, code, expected, actual in found:
            move = known.get(move_id)
            if move:
                kind = proof.entry_kind(
                    expected=expected,
                    stands=bool(actual) or self._stands(move),
                    counted=self._is_counted(move),
                )
                amount = (expected or 0) - actual
                yield code, self._entry_line(kind, amount, move)

    @api.model
    def _stands(self, move):
        """Tell whether an entry is posted and nothing took it back."""
        back = move.reversal_move_ids.filtered(lambda m: m.state == "posted")
        return move.state == "posted" and not back

    @api.model
    def _is_counted(self, move):
        """Tell whether the movement of an entry is in the books by another one."""
        tx = move.origin_payment_id.payment_transaction_id
        rows = move.line_ids.kash_stripe_row_id | tx.kash_stripe_row_ids
        return "booked" in rows.mapped("state")

    @api.model
    def _sql_ledgers(self, account):
        """Return the clearing accounts as SQL rows: id, currency, factor, its own."""
        values = []
        for ledger in account._clearing_accounts():
            code, own = self._currency_of(account, ledger)
            factor = 10 ** money.exponent(code)
            values.append(SQL("(%s, %s, %s, %s)", ledger.id, code, factor, bool(own)))
        return SQL(", ").join(values)

    # === BESIDE === #

    @api.model
    def _open_items(self, account, day):
        """Yield what the other Stripe accounts of the books hold."""
        ledgers = {
            account[LEDGER[role][0]]: role
            for role, _label in BESIDE
            if role in LEDGER and account[LEDGER[role][0]]
        }
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", [ledger.id for ledger in ledgers]),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        code = account.currency_id.name.lower()
        for ledger, balance in groups:
            minor = round(balance * 10 ** money.exponent(code))
            if minor:
                vals = self._line(ledgers[ledger], minor, ledger, ledger.display_name)
                yield code, {**vals, "step": "beside"}

    # === LINES === #

    @api.model
    def _line(self, kind, amount, record=None, label=False, day=False):
        """Return the vals of a line."""
        if record and record._name == "kash.stripe.balance.transaction":
            day = record.booking_day
        return {
            "step": "mirror" if kind.startswith("no_stripe_row") else "books",
            "kind": kind,
            "day": day,
            "label": label or False,
            "amount": amount,
            "record": f"{record._name},{record.id}" if record else False,
        }

    @api.model
    def _entry_line(self, kind, amount, move):
        """Return the vals of a line about an entry."""
        label = f"{move.name or ''} {move.ref or ''}".strip()
        return self._line(kind, amount, move, label, move.date)

    @api.model
    def _opening_differences(self, account, day, found):
        """Return where an opening is not what its entry and those before it did.

        :param found: (entry, currency, expected, done) of each that differs
        :return: (lines by currency, the entries that this tells everything about)
        """
        lines, told = [], self.env["account.move"]
        done = {(move_id, code): actual for move_id, code, _expected, actual in found}
        for code, books in account._opening_books().items():
            counts, move = books._opening_counts(day), books.opening_move_id
            wanted, held, before = 0, 0, move.browse()
            if counts:
                wanted, held = books.opening_minor, books.opening_held_minor
                before = books._held_moves()
            counted_on = sum(done.get((entry.id, code), 0) for entry in before)
            gaps = [
                (wanted - held - done.get((move.id, code), 0), move),
                (held - counted_on, self._changed_last(before) or move),
            ]
            lines += [
                (code, self._entry_line("opening", gap, entry))
                for gap, entry in gaps
                if gap
            ]
            told |= move | before
        return lines, told

    @api.model
    def _changed_last(self, moves):
        """Return the entry that changed: one taken back, else the last written."""
        gone = moves.filtered(lambda move: not self._stands(move))
        return (gone or moves).sorted("write_date")[-1:]
