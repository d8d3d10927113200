# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class HooksTransaction(models.Model):
    """What several rooms do when an attempt to pay has ended."""

    _inherit = "payment.transaction"

    @api.model
    def _kash_stripe_settle(self, paid):
        """Set attempts *done*, or *error* where another amount came; tell of them.

        :param paid: [(attempt, minor units, lower-case currency)]
        """
        debits = self._kash_stripe_notice_debits(paid)
        self._kash_stripe_payment_settle(paid)
        self._kash_stripe_notice_settled(paid, debits)

    def _kash_stripe_apply_failed_charge(self, charge):
        """Note on the attempt that its charge failed, and tell of it."""
        self._kash_stripe_payment_failed_charge(charge)
        self._kash_stripe_notice_failed_charge(charge)

    def _kash_stripe_after_booking(self):
        """Do what waited until the attempts' rows were looked at for the books."""
        self._kash_stripe_notify_business()
