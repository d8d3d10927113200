# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class KashStripePayerDataReminder(models.AbstractModel):
    """Who was reminded."""

    _name = "kash.stripe.payer.data.reminder"
    _inherit = "kash.stripe.payer.data"
    _description = "What Is Kept of Payers: Reminders"

    _rule_order = 60
    _payer_model = "kash.stripe.reminder"
    _payer_fields = ("recipient_ids", "reason")
    _address_fields = ("reason",)
    _settled_field = "day"

    def _of_partners(self, partner_ids):
        return Domain("partner_id", "in", partner_ids) | Domain(
            "recipient_ids", "in", partner_ids
        )

    def _payer_text(self, count):
        return self.env._("Reminders (%(count)s): who got them.", count=count)
