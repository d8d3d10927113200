# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models
from odoo.tools import format_date

from ...core import money, split
from ..base.currencies import amount_of, coarse_reason, has_rate, units_of
from .entry import BookingError


class KashStripeBookingWorth(models.AbstractModel):
    """Settled in another currency than the company's: what it is worth in the books.

    A payment of an invoice in the company's currency is worth the receivable it
    settles, and its fee follows by the same rate, which is Stripe's. One of an invoice
    in another currency is worth what Stripe's row is: as it stands where that is the
    company's, else at Odoo's rate of its day, as anything else.
    """

    _name = "kash.stripe.booking.worth"
    _description = "Stripe Booking: Worth"

    @api.model
    def _currency_stop_reason(self, row, company):
        """Return why a row's currency keeps it from the books, None for nothing."""
        known = self._is_own(row.transaction_id, company)
        day = None if known else row.entry_day
        return self._currency_refusal(row.currency_id, row.currency_code, company, day)

    @api.model
    def _currency_refusal(self, currency, code, company, day):
        """Return why a settlement currency cannot be booked, None for nothing.

        :param currency: Odoo's, or empty
        :param code: Stripe's
        :param day: whose rate is needed; None: another rate is known
        """
        code = code.upper()
        if code == company.currency_id.name:
            return coarse_reason(company.currency_id)
        if not currency.filtered("active"):
            return self.env._(
                "Stripe settles in %(currency)s, which is not enabled in Odoo. Enable"
                " it under Invoicing ▸ Configuration ▸ Currencies, then try again.",
                currency=code,
            )
        if day and not has_rate(currency, company, day):
            return self.env._(
                "Odoo has no rate of %(currency)s for %(day)s or before. Enter one,"
                " then try again.",
                currency=code,
                day=format_date(self.env, day),
            )
        return coarse_reason(currency)

    @api.model
    def _rate(self, row, company):
        """Return what one unit of the row's currency is worth in the company's.

        :return: Decimal, in major units
        """
        own = company.currency_id
        if row.currency_code == own.name.lower():
            return Decimal(1)
        tx = row.transaction_id
        if row.amount and self._is_own(tx, company):
            settled = money.to_major(abs(row.amount), row.currency_code)
            return self._asked_value(tx) / settled
        return self._odoo_rate(row.currency_id, company, row.entry_day)

    @api.model
    def _odoo_rate(self, currency, company, day):
        """Return what one unit of a currency is worth by Odoo's rate of ``day``."""
        own = company.currency_id
        return Decimal(str(currency._get_conversion_rate(currency, own, company, day)))

    @api.model
    def _worth(self, row, company, minor):
        """Return ``minor`` of the row in the company's currency (Decimal, rounded)."""
        major = money.to_major(minor, row.currency_code)
        if row.currency_code == company.currency_id.name.lower():
            return major
        return self._rounded(company.currency_id, major * self._rate(row, company))

    @api.model
    def _rounded(self, currency, amount):
        """Return a Decimal as exact as the currency is written."""
        return Decimal(str(currency.round(float(amount))))

    @api.model
    def _foreign_vals(self, row, company, minor):
        """Return what a line in the row's currency has beside its balance."""
        if row.currency_code == company.currency_id.name.lower():
            return {}
        return {
            "currency_id": row.currency_id.id,
            "amount_currency": float(money.to_major(minor, row.currency_code)),
        }

    # === OF AN ATTEMPT === #

    @api.model
    def _is_own(self, tx, company):
        """Tell whether an attempt is of invoices in the company's currency."""
        return tx.currency_id == company.currency_id

    @api.model
    def _asked_value(self, tx):
        """Return what the customer was asked for (invoice's currency), as Decimal."""
        return abs(Decimal(str(tx.currency_id.round(tx.amount))))

    @api.model
    def _attempt_worth(self, row, company, tx):
        """Return what the money of an attempt is worth in the books.

        :return: Decimal of the company's currency, of the row's sign
        """
        if self._is_own(tx, company):
            asked = self._asked_value(tx)
            return asked if row.amount > 0 else -asked
        return self._worth(row, company, row.amount)

    @api.model
    def _own_amount(self, row, tx, minor):
        """Return ``minor`` of a row in the currency of the attempt that it is of.

        Where Stripe converted, only the attempt says what that was: all of it.

        :return: Decimal, of the sign of ``minor``
        """
        if row.currency_code == tx.currency_id.name.lower():
            return money.to_major(minor, row.currency_code)
        asked = self._asked_value(tx)
        return asked if minor > 0 else -asked

    @api.model
    def _debt_vals(self, company, tx, amounts, worth=None):
        """Return what lines of a customer's debt say, in the currency of his invoice.

        Together they are worth ``worth``, by whatever rate; the last cents stand on the
        biggest. In the company's currency each is worth what it says, and ``worth`` is
        not asked for.

        :param amounts: of each line, in the attempt's currency (Decimal, signed)
        :param worth: of all of them, in the company's (Decimal, signed)
        :return: list of dicts: currency_id, amount_currency, balance
        """
        own = company.currency_id
        balances = [float(amount) for amount in amounts]
        if not self._is_own(tx, company):
            weights = [units_of(tx.currency_id, amount) for amount in amounts]
            shares = split.pro_rata(units_of(own, worth), weights)
            balances = [amount_of(own, share) for share in shares]
        return [
            {
                "currency_id": tx.currency_id.id,
                "amount_currency": float(amount),
                "balance": balance,
            }
            for amount, balance in zip(amounts, balances, strict=True)
        ]

    @api.model
    def _discount_worth(self, row, part):
        """Return an early payment discount in the company's currency, as a float.

        :param part: the allocation that froze it: at the rate of what was paid with it
        """
        company, tx = part.company_id, row.transaction_id
        if self._is_own(tx, company):
            return part.discount
        worth = self._attempt_worth(row, company, tx) / self._asked_value(tx)
        return company.currency_id.round(float(Decimal(str(part.discount)) * worth))

    @api.model
    def _exchange_account(self, company, difference):
        """Return Odoo's account for a loss (positive) or gain of exchange.

        :raises BookingError: the company has none
        """
        account = (
            company.expense_currency_exchange_account_id
            if difference > 0
            else company.income_currency_exchange_account_id
        )
        if not account:
            raise BookingError(
                self.env._("The company has no account for exchange differences.")
            )
        return account
