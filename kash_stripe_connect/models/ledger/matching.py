# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ...const import ASKED, LEAN


class KashStripeMatching(models.AbstractModel):
    """What belongs together: which lines are matched, unmatched or left, and why.

    Before a match is made or undone every date it would touch is looked at: where one
    is locked nothing is unmatched, and the amounts stand open.
    """

    _name = "kash.stripe.matching"
    _description = "Stripe Matching"

    # === ROWS === #

    @api.model
    def _undone_rows(self, account, rows):
        """Return {row: the earlier ones it takes back}, in one query.

        They are of the same charge, payout or dispute, and of the opposite sign. What
        Stripe took for it is not among them: a fee is given back by a row of its own.
        """
        undoing = rows.filtered(lambda row: row._undoes())
        found = rows.search(
            [
                ("account_id", "=", account.id),
                ("document_ref", "in", undoing.mapped("document_ref")),
            ]
        ).grouped("document_ref")
        return {
            row: found.get(row.document_ref, rows.browse()).filtered(
                lambda other, row=row: (
                    row.document_ref
                    and not row.stays_in_suspense
                    and other.amount * row.amount < 0
                    and other._counterpart() != "fees"
                    and other.created_at <= row.created_at
                )
            )
            for row in undoing
        }

    # === LINES === #

    @api.model
    def _open_invoices(self, tx):
        """Return the invoices a payment may be matched with: posted and still due."""
        moves = tx._kash_stripe_invoices()
        return self._still_due(moves)

    @api.model
    def _still_due(self, moves):
        return moves.filtered(
            lambda move: (
                move.state == "posted"
                and move.currency_id.compare_amounts(move.amount_residual, 0.0) > 0
            )
        )

    @api.model
    def _open_lines(self, tx):
        return self._open_lines_of(tx._kash_stripe_invoices())

    @api.model
    def _open_lines_of(self, moves):
        """Return what can be paid of invoices: instalment by instalment."""
        return self._still_due(moves).line_ids.filtered(
            lambda line: line.display_type == "payment_term" and not line.reconciled
        )

    @api.model
    def _receivable_lines(self, payment):
        """Return the lines of a payment that invoices and refunds are matched with.

        One; where it is of several invoices, one for each, on the invoice's account.
        """
        return payment.move_id.line_ids.filtered(
            lambda line: (
                line.account_id == payment.destination_account_id
                or line.account_id.account_type == "asset_receivable"
            )
        ).sorted("id")

    # === LOCKS === #

    @api.model
    def _is_locked(self, note, payment):
        """Tell whether matching these would touch a locked day: the later of both."""
        day = max(note.date, payment.date)
        return bool(note.company_id._kash_stripe_locks(day, payment.journal_id))

    @api.model
    def _are_locked(self, partials, journal, day):
        """Tell whether undoing matches on ``day`` would touch a locked one.

        That day bears their tax entries' reversals; what was open changes on the days
        the matches were made, where a tax return alone says nothing about it.
        """
        if any(c._kash_stripe_locks(day, journal) for c in partials.company_id):
            return True
        return any(
            company._kash_stripe_locks(made, journal, cash_basis=False)
            for company, made in {(p.company_id, p.max_date) for p in partials}
        )

    @api.model
    def _partial_followers(self, partials):
        """Return the cash-basis and exchange entries of matches, still standing."""
        exchange = partials.exchange_move_id.filtered(
            lambda move: move.state == "posted"
        )
        if not partials.company_id.filtered("tax_exigibility"):
            return exchange
        found = self.env["account.move"].search(
            [("tax_cash_basis_rec_id", "in", partials.ids), ("state", "=", "posted")]
        )
        return found | exchange

    # === UNMATCH === #

    @api.model
    def _unmatch(self, partials, day):
        """Take matches back; the tax entries they made are reversed on ``day``.

        That of the event which caused it: a sale's tax is adjusted in the period of the
        event, and the one before may be declared (Directive 2006/112/EC, article 90).

        :raises UserError: Odoo would date a reversal otherwise
        """
        followers = self._partial_followers(partials)
        # Odoo would reverse them with the match, in the period they are of.
        plain = followers.with_context(**LEAN, skip_is_manually_modified=True)
        plain.tax_cash_basis_rec_id = False
        partials.filtered(
            lambda partial: partial.exchange_move_id in followers
        ).exchange_move_id = False
        partials.unlink()
        if plain:
            vals = [
                {
                    "date": day,
                    "ref": self.env._("Reversal of %(entry)s", entry=move.name),
                }
                for move in plain
            ]
            self._check_dated(plain._reverse_moves(vals, cancel=True), day)

    @api.model
    def _check_dated(self, moves, day):
        """Odoo dates an entry later rather than refuse it: that must not pass."""
        if set(moves.mapped("date")) - {day}:
            raise UserError(
                self.env._(
                    "Odoo would date a tax entry otherwise: nothing was changed."
                )
            )

    @api.model
    def _give_back(self, taken):
        """Match payments with what takes them back, a batch a day: invoices are due.

        Where a date it would touch is locked nothing is unmatched; a person is asked.

        :param taken: {payment: the receivable lines that take (part of) it back}
        """
        days = {line.date for lines in taken.values() for line in lines}
        for day in sorted(days):
            mine = {
                payment: lines.filtered(lambda line, day=day: line.date == day)
                for payment, lines in taken.items()
            }
            self._give_back_on(day, {p: lines for p, lines in mine.items() if lines})

    @api.model
    def _give_back_on(self, day, taken):
        """Do so for what was taken back on one day.

        :param taken: as of :meth:`_give_back`
        """
        parts = self.env["kash.stripe.booking"]
        partials, plan, rest, locked = [], [], [], {}
        for payment, lines in taken.items():
            pairs = parts._back_pairs(payment, lines)
            own = lines.concat(*(mine for mine, _back in pairs))
            if not pairs:
                continue
            if self._are_locked(own.matched_debit_ids, payment.journal_id, day):
                locked[payment] = lines
                continue
            partials.append(own.matched_debit_ids)
            rest += [
                (line, line.matched_debit_ids.debit_move_id - lines) for line in own
            ]
            plan += [mine | back for mine, back in pairs]
        self._ask_to_match(locked)
        if not plan:
            return
        self._unmatch(self.env["account.partial.reconcile"].concat(*partials), day)
        plan[0]._reconcile_plan(plan)
        # What took it back first: an invoice that was due earlier would have it all.
        self._match_rest(day, rest, invoices=False)
        self._match_rest(day, rest, invoices=True)

    @api.model
    def _match_rest(self, day, rest, *, invoices):
        """Let what is left of payments pay what it paid before.

        :param rest: [(receivable lines of a payment, what they were matched with)]
        :param invoices: whether they are meant, or refunds and disputes of it
        """
        plan = []
        for own, debits in rest:
            left = own.filtered(lambda line: not line.reconciled)
            before = debits.filtered(
                lambda line: (
                    not line.reconciled and line.move_id.is_invoice() == invoices
                )
            )
            if left and before:
                plan.append(left | before)
        if plan:
            self._match_on(day, plan)

    @api.model
    def _ask_to_match(self, taken):
        """Leave the matching of a locked day to a person: one activity an entry.

        :param taken: {payment: the receivable lines that take (part of) it back}
        """
        payments = {}
        for payment, lines in taken.items():
            for move in lines.move_id:
                payments[move] = payments.get(move, payment) | payment
        self._ask_on({m: self._match_sentence(mine) for m, mine in payments.items()})

    @api.model
    def _ask_on(self, sentences):
        """Open an activity on each entry.

        :param sentences: {entry: what there is to do}
        """
        if not sentences:
            return
        moves = self.env["account.move"].concat(*sentences)
        who = moves.company_id._kash_stripe_who_acts()
        self.env["mail.activity"].create(
            [
                {
                    "activity_type_id": self.env.ref(ASKED).id,
                    "res_model_id": self.env["ir.model"]._get_id(move._name),
                    "res_id": move.id,
                    "summary": sentence,
                    "user_id": who[move.company_id].id,
                }
                for move, sentence in sentences.items()
            ]
        )

    @api.model
    def _match_sentence(self, payments):
        """Return which payments a person has to match by hand, and why."""
        if len(payments) == 1:
            return self.env._(
                "%(payment)s was taken back; its invoices are of a locked day: match by"
                " hand.",
                payment=payments.name,
            )
        return self.env._(
            "Payments taken back whose invoices are of a locked day: %(count)s"
            " (%(payments)s). Match them by hand.",
            count=len(payments),
            payments=", ".join(payments.mapped("name")),
        )

    # === MATCH === #

    @api.model
    def _match_again(self, debts, day):
        """Match what payments have left with what invoices still owe.

        :param debts: [(lines of a payment, lines of its invoices)]
        :param day: that of what left them unmatched
        """
        plan = []
        for own, lines in debts:
            paid = own.filtered(lambda line: not line.reconciled)
            owed = lines.filtered(
                lambda line, paid=paid: (
                    not line.reconciled and line.account_id == paid.account_id
                )
            )
            if owed:
                plan.append(paid | owed)
        if plan:
            self._match_on(day, plan)

    @api.model
    def _match_on(self, day, plan):
        """Match lines in one plan; what tax and rates make of it is of ``day``.

        Of what is matched anew both were taken back on that day, too. Odoo dates such
        an entry as the match: by the payment, in a period that may be declared.
        """
        lines = self.env["account.move.line"].concat(*plan)
        taxed = bool(lines.company_id.filtered("tax_exigibility"))
        before = lines.matched_debit_ids | lines.matched_credit_ids
        lines.with_context(no_cash_basis=taxed)._reconcile_plan(plan)
        made = (lines.matched_debit_ids | lines.matched_credit_ids) - before
        self._date_exchange(made.exchange_move_id, day)
        if taxed:
            made.max_date = day
            self._check_dated(made._create_tax_cash_basis_moves(), day)
            made._compute_max_date()

    @api.model
    def _date_exchange(self, moves, day):
        """Let exchange entries of what is matched anew be of ``day``, if not later."""
        self._set_day(moves.filtered(lambda move: move.date < day), day)

    @api.model
    def _set_day(self, moves, day):
        moves.with_context(skip_readonly_check=True).date = day
        self._check_dated(moves, day)

    @api.model
    def _match_dated(self, day, plan):
        """Match lines in one plan, on a day: what was open before stays so until then.

        Odoo dates a match by the later of both entries, in a period that may be closed.

        :return: the matches
        """
        lines = self.env["account.move.line"].concat(*plan)
        before = lines.matched_debit_ids | lines.matched_credit_ids
        lines.with_context(no_cash_basis=True)._reconcile_plan(plan)
        made = (lines.matched_debit_ids | lines.matched_credit_ids) - before
        # Odoo dates them today, or the last day of a month that is over.
        self._set_day(made.exchange_move_id.filtered(lambda m: m.date != day), day)
        made.max_date = day
        if lines.company_id.filtered("tax_exigibility"):
            self._check_dated(made._create_tax_cash_basis_moves(), day)
        return made

    @api.model
    def _match_opposites(self, documents):
        """Match what stands open of each document, account by account, in one plan.

        :param documents: the lines of each of them
        """
        plan = []
        for lines in documents:
            for group in lines.grouped("account_id").values():
                still = group.filtered(lambda line: not line.reconciled)
                signs = {line.balance > 0 for line in still}
                if signs == {True, False} and still.account_id.reconcile:
                    plan.append(still)
        if plan:
            self._match_entries(plan)

    @api.model
    def _match_entries(self, plan):
        """Match lines of plain entries, all of a plan at once.

        A match changes no total of an entry, yet Odoo would read every line of it, and
        of all that it was matched with before, to work them out anew: a busy day has
        hundreds.
        """
        moves = self.env["account.move"]
        totals = self.env.registry.field_computed[moves._fields["amount_residual"]]
        moves.flush_model([field.name for field in totals])
        lean = plan[0].with_context(skip_invoice_sync=True, check_move_validity=False)
        lean._reconcile_plan(plan)
        for field in totals:
            # Ours alone: what the match made (an exchange difference) is new.
            entries = self.env.records_to_compute(field).filtered(
                lambda move: move.move_type == "entry" and move.kash_stripe_account_id
            )
            self.env.remove_to_compute(field, entries)
