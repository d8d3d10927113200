# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import fields, models

from ..core import money
from ..guard import alone, reason_of

_logger = logging.getLogger(__name__)

# How often balance and rows are read until nothing moved in between.
_READINGS = 3


class KashStripeAccount(models.Model):
    """What Stripe holds, and whether every row of it is here."""

    _inherit = "kash.stripe.account"

    stripe_totals = fields.Json(
        "Stripe's Balances",
        readonly=True,
        help="Available and pending by currency (minor units), when last asked.",
    )
    balance_agreed = fields.Boolean(
        "Rows Complete",
        readonly=True,
        help="No row came in while Stripe's balance was read: they can be compared.",
    )

    # === PULL === #

    def _pull_balance(self):
        """Fetch what Stripe holds, with the rows that came in since they were read."""
        self._pull_until_nothing_moves(
            lambda: self._apply_rows_with_sources(self._pull_new_rows())
        )

    def _pull_until_nothing_moves(self, pull_rows):
        """Read balance, rows, balance, until both balances are the same.

        :return: the balance that every row of it is here for; None if it never rested
        """
        gateway = self._gateway(retries=1)
        self._apply_balance(gateway.balance())
        for _reading in range(_READINGS):
            before = self.stripe_totals
            pull_rows()
            balance = gateway.balance()
            self._apply_balance(balance)
            if self.stripe_totals == before:
                # What is read in part says nothing about the whole.
                self.balance_agreed = not self._news_pull().cursor
                return balance
        return None

    def _pull_balance_or_none(self):
        """Return what Stripe holds; None when it does not say: it is only shown."""
        with alone(self.env) as trouble:
            return self._gateway(retries=0).balance()
        what = f"Stripe's balance of {self.stripe_id}"
        reason_of(self.env, trouble.error, what, _logger)
        return None

    # === APPLY === #

    def _apply_balance(self, facts):
        """Write what Stripe holds; what changed is to be compared anew."""
        self.ensure_one()
        code = self.currency_id.name.lower()
        self.write(
            {
                "stripe_balance": float(money.to_major(facts.total(code), code)),
                "stripe_balance_at": fields.Datetime.now(),
            }
        )
        codes = sorted({*facts.available, *facts.pending})
        totals = {code: facts.total(code) for code in codes}
        if totals != self.stripe_totals:
            self.write({"stripe_totals": totals, "balance_agreed": False})

    def _apply_balance_or_log(self, balance):
        """Write what Stripe holds; it is only shown, and the next sync asks again."""
        with alone(self.env) as trouble:
            self._apply_balance(balance)
        if trouble.error:
            what = f"Stripe's balance of {self.stripe_id}"
            reason_of(self.env, trouble.error, what, _logger)
