# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...const import PROVIDER_CODE


class LedgerProvider(models.Model):
    _inherit = "payment.provider"

    def _get_payment_method_outstanding_account_id(self, payment_method_id):
        """Override of `account_payment`: our payments go to clearing, nowhere else."""
        if self.code != PROVIDER_CODE:
            return super()._get_payment_method_outstanding_account_id(payment_method_id)
        return self.kash_stripe_account_ids.clearing_account_id.id
