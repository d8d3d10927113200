# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import Command, api, models
from odoo.tools import format_date

from ..core import money
from .kash_stripe_booking import BookingError


class KashStripeBooking(models.AbstractModel):
    """Settled in another currency than the company's: what it is worth in the books.

    A payment of an invoice is worth the receivable it settles, and its fee follows by
    the same rate, which is Stripe's; anything else Odoo's rate of its day.
    """

    _inherit = "kash.stripe.booking"

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
            return None
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
        return None

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

    # === PAYMENTS OF INVOICES === #

    @api.model
    def _prepare_foreign_payment_vals(self, account, company, row, vals):
        """Return ``vals`` of a payment, in the settlement currency.

        Its receivable line stays in the company's currency, to match the invoice to
        the cent; only clearing is in the currency that Stripe holds.
        """
        if row.currency_code == company.currency_id.name.lower():
            return vals
        journal, clearing = account._books_in(row.currency_code)
        sign = 1 if row.amount > 0 else -1
        worth = sign * float(self._asked_value(row.transaction_id))
        given = vals.pop("write_off_line_vals", None) or []
        off = sum(line["balance"] for line in given)
        partner = {"partner_id": vals["partner_id"], "name": vals["memo"]}
        major = float(money.to_major(row.amount, row.currency_code))
        lines = [
            {
                **partner,
                "account_id": clearing.id,
                "currency_id": row.currency_id.id,
                "amount_currency": major,
                "balance": worth,
            },
            {
                **partner,
                "account_id": self._receivable_of(row, company, vals),
                "balance": -worth - off,
            },
            *given,
        ]
        return {
            **vals,
            "journal_id": journal.id,
            "payment_method_line_id": journal.inbound_payment_method_line_ids[:1].id,
            "currency_id": row.currency_id.id,
            "amount": abs(major),
            "outstanding_account_id": clearing.id,
            "destination_account_id": lines[1]["account_id"],
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
