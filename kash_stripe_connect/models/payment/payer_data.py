# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

from ...const import PROVIDER_CODE


class KashStripePayerDataAttempt(models.AbstractModel):
    """Attempts and refunds: who paid, as Odoo copied it, and by which card."""

    _name = "kash.stripe.payer.data.attempt"
    _inherit = "kash.stripe.payer.data"
    _description = "What Is Kept of Payers: Attempts to Pay"

    _rule_order = 10
    _payer_model = "payment.transaction"
    _payer_fields = (
        "kash_stripe_method",
        "kash_stripe_step_url",
        "partner_name",
        "partner_email",
        "partner_phone",
        "partner_address",
        "partner_zip",
        "partner_city",
        "partner_state_id",
    )
    _address_fields = ("partner_email",)
    _settled_field = "last_state_change"

    def _payer_scope(self):
        return Domain("provider_id.code", "=", PROVIDER_CODE)

    def _payer_settled(self):
        ended = Domain("state", "in", ["done", "cancel", "error"])
        return ended & Domain("id", "not in", self._all_in_need())

    def _of_partners(self, partner_ids):
        return Domain("partner_id", "in", partner_ids)

    def _payer_text(self, count):
        return self.env._(
            "Payments and refunds (%(count)s): name, e-mail and postal address,"
            " telephone, and the last digits of the card or bank account.",
            count=count,
        )
