# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class InboxAccount(models.Model):
    _inherit = "kash.stripe.account"
    event_count = fields.Integer(compute="_compute_event_count", string="Events")

    def _compute_event_count(self):
        events = self._count_of("kash.stripe.event")
        for account in self:
            account.event_count = events.get(account.id, 0)

    def action_view_events(self):
        return self._action_view("kash_stripe_event_action")
