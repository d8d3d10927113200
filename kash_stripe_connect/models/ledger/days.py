# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from ...const import LEAN
from ...core import double_entry, payer
from .entry import BookingError

# Roles without a line for each row: nothing is matched there.
_SUMMED = {"clearing", "fees"}
# What only a line in another currency than the company's says.
_FOREIGN = {"currency_id", "amount_currency"}
_BATCH = 500


@dataclass(frozen=True)
class _Plan:
    """What becomes of each row of a batch, and what each of them takes back.

    ``beyond`` is by how much that is more than was paid.
    """

    roles: dict
    undone: dict
    beyond: dict


class KashStripeBookingDay(models.AbstractModel):
    """The day's entry: everything at Stripe that is no payment of an invoice here."""

    _name = "kash.stripe.booking.day"
    _inherit = "kash.stripe.booking.row"
    _description = "Stripe Booking: The Day's Entry"

    _booking_order = 30

    # === ENTRY === #

    @api.model
    def _takes(self, rows):
        """Override: whatever is left, a bank debit that has not arrived included."""
        return rows

    @api.model
    def _book_all(self, account, rows):
        """Override: rows of days that are over, one entry a day.

        What is found later makes a further entry of that date: a posted entry is never
        changed.
        """
        today = account.company_id._kash_stripe_today()
        over = rows.filtered(lambda row: row.booking_day < today)
        # Locks first: what undoes a row that is held by now is held with it.
        open_rows = rows.browse().concat(
            *(
                self._hold_locked(account, company, group)
                for company, group in over.grouped(self._posting_company).items()
            )
        )
        ready = self._sort_out(account, open_rows)
        for company, group in ready.grouped(self._posting_company).items():
            for batch in _whole_days(group):
                self._record_or_stop(account, company, batch)

    @api.model
    def _sort_out(self, account, rows):
        """Override: what undoes a row waits with it."""
        undone = self._undone_rows(account, rows)
        ready = {}  # ids, in their order: a recordset would be copied for each row
        nothing = rows.browse()
        for row in rows.sorted(lambda row: (row.created_at, row._undo_rank())):
            before = undone.get(row, nothing)
            if row._is_orphan():
                row._stop(self._orphan_reason(row))
                continue
            reason, by_hand = self._day_stop_reason(account, row), row._by_hand_reason()
            if reason:
                row._stop(reason)
            elif by_hand:
                row._by_hand(by_hand)
            elif before and before.transaction_id:
                if self._undoing_rule(row, before)._is_ready(row, before, ready):
                    ready[row.id] = None
            elif not row._waits_with(before, ready) and row._is_known():
                ready[row.id] = None
        return rows.browse(ready)

    @api.model
    def _orphan_reason(self, row):
        if not row.source_id:
            return self.env._(
                "Stripe does not say whose payment this is: its row names nothing."
            )
        return self.env._(
            "Stripe does not say whose payment this is: its source %(object)s is gone.",
            object=row.source_id,
        )

    @api.model
    def _undoing_rule(self, row, before):
        """Return the rule of a row that takes back what is of an attempt of ours."""
        rules = self.env["kash.stripe.booking.undoing"]._rules()
        return next(rule for rule in rules if rule._is_mine(row, before))

    @api.model
    def _day_stop_reason(self, account, row):
        try:
            double_entry.check(row.txn_id, amount=row.amount, fee=row.fee, net=row.net)
        except double_entry.Unbalanced as error:
            return str(error)
        return self._account_stop_reason(account, row, account.company_id)

    # === RECORD === #

    @api.model
    def _record(self, account, company, rows):
        """Override: an entry a day, or one a row; then what undoes what is matched."""
        self._fees_wait(company, rows)
        lean = rows.with_context(**LEAN).with_company(company)
        nothing = lean.filtered(
            lambda row: not row.amount and (row.fee_by_hand or not row.fee)
        )
        nothing.write({"state": "booked", "reason": False})
        plan = self._plan(account, company, lean - nothing)
        if not plan.roles:
            return
        moves = self._post_plan(account, company, plan)
        lean = lean.browse([row.id for row in plan.roles])
        self._check_posted(account, lean, moves)
        self._match_documents(account, lean)
        self.env["kash.stripe.booking.converted"]._close(account, company, lean)
        self._after_undoing(plan, lean)

    @api.model
    def _after_undoing(self, plan, rows):
        """Let the rules of what took something of ours back do the rest."""
        back = rows.filtered(lambda row: plan.roles[row] == "receivable")
        for rule in self.env["kash.stripe.booking.undoing"]._rules():
            mine = back.filtered(
                lambda row, rule=rule: rule._is_mine(row, plan.undone[row])
            )
            if mine:
                rule._undo_matches(mine)

    @api.model
    def _plan(self, account, company, rows):
        """Return what becomes of each row that can be recorded now.

        What undoes a row that was stopped in this very run is left for the next.
        """
        undone = self._undone_rows(account, rows)
        recordable = rows.filtered(
            lambda row: all(
                other.state == "booked"
                for other in undone.get(row, rows.browse()) - rows
                if not other.transaction_id or other.type in double_entry.CHARGE_TYPES
            )
        )
        roles = self._roles(company, recordable, undone)
        before = {row: undone.get(row, rows.browse()) for row in recordable}
        beyond = self._beyond(account, company, roles, before)
        return _Plan(roles=roles, undone=before, beyond=beyond)

    @api.model
    def _roles(self, company, rows, undone):
        """Return {row: role of its counterpart}.

        A row that undoes one from before our opening has nothing here to undo.
        """
        income = company.sudo().kash_stripe_receipts == "income"
        roles = {}
        for row in rows:
            before = undone.get(row)
            if before is not None and not before:
                roles[row] = "suspense"
            elif row.transaction_id or any(o.in_process for o in before or ()):
                roles[row] = "in_process"
                if before and before.transaction_id.payment_id:
                    roles[row] = "receivable"
            elif before and before.transaction_id:
                roles[row] = "receivable"
            else:
                roles[row] = self._role_elsewhere(row, before, income, roles)
        return roles

    @api.model
    def _role_elsewhere(self, row, before, income, roles):
        """Return the role of a row that is of nothing of ours.

        :param before: what it takes back: its money goes where that money went
        :param income: whether receipts taken elsewhere are income at once
        :param roles: those of the earlier rows of the same plan
        """
        role = row._counterpart()
        if role != "unallocated":
            return role
        if not before:
            return "income" if income else "unallocated"
        target = self._taken_back_by(row, before)
        if target in roles:
            return roles[target]
        # Whoever took its entry out of the books says where this belongs.
        return "income" if target._has_income() else "unallocated"

    @api.model
    def _post_plan(self, account, company, plan):
        """Create and post the entries of a plan; each row knows its entry and line."""
        some = next(iter(plan.roles))
        rows = some.browse([row.id for row in plan.roles])
        by_row = company.sudo().kash_stripe_grain == "row"
        days = rows.grouped(lambda row: (row.entry_day, row.currency_code))
        groups = list(rows) if by_row else list(days.values())
        declared, income = self._declare_income(account, company, groups, plan)
        moves = self._post_entries(
            rows,
            [
                self._prepare_day_vals(account, company, group, plan, made)
                for group, made in zip(groups, income, strict=True)
            ],
        )
        lines = {line.kash_stripe_row_id.id: line.id for line in moves.line_ids}
        for group, move in zip(groups, moves, strict=True):
            group.write({"entry_id": move.id, "state": "booked", "reason": False})
        for row in rows.filtered(lambda row: row.id in lines):
            row.entry_line_id = lines[row.id]
        self._keep_income(moves, income, declared)
        pending = rows.filtered(
            lambda row: row.transaction_id and plan.roles[row] == "in_process"
        )
        pending.in_process = True
        return moves

    @api.model
    def _prepare_day_vals(self, account, company, rows, plan, income):
        """Return an entry: sums of clearing, fees and income, else a line a row.

        :param income: its lines of income, which come first: (vals, rows) each
        """
        journal, clearing = account._books_in(rows[:1].currency_code)
        sums, lines = Counter(), [vals for vals, _rows in income]
        for row in rows:
            for leg in row._legs(plan.roles[row]):
                if leg.role == "clearing":
                    sums[leg.role, None] += leg.amount
                elif leg.role in _SUMMED:
                    worth = self._worth(row, company, leg.amount)
                    sums[leg.role, leg.fee_type] += worth
                elif leg.amount and leg.role != "income":
                    lines += self._prepare_row_lines(account, company, row, leg, plan)
        label = self._day_label(rows)
        fees = {kind: worth for (role, kind), worth in sums.items() if role == "fees"}
        lines += self._fee_lines(account, company, label, fees)
        lines.append(
            {
                "name": label,
                "account_id": clearing.id,
                "balance": -_total(lines),
                "analytic_distribution": False,
                **self._foreign_vals(rows[:1], company, sums["clearing", None]),
            }
        )
        day = rows[:1].entry_day
        return self._prepare_entry_vals(account, company, journal, day, label, lines)

    @api.model
    def _prepare_row_lines(self, account, company, row, leg, plan):
        """Return a row's own line, and what goes beyond it: a loss, and nobody's debt.

        What takes all of it beyond has that line alone.
        """
        own = self._prepare_row_line(account, company, row, leg, plan.undone[row])
        beyond = plan.beyond.get(row)
        if not beyond:
            return [own, *self._prepare_moved_lines(row, leg, own, plan.undone[row])]
        tx = self._attempt_undone(row, plan.undone[row])
        rest = self._own_amount(row, tx, leg.amount) - beyond
        worth = Decimal(str(own["balance"]))
        owed, lost = self._debt_vals(company, tx, [rest, beyond], worth)
        loss = {
            **{name: value for name, value in own.items() if name not in _FOREIGN},
            "account_id": account._ledger_account("loss").id,
            "balance": lost["balance"],
        }
        if not rest:
            return [loss]
        return [{**own, **owed}, {**loss, "kash_stripe_row_id": False}]

    @api.model
    def _prepare_row_line(self, account, company, row, leg, before):
        """Return a row's own line; account and partner of what it takes back."""
        ledger, partner = self._place_of(account, row, leg, before)
        # Nobody can empty an entry: an e-mail address never gets there.
        described = payer.without_addresses(row.description)
        return {
            "name": " ".join(filter(None, [row.type, row.source_id, described])),
            "account_id": ledger.id,
            "partner_id": partner.id,
            "kash_stripe_row_id": row.id,
            # A balance-sheet line of its own: no rule of analytics is asked for each.
            "analytic_distribution": False,
            **self._row_line_amounts(company, row, leg.amount, before),
        }

    @api.model
    def _prepare_moved_lines(self, row, leg, own, before):
        """Return what brings a row's line onto the accounts its invoices are owed on.

        :param own: the vals of that line
        """
        if leg.role != "receivable":
            return []
        rule = self._undoing_rule(row, before)
        return rule._prepare_moved_vals(rule._attempt_undone(row, before), own)

    @api.model
    def _row_line_amounts(self, company, row, minor, before):
        """Return balance (and foreign amount) of a row's own line.

        What is of an invoice stays in the invoice's currency.
        """
        tx = self._attempt_undone(row, before) or row.transaction_id
        if tx:
            own = self._own_amount(row, tx, minor)
            worth = self._worth(row, company, minor)
            return self._debt_vals(company, tx, [own], worth)[0]
        return {
            "balance": float(self._worth(row, company, minor)),
            **self._foreign_vals(row, company, minor),
        }

    @api.model
    def _place_of(self, account, row, leg, before):
        """Return (account, partner), wherever a person may have moved the first."""
        if leg.role == "receivable":
            paid = self._attempt_undone(row, before).payment_id
            if not paid:
                raise BookingError(
                    self.env._("The payment it takes back is not recorded yet.")
                )
            return paid.destination_account_id, paid.partner_id
        line = before.entry_line_id[:1]
        if line and leg.role != "suspense":
            return line.account_id, line.partner_id
        partner = (row | before).transaction_id[:1].partner_id.commercial_partner_id
        return account._ledger_account(leg.role), partner

    @api.model
    def _attempt_undone(self, row, before):
        """Return the payment of ours, or the refund of ours, that a row takes back."""
        if not before.transaction_id:
            return before.transaction_id
        return self._undoing_rule(row, before)._attempt_undone(row, before)

    # === MATCH === #

    @api.model
    def _match_documents(self, account, rows):
        """Match what took each other back: of one charge, payout or dispute."""
        refs = [row.document_ref for row in rows if row.document_ref]
        siblings = rows.search(
            [
                ("account_id", "=", account.id),
                ("document_ref", "in", refs),
                ("entry_line_id.parent_state", "=", "posted"),
            ]
        )
        self._match_opposites(
            group._document_lines()
            for group in siblings.grouped("document_ref").values()
        )


def _whole_days(rows):
    """Yield ``rows`` by the day, several days at once but none of them split."""
    batch = rows.browse()
    for _day, group in sorted(rows.grouped("entry_day").items()):
        if batch and len(batch) + len(group) > _BATCH:
            yield batch
            batch = rows.browse()
        batch |= group
    if batch:
        yield batch


def _total(lines):
    """Return the exact sum of the balances of lines to be, as the ledger stores it."""
    return float(sum(Decimal(str(vals["balance"])) for vals in lines))
