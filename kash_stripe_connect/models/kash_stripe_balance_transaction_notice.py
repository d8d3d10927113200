# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..core import days, money
from .currencies import currencies_by_code


class KashStripeBalanceTransaction(models.Model):
    """Telling the business of money that a customer's bank took back."""

    _inherit = "kash.stripe.balance.transaction"

    @api.model
    def _create_rows(self, account, rows):
        """Tell of bank debits that came back after they had succeeded."""
        res = super()._create_rows(account, rows)
        returned = {r.document_id: r for r in rows if r.type == "payment_reversal"}
        if returned:
            self._tell_returned(account, returned)
        return res

    @api.model
    def _tell_returned(self, account, returned):
        """Tell of each; a debit made elsewhere has no transaction here.

        :param returned: {charge id: BalanceTransactionFacts}
        """
        attempts = self.env["payment.transaction"]
        by_charge = attempts._kash_stripe_by_charge(account, returned)
        codes = [row.currency for row in returned.values()]
        currencies = currencies_by_code(self.env, codes)
        self.env["kash.stripe.notice"]._apply_news(
            account,
            [
                {
                    "kind": "debit_returned",
                    "key": charge_id,
                    "happened_at": days.utc(row.created),
                    "transaction": by_charge.get(charge_id),
                    "amount": float(money.to_major(abs(row.amount), row.currency)),
                    "currency": currencies.get(row.currency),
                    "reason": row.description,
                }
                for charge_id, row in returned.items()
            ],
        )
