# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...core import money

# What is taken back with rows, by account: their entries, and the cash-basis and
# exchange entries that matching these made.
_TAKEN_BACK = """
WITH undone AS (
    SELECT * FROM kash_stripe_balance_transaction WHERE id = ANY(%(rows)s)
), entries(id) AS (
    SELECT p.move_id FROM undone u JOIN account_payment p ON p.id = u.payment_id
     UNION
    SELECT fee_move_id FROM undone
     UNION
    SELECT entry_id FROM undone
     UNION
    SELECT rest_move_id FROM undone
), lines AS (
    SELECT l.id FROM account_move_line l JOIN entries e ON e.id = l.move_id
), matches AS (
    SELECT p.id, p.exchange_move_id
      FROM account_partial_reconcile p JOIN lines l ON l.id = p.debit_move_id
     UNION
    SELECT p.id, p.exchange_move_id
      FROM account_partial_reconcile p JOIN lines l ON l.id = p.credit_move_id
     UNION
    SELECT p.id, p.exchange_move_id
      FROM undone u
      JOIN account_payment paid ON paid.id = u.payment_id
      JOIN kash_stripe_allocation netted
        ON netted.transaction_id = paid.payment_transaction_id
      JOIN kash_stripe_allocation_match_rel made ON made.allocation_id = netted.id
      JOIN account_partial_reconcile p ON p.id = made.partial_id
), moves(id) AS (
    SELECT id FROM entries
     UNION
    SELECT exchange_move_id FROM matches
     UNION
    SELECT m.id FROM account_move m JOIN matches p ON p.id = m.tax_cash_basis_rec_id
)
SELECT l.account_id, SUM(l.balance), COUNT(DISTINCT e.id),
       ARRAY_AGG(DISTINCT l.company_id)
  FROM account_move_line l
  JOIN moves m ON m.id = l.move_id
  LEFT JOIN entries e ON e.id = l.move_id
 WHERE l.parent_state = 'posted' AND l.account_id IS NOT NULL
 GROUP BY ROLLUP (l.account_id)
"""


class UndoReversal(models.AbstractModel):
    """Undoing a run: its entries on their own dates, its rows to be recorded anew."""

    _inherit = "kash.stripe.reversal"

    @api.model
    def _undo(self, account, rows):
        """Reverse the entries of ``rows``; return the reversals, of matching too.

        The payments' money is *not yet booked* then: nobody is asked for it again, and
        the next sync records it as before. Fees that a person recorded together with
        those of other runs wait for a person again.

        :param rows: of one account, as :meth:`_undo_plan` returned them
        :raises UserError: nothing can be undone; nothing was changed
        """
        moves = rows._entries()
        if not moves:
            raise UserError(self.env._("Nothing of this run can be undone."))
        followers = self._followers(moves)
        reversals = self._book_reversal(account, moves)
        suspended, others = rows._of_suspense(), self._fees_of_others(rows)
        rows._untie()
        # What an import brought since must not move them: same accounts as before.
        suspended.stays_in_suspense = True
        others.write({"fee_move_id": False, "fee_by_hand": True})
        return reversals | followers.reversal_move_ids

    @api.model
    def _preview_undo(self, rows):
        """Return what undoing ``rows`` would do: nothing is posted to see it.

        :return: ([{account, before, change, after}] in company currency, how many
            entries are reversed)
        """
        self.env.flush_all()
        found = self.env.execute_query(SQL(_TAKEN_BACK, rows=rows.ids))
        *ledgers, (_all, _sum, count, companies) = sorted(found, key=_whole_last)
        changes = {ledger_id: -float(balance) for ledger_id, balance, *_ in ledgers}
        before = self._balances(changes, companies)
        names = self.env["account.account"].browse(changes)
        return [
            {
                "account": ledger.display_name,
                "before": before[ledger.id],
                "change": changes[ledger.id],
                "after": before[ledger.id] + changes[ledger.id],
            }
            for ledger in names
        ], count

    @api.model
    def _balances(self, ledger_ids, company_ids):
        """Return {account id: what it holds now} in some companies."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", list(ledger_ids)),
                ("company_id", "in", company_ids or []),
                ("parent_state", "=", "posted"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        return {ledger.id: balance for ledger, balance in groups}

    @api.model
    def _undo_plan(self, account, rows):
        """Return (rows that can be undone, {entry that is left: reason}).

        What shares an entry with something left is left too: both or neither. So is
        what could not be recorded as it is beside what is left.
        """
        rows = rows.filtered(lambda row: row.state == "booked")
        left = self._obstacles(account, rows)
        free, ties = self._apart_from(left, rows), self.env["kash.stripe.undo.ties"]
        while tied := ties._tied(free):
            left |= tied
            free = self._apart_from(left, free)
        return free, left

    @api.model
    def _apart_from(self, left, rows):
        """Return those of ``rows`` that share no entry with one that is left.

        :param left: {entry: reason}; the entries of the others are added
        """
        entries = {row: set(row._entries().ids) for row in rows}
        stuck = {move.id for move in left}
        together = self.env._("It belongs to an entry that is left.")
        while more := {
            move
            for ids in entries.values()
            if ids & stuck
            for move in ids
            if move not in stuck
        }:
            stuck |= more
            left |= dict.fromkeys(self.env["account.move"].browse(more), together)
        return rows.filtered(lambda row: not entries[row] & stuck)

    @api.model
    def _inseparable(self, rows):
        """Return ``rows`` in groups, each of what is undone together or not at all."""
        groups, ties = [], self.env["kash.stripe.undo.ties"]
        while rows:
            groups.append(ties._together(rows[:1]) & rows)
            rows -= groups[-1]
        return groups

    @api.model
    def _obstacles(self, account, rows):
        """Return {entry: why it cannot be reversed, or not without losing work}."""
        moves, altered = rows._entries(), self._altered(account, rows)
        kept = altered & rows.filtered("kept")._entries()
        found = {
            self.env._("A person changed or removed an entry of its rows."): (
                altered - kept
            ),
            self.env._(
                "Kept as recorded, though Stripe changed a row of it: reverse it in"
                " Odoo, then press Record Again on its rows."
            ): kept,
            self.env._("Recorded in another clearing account."): moves.filtered(
                lambda m: m.line_ids.account_id & account.former_clearing_ids
            ),
            self.env._("It arrived in the bank, or was taken back, since."): (
                self._moved_on(rows)
            ),
            self.env._(
                "Its tax was taken back on the day of a refund: reverse it in Odoo."
            ): self._taken_apart(rows, self._has_cash_basis),
            self.env._(
                "What rates made of it was taken back on the day of a refund: reverse"
                " it in Odoo."
            ): self._taken_apart(rows, self._has_exchange),
            self.env._("It also holds rows of another run."): self._shared(rows, moves),
            self.env._("Matched with a bank statement."): self._bank_matched(moves),
            self.env._("Secured by a hash."): moves.filtered("inalterable_hash"),
            self.env._("Its date is locked."): self._locked_origins(account, moves),
        }
        return {move: reason for reason, group in found.items() for move in group}

    @api.model
    def _locked_origins(self, account, moves):
        """Return entries on a locked day, or matched by a tax entry that is on one."""
        locked = self._locked(account, moves)
        partials = (locked - moves).tax_cash_basis_rec_id
        partials |= (locked - moves).exchange_diff_partial_ids
        matched = partials.debit_move_id.move_id | partials.credit_move_id.move_id
        return moves & (locked | matched)

    @api.model
    def _bank_matched(self, moves):
        lines = moves.line_ids
        others = lines.matched_debit_ids.debit_move_id
        others |= lines.matched_credit_ids.credit_move_id
        banked = others.filtered("move_id.statement_line_id")
        partials = banked.matched_debit_ids | banked.matched_credit_ids
        matched = partials.debit_move_id.move_id | partials.credit_move_id.move_id
        return moves & matched

    @api.model
    def _shared(self, rows, moves):
        others = self._sharing(rows) - rows
        return moves & others._entries() - self._fees_of_others(rows).fee_move_id

    @api.model
    def _sharing(self, rows):
        """Return the rows that stand in entries of ``rows`` and cannot be without."""
        moves = rows._entries().ids
        return rows.search(
            [
                ("state", "=", "booked"),
                "|",
                ("entry_id", "in", moves),
                "&",
                ("fee_move_id", "in", moves),
                ("run_id", "in", [*rows.run_id.ids, False]),
            ]
        )

    @api.model
    def _fees_of_others(self, rows):
        """Return rows of other runs whose fees were recorded together with these.

        By a person: what is recorded by itself has its fee in its own run.
        """
        return rows.search(
            [
                ("id", "not in", rows.ids),
                ("state", "=", "booked"),
                ("fee_move_id", "in", rows.fee_move_id.ids),
                ("run_id", "not in", [*rows.run_id.ids, False]),
            ]
        )

    @api.model
    def _altered(self, account, rows):
        """Return entries a person changed, moved to another account, or removed.

        Recording anew would not bring a person's work back.
        """
        last = max(rows.mapped("entry_day"), default=account.create_date.date())
        finder = self.env["kash.stripe.proof.finder"]
        stands = finder._stands
        differing = finder._entries_differing(
            account, last, self._only_about(rows._entries())
        )
        names = {vals["record"] for _code, vals in differing}
        altered = rows._entries().filtered(lambda m: f"{m._name},{m.id}" in names)
        for row in rows:
            if row._missing_parts():
                altered |= row._entries()
        rests = rows.filtered("rest_move_id")
        altered |= rests.filtered(lambda row: not stands(row.rest_move_id))._entries()
        return altered | self._moved_counterparts(account, rows)

    @api.model
    def _only_about(self, moves):
        """Return conditions of the lines and rows that tell whether moves differ.

        Theirs and those of what reverses them; and of all rows that stand in them.
        """
        chains = back = moves
        while back := back.reversal_move_ids - chains:
            chains |= back
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                "|",
                "|",
                ("entry_id", "in", moves.ids),
                ("fee_move_id", "in", moves.ids),
                ("payment_id", "in", moves.origin_payment_id.ids),
            ]
        )
        return (
            SQL("l.move_id = ANY(%s)", chains.ids),
            SQL("t.id = ANY(%s)", rows.ids),
        )

    @api.model
    def _moved_counterparts(self, account, rows):
        """Return entries in which a person moved or split what a row stands for."""
        own = rows.filtered("entry_line_id")
        undone = self.env["kash.stripe.booking"]._undone_rows(account, own)
        ledgers = {row: self._own_ledger(account, row, undone) for row in own}
        moved = own.filtered(
            lambda row: not self._is_as_booked(row, ledgers[row], row.entry_line_id)
        )
        split = self._own_split(account, moved, undone)
        return moved.filtered(
            lambda row: (
                row not in split
                or not self._is_as_booked(
                    row, ledgers[row] | account.loss_account_id, split[row]
                )
            )
        ).entry_id

    @api.model
    def _own_ledger(self, account, row, undone):
        """Return where recording put what a row stands for; empty: on no row's line.

        :param undone: {row: the earlier ones it takes back}
        """
        before = undone.get(row, row.browse())
        if row in undone and (not before or row._of_suspense()):
            return account.suspense_account_id
        if before:
            paid = before.transaction_id.payment_id.destination_account_id
            return (paid or before.entry_line_id.account_id)[:1]
        role = "in_process" if row.in_process else row._counterpart()
        return account._ledger_account(role)

    @api.model
    def _is_as_booked(self, row, ledgers, lines):
        """Tell whether these lines are all of a row, on accounts it was put onto.

        :param ledgers: none: on whichever
        """
        if ledgers and lines.account_id - ledgers:
            return False
        if row.currency_code != row.account_id.currency_id.name.lower():
            return True
        whole = float(money.to_major(-row.amount, row.currency_code))
        balance = sum(lines.mapped("balance"))
        return not lines.company_currency_id.compare_amounts(balance, whole)

    @api.model
    def _own_split(self, account, rows, undone):
        """Return {row: its lines} of rows that took back more than was paid.

        What goes beyond is a loss that we recorded only if nothing is left of the
        payment; else a person has split it.
        """
        found = {}
        for row in rows.filtered(undone.get):
            if not self._is_left(account, undone[row]):
                line = row.entry_line_id
                found[row] = line | row.entry_id.line_ids.filtered(
                    lambda other, own=line: (
                        other.account_id == account.loss_account_id != own.account_id
                        and other.name == own.name
                        and not other.kash_stripe_row_id
                    )
                )
        return found

    @api.model
    def _is_left(self, account, before):
        """Tell whether anything of a payment, or of a pending debit, is left."""
        payment = before.transaction_id.payment_id[:1]
        if payment:
            booking = self.env["kash.stripe.booking"]
            return booking._still_paid(account, payment)[payment] > 0
        pending = before.entry_line_id
        return any(pending.mapped("amount_residual"))

    @api.model
    def _moved_on(self, rows):
        """Return entries of what arrived in the bank since, or was taken back.

        Recorded anew, they would go another way than they went.
        """
        followed = self.env["kash.stripe.movement"].search(
            [("account_id", "in", rows.account_id.ids), ("state", "=", "booked")]
        )
        lost = followed.filtered(lambda m: m.kind.startswith("dispute_"))
        refs = set(lost.mapped("object_ref")) | set(lost.row_id.mapped("document_ref"))
        refs |= set(filter(None, lost.mapped("charge_ref")))
        later = rows.filtered(
            lambda row: (
                (row.in_process and row.transaction_id.state == "done")
                or (row.payment_id and row.transaction_id.kash_stripe_returned)
                or row.transaction_id in lost.transaction_id
                or row.document_ref in refs
            )
        )
        return (later | (followed.row_id & rows))._entries()

    @api.model
    def _has_cash_basis(self, row):
        """Tell whether matching a row makes tax entries."""
        return any(row._entries().company_id.mapped("tax_exigibility"))

    @api.model
    def _has_exchange(self, row):
        """Tell whether matching a row of an attempt makes exchange entries."""
        tx = row.transaction_id | row.failed_refund_id
        return bool(tx.currency_id - row._entries().company_id.currency_id)

    @api.model
    def _taken_apart(self, rows, concerns):
        """Return entries between which something was taken back apart from any match.

        A refund that opens an invoice again, and one that fails, take tax of cash basis
        and exchange differences back on their own day. Nothing ties that entry to
        theirs: with both undone it would stand, and be made a second time.

        :param concerns: of which rows: row → bool
        """
        rows = rows.filtered(concerns)
        own = rows._entries()
        partials = own.line_ids.matched_debit_ids | own.line_ids.matched_credit_ids
        between = partials.filtered(
            lambda partial: (
                partial.debit_move_id.move_id.origin_payment_id
                and partial.credit_move_id.move_id.origin_payment_id
            )
        )
        failed = rows.filtered(
            lambda row: (
                (row.failed_refund_id and not row.payment_id)
                or (
                    row.payment_id
                    and row.transaction_id.operation == "refund"
                    and row.transaction_id.state == "error"
                )
            )
        )
        opened = between.debit_move_id.move_id | between.credit_move_id.move_id
        return own & (opened | failed._entries())


def _whole_last(found):
    """Order what SQL found by account, the sum of all at the end."""
    return (found[0] is None, found[0] or 0)
