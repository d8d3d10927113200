# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class KashStripePayerDataNotice(models.AbstractModel):
    """Reasons in the words of others."""

    _name = "kash.stripe.payer.data.notice"
    _inherit = "kash.stripe.payer.data"
    _description = "What Is Kept of Payers: Notices to the Business"

    _rule_order = 40
    _payer_model = "kash.stripe.notice"
    _payer_fields = ("reason", "note")
    _address_fields = ("reason", "note")
    _settled_field = "happened_at"

    def _payer_settled(self):
        return Domain("state", "!=", "to_send")

    def _of_partners(self, partner_ids):
        return Domain("transaction_id.partner_id", "in", partner_ids)

    def _payer_text(self, count):
        return self.env._("Notices to you (%(count)s): Stripe's reason.", count=count)
