# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ...core import money
from ..base.currencies import coarse_reason, currency_by_code, has_rate
from ..base.records import check_one
from .guard import PayProblem


class LinkCompany(models.Model):
    _inherit = "res.company"
    kash_stripe_link_days = fields.Integer(
        "Payment Links Expire After (Days)",
        help="Counted from the day a link was last sent. 0: they do not expire.",
    )
    kash_stripe_billing_address = fields.Boolean(
        "Always Ask for the Billing Address",
        help="Off: Stripe asks for what the way to pay needs, of a card mostly the"
        " country and the postal code.",
    )
    kash_stripe_own_amount = fields.Boolean(
        "Customers May Pay an Amount of Their Own",
        help="Beside the next instalment and the whole rest, the page of an invoice"
        " asks how much is to be paid.",
    )
    kash_stripe_own_least = fields.Monetary(
        "At Least",
        help="The smallest amount a customer may choose. Stripe's own minimum counts as"
        " well; a smaller rest can still be paid as a whole.",
    )
    kash_stripe_method_ids = fields.Many2many(
        "payment.method",
        "kash_stripe_company_method_rel",
        string="Offer Only These Ways to Pay",
        domain=lambda self: self.env["payment.method"]._kash_stripe_domain(),
        context={"active_test": False},
        help="None: all that are turned on at Stripe, those to come included.",
    )
    kash_stripe_foreign_invoices = fields.Boolean(
        "Payment Links for Invoices in Other Currencies",
        help="The customer pays in the invoice's currency, and Odoo records what the"
        " rates make of it. Off: only invoices in your own currency have a link.",
    )
    kash_stripe_lock_sale = fields.Boolean(
        "The Sales Lock Date Stops Payment Links",
        help="Payments are not sales entries: the sales lock does not keep them from"
        " the books. Tick it to stop sending links anyway.",
    )
    kash_stripe_lock_tax = fields.Boolean(
        "The Tax Lock Date Stops Payment Links",
        help="It always does where a payment makes a tax entry: with cash-basis taxes,"
        " reverse charge on Stripe's fees, and early payment discounts.",
    )

    @api.constrains("kash_stripe_own_least")
    def _check_kash_stripe_own_least(self):
        """A smallest amount is none below nothing."""
        if any(company.kash_stripe_own_least < 0 for company in self):
            raise ValidationError(
                self.env._("The smallest amount a customer may choose is 0 or more.")
            )

    @api.constrains("kash_stripe_method_ids")
    def _check_kash_stripe_method_ids(self):
        """What Stripe does not have, or is left out here, cannot be offered."""
        for method in self.kash_stripe_method_ids:
            if not method._kash_stripe_codes():
                raise ValidationError(
                    self.env._("Stripe does not offer %(name)s.", name=method.name)
                )

    @api.constrains("kash_stripe_link_days")
    def _check_kash_stripe_link_days(self):
        """A link cannot expire before it is sent."""
        if any(company.kash_stripe_link_days < 0 for company in self):
            raise ValidationError(
                self.env._("Payment links expire after a number of days, 0 for never.")
            )

    def action_kash_stripe_lock_dates(self):
        """Open the lock dates, where they can be changed."""
        check_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lock Dates of %(company)s", company=self.name),
            "res_model": "res.company",
            "res_id": self.id,
            "views": [
                (self.env.ref("kash_stripe_connect.res_company_view_locks").id, "form")
            ],
            "target": "new",
        }

    # === CURRENCIES === #

    def _kash_stripe_may_charge_in(self, currency):
        """Tell whether invoices in a currency may have a link: ours, or by setting."""
        self.ensure_one()
        return currency == self.currency_id or self.kash_stripe_foreign_invoices

    def _kash_stripe_currency_problem(self, currency):
        """Return why payments in a currency could not be recorded today, or None."""
        self.ensure_one()
        if currency == self.currency_id:
            return None
        code, today = currency.name, self._kash_stripe_today()
        if not currency.active:
            return self.env._(
                "%(currency)s is not enabled in Odoo. Enable it under Invoicing ▸"
                " Configuration ▸ Currencies: then the invoice can be paid online.",
                currency=code,
            )
        if not has_rate(currency, self, today):
            return self.env._(
                "Odoo has no rate of %(currency)s for %(day)s or before: a payment"
                " could not be recorded. Enter one under Invoicing ▸ Configuration ▸"
                " Currencies.",
                currency=code,
                day=format_date(self.env, today),
            )
        return coarse_reason(currency) or self._kash_stripe_exchange_problem()

    def _kash_stripe_exchange_problem(self):
        """Return what is missing to record what rates make of a payment, or None."""
        if not self.currency_exchange_journal_id:
            return self.env._(
                "Exchange differences have no journal. Choose one under Settings ▸"
                " Invoicing ▸ Default Accounts: then the invoice can be paid online."
            )
        if not (
            self.income_currency_exchange_account_id
            and self.expense_currency_exchange_account_id
        ):
            return self.env._(
                "Exchange differences have no account for gains or for losses. Choose"
                " both under Settings ▸ Invoicing ▸ Default Accounts: then the invoice"
                " can be paid online."
            )
        return None

    def _kash_stripe_charge_limits(self, currency=None):
        """Return (least, most) of what Stripe charges at once in a currency.

        In our own, where none is named.

        The least goes by the currency that the money settles in. Where that may be this
        one or the Stripe account's, the lower one counts: Stripe has the last word.
        """
        self.ensure_one()
        currency = self.currency_id if currency is None else currency
        if not currency or currency.name.lower() not in money.CURRENCIES:
            return 0.0, 0.0
        code = self._kash_stripe_connected_account().default_currency or currency.name
        theirs = currency
        if code.upper() != currency.name:
            theirs = currency_by_code(self.env, code)
        today = self._kash_stripe_today()
        known = [
            one._convert(float(least), currency, self, today)
            for one in currency | theirs
            if (least := money.least(one.name)) is not None
        ]
        return min(known, default=currency.rounding), float(money.most(currency.name))

    def _kash_stripe_limits_by_currency(self):
        """Return {currency: (least, most)} of all that can be asked for by link now."""
        self.ensure_one()
        currencies = self.currency_id
        if self.kash_stripe_foreign_invoices:
            currencies |= currencies.search([("active", "=", True)])
        return {
            currency: self._kash_stripe_charge_limits(currency)
            for currency in currencies
            if not self._kash_stripe_currency_problem(currency)
        }

    def _kash_stripe_link_expiry(self):
        """Return the (UTC) moment a link sent today stops working, False for never."""
        self.ensure_one()
        days = self.kash_stripe_link_days
        if not days:
            return False
        after = self._kash_stripe_today() + timedelta(days=days + 1)
        zone = ZoneInfo(self._kash_stripe_zone())
        midnight = datetime.combine(after, time.min, tzinfo=zone)
        return midnight.astimezone(timezone.utc).replace(tzinfo=None)

    def _kash_stripe_send_locks(self, day, *, has_tax=False):
        """Return Odoo's lock dates that forbid to send links on ``day``, sorted.

        Judged as OdooBot, which will book the payment: an exception made for everyone
        opens the day, one made for the clerk at the button does not.

        :param has_tax: the payment would be booked with a tax line
        :return: [(date, lock field)], empty when links may be sent
        """
        self.ensure_one()
        family = self.sudo().parent_ids
        company = self.with_user(SUPERUSER_ID).sudo()
        locks = company._get_lock_date_violations(
            day,
            sale=any(family.mapped("kash_stripe_lock_sale")),
            purchase=False,
            tax=has_tax
            or bool(company.tax_exigibility)
            or company.kash_stripe_fee_tax == "reverse"
            or any(family.mapped("kash_stripe_lock_tax")),
        )
        return sorted(locks)

    def _kash_stripe_lock_sentence(self, day, has_tax):
        """Return why no link is sent on ``day`` and where to change it, or None."""
        locks = self._kash_stripe_send_locks(day, has_tax=has_tax)
        if not locks:
            return None
        return self.env._(
            "Today (%(day)s) is locked for %(company)s: %(locks)s. A payment of today"
            " could not be recorded, so no payment link is sent. Lock dates are changed"
            " under Settings ▸ Invoicing ▸ Customer Payments ▸ Stripe ▸ Lock Dates.",
            day=format_date(self.env, day),
            company=self._kash_stripe_lock_owner(locks).name,
            locks=self.sudo()._format_lock_dates(locks),
        )

    def _kash_stripe_lock_owner(self, locks):
        """Return the company of the family whose lock dates these are."""
        family = self.sudo().parent_ids
        owners = family.filtered(
            lambda company: any(company[field] == day for day, field in locks)
        )
        return owners[-1:] or self.sudo()

    def _kash_stripe_account_problem(self):
        """Return why nothing at all can be paid online now, None if it can."""
        self.ensure_one()
        if not self._kash_stripe_is_served():
            return PayProblem(
                "service_ended",
                self.env._(
                    "The Stripe service of %(company)s has ended. Please renew it with"
                    " the operator of this Odoo.",
                    company=self.name,
                ),
            )
        account = self._kash_stripe_connected_account()
        if not account:
            return PayProblem("not_connected", self.env._("Stripe is not connected."))
        if account._is_in_doubt():
            return PayProblem(
                "moved",
                account._doubt_sentence(),
                self.env._("this database was moved, or is a copy."),
            )
        if not account._can_charge():
            return PayProblem(
                "cannot_charge",
                self.env._("The Stripe account cannot take payments at present."),
            )
        books = account._books_problem()
        if books:
            return PayProblem("cannot_record", books)
        return None
