# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core import days, money
from ..base.currencies import currencies_by_code


class KashStripeSourceReturn(models.AbstractModel):
    """Bank debits that came back after they had succeeded: the business is told."""

    _name = "kash.stripe.source.return"
    _inherit = "kash.stripe.source"
    _description = "Returned Debits That Come as Rows"

    _rule_order = 50

    def _after_created(self, account, rows):
        """Give notice of money that customers' banks took back."""
        returned = {r.document_id: r for r in rows if r.type == "payment_reversal"}
        if returned:
            self._notify_returned(account, returned)

    def _notify_returned(self, account, returned):
        """Give notice of each; a debit made elsewhere has no transaction here.

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
