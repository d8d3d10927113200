# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..base.records import check_some


class SyncBalanceTransaction(models.Model):
    """Trying stopped rows again, as the sync does with new ones."""

    _inherit = "kash.stripe.balance.transaction"

    def action_retry(self):
        """Try stopped rows again, after a person mended the reason."""
        check_some(self)
        self.env["kash.stripe.account"]._check_manager()
        stopped = self.sudo().filtered(lambda row: row.state == "stopped")
        changed = stopped.filtered("changed")
        stopped -= changed - changed._pull_again()
        stopped.write({"state": "new", "reason": False})
        for account in stopped.account_id:
            self.env["kash.stripe.steps"]._after(account)
        return True
