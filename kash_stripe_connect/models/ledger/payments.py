# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import Command, api, models

from ...const import LEAN
from ...core import double_entry, money
from ...guard import SAID
from .entry import BookingError

_CHUNK = 100


class KashStripeBookingPayment(models.AbstractModel):
    """Payments of invoices: inbound, matched as their attempt froze it."""

    _name = "kash.stripe.booking.payment"
    _inherit = "kash.stripe.booking.row"
    _description = "Stripe Booking: Payments"

    _booking_order = 10
    # By which rows the money of an attempt moves, and in which direction
    _booking_types = double_entry.CHARGE_TYPES
    _booking_sign = 1

    # === READY === #

    @api.model
    def _takes(self, rows):
        """Override: those of our attempts, once the money is no pending debit's."""
        return self._own_rows(rows).filtered(lambda row: not row._is_in_process())

    @api.model
    def _own_rows(self, rows):
        """Return the rows that move an attempt's money in the rule's direction."""
        return rows.filtered(
            lambda row: row.transaction_id and row.type in self._booking_types
        )

    @api.model
    def _portions(self, rows):
        """Override: so many payments are one transaction, and one plan of matches."""
        for start in range(0, len(rows), _CHUNK):
            yield rows[start : start + _CHUNK]

    @api.model
    def _after_book(self, rows):
        """Override: the business need not wait any longer for its notices."""
        rows.transaction_id._kash_stripe_after_booking()

    @api.model
    def _sort_out(self, account, rows):
        """Override: what contradicts its attempt stops, the rest goes or waits."""
        ready = []
        for row in rows:
            reason = self._stop_reason_or_error(account, row)
            if reason:
                row._stop(reason)
            elif self._is_ready(row):
                ready.append(row.id)
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

        :raises Reason: the row contradicts itself (core.double_entry.Unbalanced)
        """
        tx = row.transaction_id
        reason = self._account_stop_reason(account, row, self._posting_company(row))
        if reason:
            return reason
        asked, currency = tx._kash_stripe_asked()
        # Settled in another currency, only the charge says what was asked for; its
        # attempt is *done* because it did.
        if row.currency_code == currency and row.amount != self._booking_sign * asked:
            return self.env._(
                "Stripe's row says %(row)s, the customer was asked for %(asked)s.",
                row=row.amount_text,
                asked=tx.currency_id.format(tx.amount),
            )
        double_entry.charge_legs(row._facts())  # raises what becomes the reason
        if tx.payment_id:
            return self.env._("The payment of this attempt is recorded already.")
        return None

    @api.model
    def _is_ready(self, row):
        """Tell whether a row can be recorded now; else it says why not."""
        tx = row.transaction_id
        if tx.state == "error":
            row._stop(self._error_reason(tx))
        return tx.state == "done"

    @api.model
    def _error_reason(self, tx):
        if not tx.state_message:
            return self.env._("Its payment attempt is in error.")
        return self.env._(
            "Its payment attempt is in error: %(why)s", why=tx.state_message
        )

    # === RECORD === #

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
        self._after_record(company, rows)

    @api.model
    def _after_record(self, company, rows):
        """Do what follows once payments of ``rows`` are in the books."""

    @api.model
    def _post_payments(self, account, company, rows):
        line = account._method_line()
        if line.payment_account_id != account.clearing_account_id:
            raise BookingError(
                self.env._("The Stripe payment method does not post to clearing.")
            )
        shares = self._shares(account, rows)
        payments = rows.env["account.payment"].create(
            [
                self._prepare_posted_vals(
                    account,
                    company,
                    row,
                    self._prepare_payment_vals(account, company, line, row),
                    shares[row],
                )
                for row in rows
            ]
        )
        payments.action_post()
        payments.move_id.kash_stripe_account_id = account
        self._keep_lines(rows, payments, shares)
        return payments

    @api.model
    def _keep_lines(self, rows, payments, shares):
        """Remember which line is of which invoice."""
        self._keep_paid_lines(rows, payments, shares)

    @api.model
    def _prepare_posted_vals(self, account, company, row, vals, shares):
        """Return ``vals`` with the lines of its entry where Odoo would make others."""
        vals = self._on_its_account(row, company, vals, shares)
        settled = row.currency_code == company.currency_id.name.lower()
        if not settled or not self._is_own(row.transaction_id, company):
            return self._prepare_foreign_payment_vals(
                account, company, row, vals, shares
            )
        if len(shares) < 2:
            return vals
        return self._prepare_several_vals(
            row, company, vals, shares, account.clearing_account_id
        )

    @api.model
    def _prepare_several_vals(self, row, company, vals, shares, ledger):
        """Return ``vals`` of a payment of several invoices: a receivable line each.

        :param ledger: the account the money comes onto, or leaves
        """
        lines = self._prepare_receivable_lines(row, company, vals, shares)
        sign = 1 if vals["payment_type"] == "inbound" else -1
        money_line = {
            "name": vals["memo"],
            "partner_id": vals["partner_id"],
            "account_id": ledger.id,
            "date_maturity": vals["date"],
            "currency_id": vals["currency_id"],
            "amount_currency": sign * vals["amount"],
            "balance": sign * vals["amount"],
        }
        given = vals.get("write_off_line_vals") or []
        return {
            **{name: vals[name] for name in vals.keys() - {"write_off_line_vals"}},
            "destination_account_id": lines[0]["account_id"],
            "line_ids": [Command.create(v) for v in (money_line, *lines, *given)],
        }

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
        write_off = self._discounts(row)
        if write_off:
            vals["write_off_line_vals"] = [v for off in write_off.values() for v in off]
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
    def _discounts(self, row):
        """Return {allocation: lines of the early payment discount it froze}.

        It counts if the customer paid by its last day and the invoice still owes just
        what was paid plus the discount, less what a person netted himself; whether the
        terms still say so is no matter.
        """
        granted = {}
        parts = row.transaction_id.kash_stripe_allocation_ids
        for part in parts.filtered("discount"):
            invoice = self._still_due(part.move_id)
            early = sum(
                self._matched_since(credit, netted, amount)
                for credit, netted, amount in parts._netted()
                if netted == part
            )
            settles = not part.currency_id.compare_amounts(
                invoice.amount_residual, part.amount + part.discount - early
            )
            in_time = part.discount_until and row.booking_day <= part.discount_until
            if not (invoice and settles and in_time):
                continue
            values = [
                {
                    "aml": line,
                    "amount_currency": -line.amount_residual_currency,
                    "balance": -line.balance,
                }
                for line in self._open_lines_of(invoice)
            ]
            found = invoice._get_invoice_counterpart_amls_for_early_payment_discount(
                values, self._discount_worth(row, part)
            )
            granted[part] = [vals for group in found.values() for vals in group]
        return granted

    # === ANOTHER CURRENCY === #

    @api.model
    def _prepare_foreign_payment_vals(self, account, company, row, vals, shares):
        """Return ``vals`` of a payment whose lines are in several currencies.

        Its receivable lines stay in the invoices', to match them to the cent; clearing
        is in the currency that Stripe holds. A payment in the company's currency is one
        of what Stripe settled, one in another of what the customer paid.
        """
        own, tx = company.currency_id.name.lower(), row.transaction_id
        journal, clearing = account._books_in(row.currency_code)
        worth = self._attempt_worth(row, company, tx)
        money_vals = {
            "account_id": clearing.id,
            "balance": float(worth),
            **self._foreign_vals(row, company, row.amount),
        }
        vals = self._prepare_lines_vals(company, row, vals, shares, money_vals)
        if self._is_own(tx, company):
            major = float(money.to_major(abs(row.amount), row.currency_code))
            vals.update(currency_id=row.currency_id.id, amount=major)
        if row.currency_code != own:
            line = journal.inbound_payment_method_line_ids[:1]
            vals.update(journal_id=journal.id, payment_method_line_id=line.id)
        return vals

    @api.model
    def _prepare_lines_vals(self, company, row, vals, shares, money_vals):
        """Return ``vals`` of a payment with all its lines, worth what the money is.

        :param shares: of :meth:`_shares`, for the row
        :param money_vals: of the line the money is on, without partner and label
        """
        given = vals.get("write_off_line_vals") or []
        off = sum((Decimal(str(line["balance"])) for line in given), Decimal(0))
        owed = -Decimal(str(money_vals["balance"])) - off
        partner = {"partner_id": vals["partner_id"], "name": vals["memo"]}
        if len(shares) > 1:
            debts = self._prepare_receivable_lines(row, company, vals, shares, owed)
        else:
            tx, sign = row.transaction_id, 1 if row.amount > 0 else -1
            asked = sign * self._asked_value(tx) + self._sum_own(company, tx, given)
            [debt] = self._debt_vals(company, tx, [-asked], owed)
            account_id = self._receivable_of(row, company, vals)
            debts = [{**partner, "account_id": account_id, **debt}]
        lines = [
            {**partner, **money_vals},
            *debts,
            *given,
        ]
        return {
            **{name: vals[name] for name in vals.keys() - {"write_off_line_vals"}},
            "outstanding_account_id": money_vals["account_id"],
            "destination_account_id": debts[0]["account_id"],
            "line_ids": [Command.create(line) for line in lines],
        }

    @api.model
    def _receivable_of(self, row, company, vals):
        """Return the id of the account a payment is matched on."""
        if vals.get("destination_account_id"):
            return vals["destination_account_id"]
        partner = row.transaction_id.partner_id.with_company(company)
        receivable = partner.commercial_partner_id.property_account_receivable_id
        if not receivable:
            raise BookingError(
                self.env._("%(partner)s has no receivable account.", partner=partner)
            )
        return receivable.id

    # === MATCH === #

    @api.model
    def _match(self, rows, payments):
        """Match each payment with its targets, in one plan."""
        plan, taken = [], rows.env["account.move.line"]
        for row, payment in zip(rows, payments, strict=True):
            for own, targets in self._pairs(row, payment, taken):
                plan.append(own | targets)
                taken |= targets
        if plan:
            rows.env["account.move.line"]._reconcile_plan(plan)
        self._match_netted(rows, payments)

    @api.model
    def _pairs(self, row, payment, taken):
        """Return [(lines of a payment, open lines of what it pays)]: as it was frozen.

        An invoice that is draft, cancelled, deleted or paid by now stays untouched:
        what was for it stands as a customer credit.

        :param taken: lines that others of the same batch are matched with
        """
        return self._paid_pairs(row.transaction_id, payment)
