# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...core.methods import METHODS
from ...core.offers import LEFT_OUT

# Odoo's code of what Stripe calls otherwise; where Odoo has none, our data do, by
# Stripe's own (data/payment_method_data.xml).
_ODOO = {
    "ach_credit_transfer": "bank_transfer",
    "ach_debit": "ach_direct_debit",
    "afterpay_clearpay": "afterpay",
    "au_becs_debit": "becs_direct_debit",
    "bacs_debit": "bacs_direct_debit",
    "card_present": "card",
    "cashapp": "cash_app_pay",
    "customer_balance": "bank_transfer",
    "interac_present": "card",
    "kakao_pay": "kakaopay",
    "mb_way": "mbway",
    "mobilepay": "mobile_pay",
    "oxxo": "oxxopay",
    "sepa_credit_transfer": "bank_transfer",
    "sepa_debit": "sepa_direct_debit",
    "us_bank_account": "ach_direct_debit",
    "wechat": "wechat_pay",
}
# Cards whose brand Odoo has an icon of.
_BRANDS = {
    "american_express": "amex",
    "amex": "amex",
    "cartes_bancaires": "cartes_bancaires",
    "diners": "diners",
    "diners_club": "diners",
    "discover": "discover",
    "jcb": "jcb",
    "mastercard": "mastercard",
    "unionpay": "unionpay",
    "visa": "visa",
}
# Stripe's code of what is chosen: several of its names may be one of Odoo's.
_OFFERED = {
    _ODOO.get(code, code): code
    for code in METHODS
    if code not in LEFT_OUT and code not in ("ach_debit", "wechat")
} | {"card": "card"}


class PaymentMethod(models.Model):
    """Odoo's ways to pay, with their names and icons, and Stripe's codes of them.

    Whether they are active says nothing here: that is for forms of Odoo's, where ours
    is none, and would offer them at other providers, too.
    """

    _inherit = "payment.method"

    @api.model
    def _kash_stripe_domain(self):
        """Return the domain of those that a company may choose among for Stripe."""
        return [
            ("code", "in", sorted(_OFFERED)),
            ("primary_payment_method_id", "=", False),
        ]

    def _kash_stripe_codes(self):
        """Return Stripe's codes of these; what Stripe does not have falls out."""
        return [_OFFERED[method.code] for method in self if method.code in _OFFERED]

    @api.model
    def _kash_stripe_of_news(self, attempts, charges):
        """Return {what was paid with: its method} of charges that are news.

        :param attempts: {charge id: attempt}, which know what they heard before
        """
        news = {
            charge.paid_with
            for charge in charges
            if attempts[charge.id].kash_stripe_charge_id != charge.id
        }
        return self._kash_stripe_of(news)

    @api.model
    def _kash_stripe_of(self, paid_with):
        """Return {what was paid with: its method}; of what nobody knows: *Unknown*.

        :param paid_with: ``PaidWith``, any number
        """
        codes = {what: _codes(what) for what in paid_with if what.kind}
        wanted = sorted({code for tried in codes.values() for code in tried})
        if not wanted:
            return {}
        methods = self.with_context(active_test=False).sudo()
        known = {}
        for method in methods.search([("code", "in", [*wanted, "unknown"])]):
            known.setdefault(method.code, method.sudo(False))
        return {
            what: next(known[code] for code in (*tried, "unknown") if code in known)
            for what, tried in codes.items()
        }


def _codes(paid_with):
    """Return Odoo's codes to look for, the best one first."""
    own = _ODOO.get(paid_with.kind, paid_with.kind)
    brand = _BRANDS.get(paid_with.brand.lower().replace(" ", "_"))
    return (brand, own) if own == "card" and brand else (own,)
