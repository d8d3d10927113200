# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import Counter, defaultdict
from functools import partial

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..const import LEAN
from ..core import booking, money
from ..guard import SAID, apart, reason_of

_logger = logging.getLogger(__name__)


class BookingError(UserError):
    """What was about to be posted is not what the row says: nothing is kept."""


class KashStripeBooking(models.AbstractModel):
    """The only writer of ledger lines: from mirrored rows, in batches, no HTTP."""

    _name = "kash.stripe.booking"
    _description = "Stripe Booking"

    # === ENTRY === #

    @api.model
    def _book(self, account, rows):
        """Record what can be, hold what is locked, name the reason for the rest.

        :param rows: rows of one Stripe account in state *new*, of attempts of ours
        """
        apart(self.env, rows, partial(self._book_all, account), self._stop_alone)

    @api.model
    def _book_all(self, account, rows):
        ready = self._sort_out(account, rows)
        for company, group in ready.grouped(self._posting_company).items():
            open_rows = self._hold_locked(account, company, group)
            self._record_or_stop(account, company, open_rows)
        rows.transaction_id._kash_stripe_notify_business()

    @api.model
    def _stop_alone(self, row, error):
        row._stop(reason_of(self.env, error, f"{row.display_name} stopped", _logger))

    @api.model
    def _posting_company(self, row):
        """A payment of an invoice posts in the invoice's company."""
        if not row.transaction_id:
            return row.company_id
        parts = row.transaction_id._kash_stripe_payment_tx().kash_stripe_allocation_ids
        return parts.company_id[:1] or row.company_id

    @api.model
    def _sort_out(self, account, rows):
        """Return the rows to record now; the others get a state and a reason."""
        ready = []
        for row in rows:
            reason = self._stop_reason_or_error(account, row)
            if reason:
                row._stop(reason)
            elif row.type in booking.REFUND_TYPES:
                ready += self._refund_if_ready(row).ids
            elif row.transaction_id.state == "done":
                ready.append(row.id)
            elif row.transaction_id.state == "error":
                row._stop(
                    self.env._(
                        "Its payment attempt is in error: %(why)s",
                        why=row.transaction_id.state_message or "",
                    )
                )
        return rows.browse(ready)

    @api.model
    def _stop_reason_or_error(self, account, row):
        try:
            return self._stop_reason(account, row)
        except SAID as error:
            return str(error) or type(error).__name__

    @api.model
    def _stop_reason(self, account, row):
        """Return why a person must look at this row before it is recorded.

        :raises Reason: the row contradicts itself (core.booking.Unbalanced)
        """
        tx = row.transaction_id
        reason = self._account_stop_reason(account, row, self._posting_company(row))
        if reason:
            return reason
        asked, currency = tx._kash_stripe_asked()
        sign = -1 if row.type in booking.REFUND_TYPES else 1
        # Settled in another currency, only the charge says what was asked for; its
        # attempt is *done* because it did.
        if row.currency_code == currency and row.amount != sign * asked:
            return self.env._(
                "Stripe's row says %(row)s, the customer was asked for %(asked)s.",
                row=row.amount_text,
                asked=tx.currency_id.format(tx.amount),
            )
        booking.charge_legs(row._facts())  # raises what becomes the reason
        if tx.payment_id:
            return self.env._("The payment of this attempt is recorded already.")
        return None

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
        open_days = []
        taxed = self._taxed(account, company, rows)
        for day, group in rows.grouped("entry_day").items():
            parts = group.transaction_id.kash_stripe_allocation_ids
            has_tax = any(parts.mapped("discount")) or bool(group & taxed)
            locks = company._kash_stripe_locks(day, account.journal_id, has_tax=has_tax)
            if not locks:
                open_days.append(group)
                continue
            group._hold(
                self.env._(
                    "%(day)s is locked: %(locks)s.",
                    day=format_date(self.env, day),
                    locks=company._format_lock_dates(locks),
                )
            )
        return rows.browse().concat(*open_days)

    # === RECORD === #

    @api.model
    def _record_or_stop(self, account, company, rows, record=None):
        """Record all rows at once; on refusal halve until the culprits stand alone."""
        record = partial(record or self._record, account, company)
        apart(self.env, rows, record, self._stop_alone)

    @api.model
    def _record(self, account, company, rows):
        """Post payments and fees of ``rows`` on their days, and match the invoices.

        :raises BookingError: an entry would carry another date or account than asked
        """
        lean = rows.with_context(**LEAN, kash_stripe_writer=True).with_company(company)
        payments = self._post_payments(account, company, lean)
        fee_moves = self._post_fees(account, company, lean)
        self._match(lean, payments)
        for row, payment in zip(lean, payments, strict=True):
            row.transaction_id.payment_id = payment
            row.payment_id = payment
            row.fee_move_id = fee_moves.get((row.entry_day, row.currency_code))
            row.state, row.reason = "booked", False
        self._check_posted(account, lean, lean.payment_id.move_id | lean.fee_move_id)

    @api.model
    def _post_payments(self, account, company, rows):
        line = account._method_line()
        if line.payment_account_id != account.clearing_account_id:
            raise BookingError(
                self.env._("The Stripe payment method does not post to clearing.")
            )
        payments = rows.env["account.payment"].create(
            [
                self._prepare_foreign_payment_vals(
                    account,
                    company,
                    row,
                    self._prepare_refund_vals(account, company, line, row)
                    if row.type in booking.REFUND_TYPES
                    else self._prepare_payment_vals(account, company, line, row),
                )
                for row in rows
            ]
        )
        payments.action_post()
        payments.move_id.kash_stripe_account_id = account
        return payments

    @api.model
    def _prepare_payment_vals(self, account, company, line, row):
        """Return the inbound payment of a charge: gross, on Stripe's day.

        Without ``invoice_ids``: the match says which they are, and Odoo would compute
        what depends on them payment by payment.
        """
        tx = row.transaction_id
        receivable = self._open_lines(tx).account_id[:1]
        vals = {
            **self._prepare_any_payment_vals(account, company, line, row),
            "payment_type": "inbound",
        }
        if receivable:
            vals["destination_account_id"] = receivable.id
        write_off = self._prepare_discount_vals(row)
        if write_off:
            vals["write_off_line_vals"] = write_off
        return vals

    @api.model
    def _prepare_any_payment_vals(self, account, company, line, row):
        """Return what a payment and a refund have in common."""
        tx = row.transaction_id
        return {
            "date": row.entry_day,
            "amount": float(self._asked_value(tx)),
            "currency_id": tx.currency_id.id,
            "partner_type": "customer",
            "partner_id": tx.partner_id.commercial_partner_id.id,
            "journal_id": account.journal_id.id,
            "company_id": company.id,
            "payment_method_line_id": line.id,
            "payment_transaction_id": tx.id,
            "memo": f"{tx.reference} - {row.source_id}",
        }

    @api.model
    def _prepare_discount_vals(self, row):
        """Return the lines of the early payment discount the attempt froze.

        It counts if the customer paid by its last day and the invoice still owes just
        what was paid plus the discount; whether the terms still say so is no matter.
        """
        lines = []
        for part in row.transaction_id.kash_stripe_allocation_ids:
            invoice = part.move_id & self._open_invoices(row.transaction_id)
            settles = not part.currency_id.compare_amounts(
                invoice.amount_residual, part.amount + part.discount
            )
            in_time = part.discount_until and row.booking_day <= part.discount_until
            if not (part.discount and invoice and settles and in_time):
                continue
            values = [
                {
                    "aml": line,
                    "amount_currency": -line.amount_residual_currency,
                    "balance": -line.balance,
                }
                for line in self._open_lines(row.transaction_id)
                if line.move_id == invoice
            ]
            found = invoice._get_invoice_counterpart_amls_for_early_payment_discount(
                values, part.discount
            )
            lines += [vals for group in found.values() for vals in group]
        return lines

    @api.model
    def _open_invoices(self, tx):
        """Return the invoices a payment may be matched with: posted and still due."""
        return tx.kash_stripe_allocation_ids.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.currency_id.compare_amounts(move.amount_residual, 0.0) > 0
            )
        )

    @api.model
    def _open_lines(self, tx):
        return self._open_invoices(tx).line_ids.filtered(
            lambda line: line.display_type == "payment_term" and not line.reconciled
        )

    @api.model
    def _match(self, rows, payments):
        """Match each payment with the invoices its attempt froze, in one plan.

        An invoice that is draft, cancelled, deleted or paid by now stays untouched:
        the payment stands as a customer credit.
        """
        plan, taken = [], rows.env["account.move.line"]
        for row, payment in zip(rows, payments, strict=True):
            counterpart = payment.move_id.line_ids.filtered(
                lambda line, p=payment: line.account_id == p.destination_account_id
            )
            open_lines = (
                self._refund_targets(row, payment, taken)
                if row.type in booking.REFUND_TYPES
                else self._open_lines(row.transaction_id)
            )
            targets = open_lines.filtered(
                lambda line, p=payment: line.account_id == p.destination_account_id
            )
            if targets:
                plan.append(counterpart | targets)
                taken |= targets
        if plan:
            rows.env["account.move.line"]._reconcile_plan(plan)

    # === FEES === #

    @api.model
    def _post_fees(self, account, company, rows):
        """Post one fee entry a day and currency; return {(day, currency): entry}."""
        groups = {
            key: group
            for key, group in rows.grouped(
                lambda row: (row.entry_day, row.currency_code)
            ).items()
            if any(group.mapped("fee"))
        }
        moves = self._post_entries(
            rows,
            [
                self._prepare_fee_vals(account, company, group, group[:1].entry_day)
                for group in groups.values()
            ],
        )
        return dict(zip(groups, moves, strict=True))

    @api.model
    def _prepare_fee_vals(self, account, company, rows, day):
        """Return one entry: each type of fee on the fee account, the sum off clearing.

        :param rows: of one day and settlement currency
        """
        journal, clearing = account._books_in(rows[:1].currency_code)
        label = self.env._("Stripe processing fees")
        fees = Counter()
        for row in rows:
            for leg in booking.fee_legs(row._facts()):
                if leg.role == "fees":
                    fees[leg.fee_type] += self._worth(row, company, leg.amount)
        lines = self._fee_lines(account, company, label, fees)
        lines.append(
            {
                "name": label,
                "account_id": clearing.id,
                "balance": -float(fees.total()),
                **self._foreign_vals(rows[:1], company, -sum(rows.mapped("fee"))),
            }
        )
        return self._prepare_entry_vals(account, company, journal, day, label, lines)

    # === AFTER POSTING === #

    @api.model
    def _check_posted(self, account, rows, moves):
        """Assert that the books say what the rows say: dates and clearing's change."""
        own = rows.company_id.currency_id
        clearing = {
            account._books_in(code)[1]: self.env["res.currency"].browse(
                group.currency_id[:1].id or own.id
            )
            for code, group in rows.grouped("currency_code").items()
        }
        changes = defaultdict(int)
        for line in moves.line_ids.filtered(lambda line: line.account_id in clearing):
            currency = clearing[line.account_id]
            amount = line.balance if currency == own else line.amount_currency
            changes[line.date, currency.name.lower()] += money.ledger_to_minor(
                _exact(amount, currency), currency.name
            )
        expected = defaultdict(int)
        for row in rows:
            expected[row.entry_day, row.currency_code] += row._net_to_book()
        # What comes to nothing has no line.
        changed = {key: minor for key, minor in changes.items() if minor}
        if changed != {key: minor for key, minor in expected.items() if minor}:
            raise BookingError(
                self.env._(
                    "The entries would not move clearing by what Stripe's rows say, on"
                    " their days."
                )
            )


def _exact(balance, currency):
    """Return a ledger amount as the decimal it was stored as."""
    return f"{balance:.{currency.decimal_places}f}"
