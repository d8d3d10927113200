# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..base.records import check_some

# What ties a row to its entries; empty for one that is not recorded.
_TIES = {
    "payment_id": False,
    "fee_move_id": False,
    "entry_id": False,
    "entry_line_id": False,
    "rest_move_id": False,
    "income_line_id": False,
    "income_base": False,
    "income_taxes": False,
    "in_process": False,
    "fee_by_hand": False,
    "stays_in_suspense": False,
    "kept": False,
    "run_id": False,
    "left_reason": False,
}


class UndoBalanceTransaction(models.Model):
    """Rows taken out of the books, recorded again, or changed by Stripe since."""

    _inherit = "kash.stripe.balance.transaction"

    run_id = fields.Many2one(
        "kash.stripe.run",
        "Recorded In",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    left_reason = fields.Char(
        "Why It Was Left",
        readonly=True,
        copy=False,
        help="Why the last undo of its run left it as it is.",
    )
    is_removed = fields.Boolean(
        "Entry Removed",
        compute="_compute_is_removed",
        help="Recorded once; a person cancelled, reversed or deleted an entry of it.",
    )

    kept = fields.Boolean(
        "Kept As Recorded",
        readonly=True,
        help="Stripe changed it since; a person said why the books stay as they are.",
    )

    @api.depends(
        "state",
        "payment_id.move_id.state",
        "transaction_id.payment_id.move_id.state",
        "movement_ids.state",
        "fee_move_id.state",
        "entry_id.state",
    )
    def _compute_is_removed(self):
        for row in self:
            row.is_removed = row.state == "booked" and bool(row._missing_parts())

    # === ACTION METHODS === #

    def action_record_again(self):
        """Record what a person removed from the books, by a person's decision."""
        check_some(self)
        self.env["kash.stripe.account"]._check_manager()
        self.sudo()._book_again()
        return True

    def action_record_as_stripe_says(self):
        """Reverse what is recorded of changed rows; record what Stripe says now."""
        for account, rows in self._changed_in_books().grouped("account_id").items():
            rows._book_as_stripe_says(account)
        return True

    def action_keep_recorded(self):
        """Ask why the books are right as they are."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Keep as Recorded"),
            "res_model": "kash.stripe.keep.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_row_ids": self._changed_in_books().ids},
        }

    def _changed_in_books(self):
        """Return those of these rows (sudo) that wait to be settled.

        :raises UserError: none does
        :raises AccessError: this person does not keep these books
        """
        check_some(self)
        self.account_id._check_may_manage()
        rows = self.sudo().filtered(lambda row: row.changed and row.state == "booked")
        if not rows:
            raise UserError(
                self.env._("Stripe changed none of these after it was recorded.")
            )
        return rows

    # === BOOK === #

    def _not_being_undone(self):
        """Leave out rows of a run that is being undone: they wait for its end."""
        return self.filtered(lambda row: not row.run_id.undoing)

    @api.model
    def _join_run(self, account, rows):
        """What was recorded together is one run."""
        booked = rows.filtered(lambda row: row.state == "booked" and not row.run_id)
        if booked:
            booked.run_id = self.env["kash.stripe.run"].create(
                self._prepare_run_vals(account, booked)
            )

    @api.model
    def _prepare_run_vals(self, account, rows):
        by_hand = self.env.context.get("kash_stripe_person")
        days = rows.mapped("entry_day")
        return {
            "account_id": account.id,
            "company_id": account.company_id.id,
            "kind": "person" if by_hand else "job",
            "row_count": len(rows),
            "first_day": min(days),
            "last_day": max(days),
        }

    def _untie(self):
        """Let rows be recorded anew; what their entries did must be taken back.

        Those that Stripe changed since are asked for again first.
        """
        self.transaction_id.payment_id = False
        self.write(_TIES)
        changed = self.filtered("changed")
        changed.state = "stopped"
        (self - changed).write({"state": "new", "reason": False})

    def _of_suspense(self):
        """Return the rows that stand in suspense for want of what they take back."""
        return self.filtered(
            lambda row: (
                row._undoes()
                and row.entry_line_id
                and row.entry_line_id.account_id == row.account_id.suspense_account_id
            )
        )

    # === RECORD AGAIN === #

    def _missing_parts(self):
        """Return which of the row's entries should stand and do not."""
        self.ensure_one()
        stands = self.env["kash.stripe.proof.finder"]._stands
        if not (self.amount or self.fee):
            return set()
        if self.in_process or not self.transaction_id:
            # Of a fee alone that a person records there is no other entry.
            apart = not self.amount and (self.fee_by_hand or self.fee_move_id)
            wanted = {} if apart else {"entry": self.entry_id}
            if self.env["kash.stripe.booking.again"]._collected(self):
                wanted["payment"] = self.transaction_id.payment_id.move_id
            if self.fee_move_id:
                wanted["fee"] = self.fee_move_id
        else:
            wanted = {"payment": self.payment_id.move_id}
            if self.fee and not self.fee_by_hand:
                wanted["fee"] = self.fee_move_id
        return {part for part, move in wanted.items() if not stands(move)}

    def _book_again(self):
        """Record what is missing of rows whose entries a person removed.

        :raises UserError: nothing is missing, a day is locked, or a row is refused;
            nothing was changed
        """
        booked = self.filtered(lambda row: row.state == "booked")
        missing = {row: row._missing_parts() for row in booked}
        gone = booked.filtered(missing.get).with_context(kash_stripe_person=True)
        if not gone:
            raise UserError(self.env._("All entries of these rows stand."))
        if gone.filtered(lambda row: row.fee_move_id and missing[row] == {"entry"}):
            raise UserError(
                self.env._("Its fee was recorded by hand: reverse that entry first.")
            )
        self._check_not_collected(gone)
        collected = gone.filtered(
            lambda row: (
                row.in_process
                and "payment" in missing[row]
                and "entry" not in missing[row]
            )
        )
        for row in collected:
            missing[row].remove("payment")
        gone = gone.filtered(missing.get)
        parts = gone.filtered(
            lambda row: (
                row.fee and len(missing[row]) == 1 and "entry" not in missing[row]
            )
        )
        (gone - parts)._untie_but_rests()
        for account, rows in collected.grouped("account_id").items():
            self.env["kash.stripe.booking.again"]._collect(account, rows)
        for account, rows in gone.grouped("account_id").items():
            whole = rows - parts
            if whole:
                self._book_rows(account, whole)
            self._check_again(whole)
            for part in ("payment", "fee"):
                self.env["kash.stripe.booking.again"]._book_part(
                    account, parts.filtered(lambda r, p=part: p in missing[r]), part
                )
            parts._keep_no_more(account)
        (gone | collected).account_id._refresh_activities()

    def _untie_but_rests(self):
        """Forget entries that are gone; what closed a conversion may still stand."""
        stands = self.env["kash.stripe.proof.finder"]._stands
        closed = self.filtered(lambda row: stands(row.rest_move_id))
        rests = {row: row.rest_move_id for row in closed}
        self._untie()
        for row, rest in rests.items():
            row.rest_move_id = rest

    def _keep_no_more(self, account):
        """Forget that rows were kept as recorded, once their entries are Stripe's."""
        kept = self.filtered(lambda row: row.kept and row.account_id == account)
        altered = self.env["kash.stripe.reversal"]._altered(account, kept)
        same = kept.filtered(lambda row: not row._entries() & altered)
        same.write({"kept": False, "reason": False})

    @api.model
    def _check_not_collected(self, rows):
        """Refuse a pending debit's row whose payment was recorded since: no second."""
        payments = rows.filtered("in_process").transaction_id.payment_id
        standing = payments.move_id.filtered(
            self.env["kash.stripe.proof.finder"]._stands
        )
        if standing:
            raise UserError(
                self.env._(
                    "The debit was collected since: reverse its payment %(entry)s"
                    " first.",
                    entry=standing[:1].display_name,
                )
            )

    def _check_again(self, rows):
        left = rows.filtered(lambda row: row.state != "booked")[:1]
        if left:
            raise UserError(
                left.reason
                or self.env._(
                    "%(row)s of %(day)s is not recorded by itself yet.",
                    row=left.txn_id,
                    day=format_date(self.env, left.entry_day),
                )
            )

    # === AS STRIPE SAYS === #

    def _book_as_stripe_says(self, account):
        """Reverse and record again; what shares an entry with these goes along.

        :param account: the account of all of them
        :raises UserError: an entry must be left, or what Stripe says now does not fit;
            nothing was changed
        """
        facts = self._with_sharing().filtered("changed")._pull_differing(account)
        changed = self.browse([row.id for row in facts])
        if changed:
            notes = changed._notes_of_change(
                facts, self.env._("Reversed and recorded again as Stripe says now.")
            )
            changed._tell(notes)
            rows = changed._with_sharing().with_context(kash_stripe_person=True)
            rows._take_out(account)
            self._apply_final(facts)
            changed.write({"state": "new", "reason": False})
            rows._book_these(account.with_context(kash_stripe_person=True))
            rows._check_fits()
            changed._tell(notes)
        account._refresh_activities()

    def _pull_differing(self, account):
        """Return {row: what Stripe says now}; those it took back are settled.

        :raises UserError: the job is at work, or Stripe does not tell
        """
        if not account.connected:
            raise UserError(
                self.env._("Connect Stripe again first: it has to say what holds.")
            )
        if not account._try_serialise():
            raise UserError(
                self.env._("Stripe is being synced right now. Try again in a minute.")
            )
        facts = self._pull_final()
        broken = [told.problem for told in facts.values() if told.problem]
        if broken:
            raise UserError(broken[0])
        same = self.filtered(lambda row: row._says(facts[row]))
        same.write({"changed": False, "reason": False})
        return {row: facts[row] for row in self - same}

    def _says(self, facts):
        """Tell whether facts say what is recorded."""
        told = (facts.amount, facts.fee, facts.net, facts.currency, facts.type)
        return told == (self.amount, self.fee, self.net, self.currency_code, self.type)

    def _with_sharing(self):
        """Return these rows with all that can only be reversed together with them."""
        rows, reversal = self, self.env["kash.stripe.reversal"]
        while more := reversal._sharing(rows) - rows:
            rows |= more
        return rows

    def _take_out(self, account):
        """Reverse all entries of these rows, or none.

        :raises UserError: naming the first that cannot be, why, and the remedy
        """
        reversal = self.env["kash.stripe.reversal"]
        free, left = reversal._undo_plan(account, self)
        left = {**self._matched_by_people(), **left}
        free = free.filtered(lambda row: not any(m in left for m in row._entries()))
        if self - free:
            stuck = (self - free)._entries()
            # Causes come first, then what is left because of them.
            move = next(move for move in left if move in stuck)
            raise UserError(
                self.env._(
                    "%(entry)s of %(day)s cannot be reversed: %(why)s Mend that and try"
                    " again, or press Keep as Recorded.",
                    entry=move.name,
                    day=format_date(self.env, move.date),
                    why=left[move],
                )
            )
        if self._entries():
            reversal._undo(account, self)
        else:
            self._untie()

    def _matched_by_people(self):
        """Return {entry: with what of theirs a person matched it}.

        Recording again would not bring such a match back.
        """
        entries = self._entries()
        lines = entries.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        attempts = self.transaction_id | self.transaction_id.source_transaction_id
        documents = attempts.kash_stripe_allocation_ids.move_id
        known = entries | documents | documents.reversal_move_ids
        known |= partials.exchange_move_id
        found = {}
        for partial in partials:
            one, other = partial.debit_move_id.move_id, partial.credit_move_id.move_id
            mine, theirs = (one, other) if one in entries else (other, one)
            if theirs not in known and not theirs.kash_stripe_account_id:
                found[mine] = self.env._(
                    "It was matched with %(entry)s: unmatch it.", entry=theirs.name
                )
        return found

    def _check_fits(self):
        left = self.filtered(lambda row: row.state != "booked")[:1]
        if left:
            raise UserError(
                self.env._(
                    "%(row)s cannot be recorded as Stripe says now: %(why)s Mend that"
                    " and try again, or press Keep as Recorded.",
                    row=left.display_name,
                    why=left.reason or self.env._("it is not recorded by itself yet."),
                )
            )

    # === AS RECORDED === #

    def _keep_recorded(self, why):
        """Leave the books alone; the row repeats Stripe, and says who kept what.

        The proof names the difference from then on.

        :raises UserError: Stripe does not tell what it says now
        """
        for account, rows in self.grouped("account_id").items():
            facts = rows._pull_differing(account)
            kept = self.env._(
                "Kept as recorded by %(who)s on %(day)s: %(why)s",
                who=self.env.user.name,
                day=format_date(self.env, fields.Date.context_today(self)),
                why=why,
            )
            changed = rows.browse([row.id for row in facts])
            notes = changed._notes_of_change(facts, kept)
            self._apply_final(facts)
            for row in changed:
                row.write({"kept": True, "reason": notes[row]})
            changed._tell(notes)
            account._refresh_activities()

    # === WHO AND WHY === #

    def _notes_of_change(self, facts, outcome):
        """Return {row: what Stripe said, what it says now, and what came of it}."""
        return {
            row: self.env._(
                "Stripe changed %(row)s after it was final: amount %(amount)s, fee"
                " %(fee)s, net %(net)s; now %(new_amount)s, %(new_fee)s, %(new_net)s."
                " %(outcome)s",
                row=row.txn_id,
                amount=row.amount_text,
                fee=row.fee_text,
                net=row.net_text,
                new_amount=row._text_of(facts[row].amount),
                new_fee=row._text_of(facts[row].fee),
                new_net=row._text_of(facts[row].net),
                outcome=outcome,
            )
            for row in self
        }

    def _tell(self, notes):
        """Note on the entries of rows what became of them, in this person's name."""
        told = defaultdict(list)
        for row in self:
            for move in row._entries():
                told[move.id].append(notes[row])
        bodies = {move_id: " ".join(texts) for move_id, texts in told.items()}
        self.env["account.move"].browse(bodies)._message_log_batch(bodies=bodies)
