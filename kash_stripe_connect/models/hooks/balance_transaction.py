# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class HooksBalanceTransaction(models.Model):
    """What several rooms do with rows that can be recorded."""

    _inherit = "kash.stripe.balance.transaction"

    @api.model
    def _book_rows(self, account, rows):
        """Record ``rows``; what was recorded together is one run."""
        rows = rows._not_being_undone()
        self._post_rows(account, rows)
        self._join_run(account, rows)

    @api.model
    def _book_payments(self, account, about, most):
        """Record no more than so many payments of ours, while much else is ready.

        :param about: the domain of rows that somebody waits for; None: of any
        """
        self._book_rows(account, self._payments_ready(account, about, most))
