# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class LedgerLockException(models.Model):
    """An exception for everybody opens a day for the job, too, and its end locks it."""

    _inherit = "account.lock_exception"

    # === OVERRIDES === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: held rows say that their day is open."""
        exceptions = super().create(vals_list)
        exceptions.company_id._kash_stripe_locks_moved()
        return exceptions

    def action_revoke(self):
        """Override of `account`: held rows say that their day is locked again."""
        result = super().action_revoke()
        self.company_id._kash_stripe_locks_moved()
        return result
