# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class HooksJournal(models.Model):
    """What several rooms show on the Stripe journal's dashboard card."""

    _inherit = "account.journal"

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """Override of `account`: books and Stripe, their proof, and the pay links."""
        result = super()._fill_bank_cash_dashboard_data(dashboard_data)
        self._kash_stripe_ledger_card(dashboard_data)
        self._kash_stripe_proof_card(dashboard_data)
        self._kash_stripe_link_card(dashboard_data)
        return result
