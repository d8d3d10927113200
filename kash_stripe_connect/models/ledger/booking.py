# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from functools import partial

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...guard import apart, reason_of
from ..base.rules import rules_of

_logger = logging.getLogger(__name__)


class KashStripeBooking(models.AbstractModel):
    """The only writer of ledger lines: what all rules share, in batches, no HTTP.

    A rule is a model of its own that inherits this one, or one of its families. It has
    a place in the order, says what it takes and what of that can be recorded now, and
    posts it. It is found by what it inherits: nothing here names one.
    """

    _name = "kash.stripe.booking"
    _inherit = [
        "kash.stripe.booking.income",
        "kash.stripe.booking.paid",
        "kash.stripe.booking.parts",
        "kash.stripe.booking.tax",
        "kash.stripe.booking.entry",
        "kash.stripe.matching",
    ]
    _description = "Stripe Booking"

    # A rule's place, which no other has; none: what several rules share, or a service.
    _booking_order = None

    # === RULES === #

    @api.model
    def _rules(self):
        """Return the rules of this family in their order, other addons' among them."""
        return rules_of(self, "_booking_order")

    @api.model
    def _takes(self, facts):
        """Return those of ``facts`` that are for this rule to record."""
        return facts.browse()

    @api.model
    def _portions(self, facts):
        """Yield what is looked at and posted together."""
        yield facts

    @api.model
    def _sort_out(self, account, facts):
        """Return the facts to record now; the others get a state and a reason."""
        return facts

    @api.model
    def _record(self, account, company, facts):
        """Post what ``facts`` say, all of it or nothing.

        :raises BookingError: an entry would not say what the facts say
        """
        raise NotImplementedError

    @api.model
    def _after_book(self, facts):
        """Do what follows once ``facts`` were looked at, whatever became of them."""

    @api.model
    def _catch_up(self, account):
        """Do what became possible since the last time, without any news of Stripe's."""

    @api.model
    def _follow_deposit(self, account, rows, day, journal):
        """Record what follows from rows that a person recorded; return the movements.

        :param journal: a bank without statements, if the person chose one
        :raises UserError: what keeps it from the books
        """
        return self.env["kash.stripe.movement"]

    # === ENTRY === #

    @api.model
    def _book(self, account, facts):
        """Let each rule of this family, in their order, record what it takes.

        :param facts: rows or movements of one Stripe account
        """
        for rule, taken in self._shared_out(facts):
            rule._book_taken(account, taken)

    @api.model
    def _shared_out(self, facts):
        """Yield each rule of this family with what it takes of ``facts``."""
        for rule in self._rules():
            taken = rule._takes(facts)
            facts -= taken
            yield rule, taken

    @api.model
    def _book_taken(self, account, facts):
        """Record what can be, hold what is locked, name the reason for the rest."""
        for portion in self._portions(facts):
            book = partial(self._book_all, account)
            apart(self.env, portion, book, self._stop_alone)

    @api.model
    def _book_all(self, account, facts):
        ready = self._sort_out(account, facts)
        for company, group in ready.grouped(self._posting_company).items():
            open_facts = self._hold_locked(account, company, group)
            self._record_or_stop(account, company, open_facts)
        self._after_book(facts)

    @api.model
    def _record_or_stop(self, account, company, facts):
        """Record all facts at once; on refusal halve until the culprits stand alone."""
        record = partial(self._record, account, company)
        apart(self.env, facts, record, self._stop_alone)

    @api.model
    def _stop_alone(self, fact, error):
        fact._stop(reason_of(self.env, error, f"{fact.display_name} stopped", _logger))

    @api.model
    def _posting_company(self, row):
        """A payment of an invoice posts in the invoice's company."""
        if not row.transaction_id:
            return row.company_id
        parts = row.transaction_id._kash_stripe_payment_tx().kash_stripe_allocation_ids
        return parts.company_id[:1] or row.company_id

    # === REASONS === #

    @api.model
    def _account_stop_reason(self, account, row, company):
        """Return what keeps every row of this currency or account from the books."""
        reason = self._currency_stop_reason(row, company)
        if reason:
            return reason
        if not account.journal_id or not account.clearing_account_id:
            return self.env._("The Stripe journal or its accounts are missing.")
        return None

    # === PERIOD LOCK === #

    @api.model
    def _hold_locked(self, account, company, rows):
        """Hold rows whose day is locked; return the others.

        Odoo never refuses a payment in a locked period: it silently dates it later.
        """
        by_day = rows.grouped("entry_day")
        reasons = self._lock_reasons(account, company, rows)
        for day, reason in reasons.items():
            by_day.pop(day)._hold(reason)
        return rows.browse().concat(*by_day.values())

    @api.model
    def _lock_reasons(self, account, company, rows):
        """Return {day: why it is locked} of the locked days among those of ``rows``."""
        reasons = {}
        taxed = self._taxed(account, company, rows)
        for day, group in rows.grouped("entry_day").items():
            parts = group.transaction_id.kash_stripe_allocation_ids
            has_tax = any(parts.mapped("discount")) or bool(group & taxed)
            locks = company._kash_stripe_locks(day, account.journal_id, has_tax=has_tax)
            if locks:
                reasons[day] = self.env._(
                    "%(day)s is locked: %(locks)s.",
                    day=format_date(self.env, day),
                    locks=company._format_lock_dates(locks),
                )
        return reasons

    # === WHAT CEASED === #

    @api.model
    def _look_again(self, account, held):
        """Let held facts say whether their day is locked still; nothing is posted."""
        for rule, taken in self._shared_out(held):
            if taken:
                rule._look_at_locks(account, taken)

    @api.model
    def _look_at_locks(self, account, held):
        """Say of held facts what keeps them, or that nothing does any more."""
        left = held
        for company, group in held.grouped(self._posting_company).items():
            by_day = group.grouped("entry_day")
            for day, reason in self._lock_reasons(account, company, group).items():
                by_day[day]._go_on_holding(reason)
                left -= by_day[day]
        left -= self._wait_with_held(account, left)
        wanted = account.company_id.sudo().kash_stripe_record_when_open
        by_itself = wanted and account.connected
        for day, group in left.grouped("entry_day").items():
            group._let_go(self._ceased_sentence(day, by_itself))

    @api.model
    def _wait_with_held(self, account, facts):
        """Return those that take back what is locked still; they say so."""
        return facts.browse()

    @api.model
    def _ceased_sentence(self, day, by_itself):
        """Return what a held fact says once its day is open.

        :param by_itself: whether the next sync records it
        """
        shown = format_date(self.env, day)
        if by_itself:
            return self.env._(
                "%(day)s is open again: it is recorded with the next sync.", day=shown
            )
        return self.env._("%(day)s is open again: record it.", day=shown)

    @api.model
    def _taxed(self, account, company, rows):
        """Return those of ``rows`` whose entries carry taxes: tax locks count."""
        reverse = company.sudo().kash_stripe_fee_tax == "reverse"
        fees = rows.filtered(lambda row: reverse and row._has_fee())
        return fees | self._taxed_income(account, company, rows)

    @api.model
    def _check_open(self, account, company, rows, day):
        locks = company._kash_stripe_locks(
            day,
            account.journal_id,
            has_tax=bool(self._taxed(account, company, rows)),
        )
        if locks:
            raise UserError(
                self.env._(
                    "%(day)s is locked: %(locks)s.",
                    day=format_date(self.env, day),
                    locks=company._format_lock_dates(locks),
                )
            )
