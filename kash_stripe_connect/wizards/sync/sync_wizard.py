# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class KashStripeSyncWizard(models.TransientModel):
    """What the next sync does to the books, seen before it is done."""

    _name = "kash.stripe.sync.wizard"
    _inherit = ["kash.stripe.account.wizard", "kash.stripe.effect.dialog"]
    _description = "Preview of a Stripe Sync"

    move_count = fields.Integer("Entries", readonly=True)
    more = fields.Boolean(readonly=True)

    def action_sync(self):
        """Record what was shown."""
        self._check_one()
        return self.account_id.action_sync_now()
