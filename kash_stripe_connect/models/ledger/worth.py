# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models
from odoo.tools import format_date

from ...core import money
from ..base.currencies import coarse_reason
from .entry import BookingError


class KashStripeBookingWorth(models.AbstractModel):
    """Settled in another currency than the company's: what it is worth in the books.

    A payment of an invoice is worth the receivable it settles, and its fee follows by
    the same rate, which is Stripe's; anything else Odoo's rate of its day.
    """

    _name = "kash.stripe.booking.worth"
    _description = "Stripe Booking: Worth"

    @api.model
    def _currency_stop_reason(self, row, company):
        """Return why a row's currency keeps it from the books, None for nothing."""
        day = None if row.transaction_id else row.entry_day
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
        if day and not self._has_rate(currency, company, day):
            return self.env._(
                "Odoo has no rate of %(currency)s for %(day)s or before. Enter one,"
                " then try again.",
                currency=code,
                day=format_date(self.env, day),
            )
        return coarse_reason(currency)

    @api.model
    def _has_rate(self, currency, company, day):
        """Tell whether Odoo knows a rate for ``day``: without any it would take 1."""
        rates = currency.rate_ids.filtered(
            lambda rate: not rate.company_id or rate.company_id == company.root_id
        )
        return any(rate.name <= day for rate in rates)

    @api.model
    def _rate(self, row, company):
        """Return what one unit of the row's currency is worth in the company's.

        :return: Decimal, in major units
        """
        own = company.currency_id
        if row.currency_code == own.name.lower():
            return Decimal(1)
        if row.transaction_id and row.amount:
            settled = money.to_major(abs(row.amount), row.currency_code)
            return self._asked_value(row.transaction_id) / settled
        return self._odoo_rate(row.currency_id, company, row.entry_day)

    @api.model
    def _odoo_rate(self, currency, company, day):
        """Return what one unit of a currency is worth by Odoo's rate of ``day``."""
        own = company.currency_id
        return Decimal(str(currency._get_conversion_rate(currency, own, company, day)))

    @api.model
    def _asked_value(self, tx):
        """Return what the customer was asked for (company currency), as Decimal."""
        return abs(Decimal(str(tx.currency_id.round(tx.amount))))

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
