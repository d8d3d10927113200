# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..base.records import check_some


class SyncMovement(models.Model):
    _inherit = "kash.stripe.movement"

    # === ACTION METHODS === #

    def action_retry(self):
        """Try stopped movements again, after a person mended the reason."""
        check_some(self)
        self.env["kash.stripe.account"]._check_manager()
        stopped = self.sudo().filtered(lambda movement: movement.state == "stopped")
        stopped.write({"state": "new", "reason": False})
        for account in stopped.account_id:
            self.env["kash.stripe.steps"]._after(account)
        return True
