# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class KashStripeSyncWizard(models.TransientModel):
    """What the next sync does to the books, seen before it is done."""

    _name = "kash.stripe.sync.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Preview of a Stripe Sync"

    move_count = fields.Integer("Entries", readonly=True)
    more = fields.Boolean(readonly=True)
    line_ids = fields.One2many(
        "kash.stripe.sync.line", "wizard_id", "What It Does", readonly=True
    )

    def action_sync(self):
        """Record what was shown."""
        self.ensure_one()
        return self.account_id.action_sync_now()


class KashStripeSyncLine(models.TransientModel):
    """What a sync does to one account."""

    _name = "kash.stripe.sync.line"
    _inherit = "kash.stripe.effect"
    _description = "Effect of a Stripe Sync"

    wizard_id = fields.Many2one("kash.stripe.sync.wizard", ondelete="cascade")
