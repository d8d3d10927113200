# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..core import days, money


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
        attempts = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("kash_stripe_charge_id", "in", list(returned)),
            ]
        )
        by_charge = {tx.kash_stripe_charge_id: tx for tx in attempts}
        currencies = self.env["res.currency"].with_context(active_test=False)
        by_name = {
            currency.name: currency
            for currency in currencies.search(
                [("name", "in", [r.currency.upper() for r in returned.values()])]
            )
        }
        self.env["kash.stripe.notice"]._apply_news(
            account,
            [
                {
                    "kind": "debit_returned",
                    "key": charge_id,
                    "happened_at": days.utc(row.created),
                    "transaction": by_charge.get(charge_id),
                    "amount": float(money.to_major(abs(row.amount), row.currency)),
                    "currency": by_name.get(row.currency.upper()),
                    "reason": row.description,
                }
                for charge_id, row in returned.items()
            ],
        )
