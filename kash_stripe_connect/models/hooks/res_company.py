# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class HooksCompany(models.Model):
    """What several rooms want of a company that is changed."""

    _inherit = "res.company"

    def write(self, vals):
        """Override of `base`: the operator's fields; reminders' rules; held rows."""
        self._kash_stripe_service_write(vals)
        result = super().write(vals)
        self._kash_stripe_check_named(vals)
        self._kash_stripe_reminder_written(vals)
        self._kash_stripe_locks_written(vals)
        return result
