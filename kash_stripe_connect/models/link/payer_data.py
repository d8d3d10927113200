# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class KashStripePayerDataLink(models.AbstractModel):
    """To whom links were sent."""

    _name = "kash.stripe.payer.data.link"
    _inherit = "kash.stripe.payer.data"
    _description = "What Is Kept of Payers: Payment Links"

    _rule_order = 20
    _payer_model = "kash.stripe.pay.link"
    _payer_fields = ("sent_to", "sent_problem", "refused_address", "refused_reason")
    _address_fields = _payer_fields
    # Whatever happens to a link is written there: 24 months after it was last of use.
    _settled_field = "write_date"

    def _payer_settled(self):
        return Domain("transaction_ids", "not in", self._all_in_need())

    def _of_partners(self, partner_ids):
        return (
            Domain("move_id.partner_id", "in", partner_ids)
            | Domain("partner_id", "in", partner_ids)
            | Domain("transaction_ids.partner_id", "in", partner_ids)
        )

    def _payer_text(self, count):
        return self.env._(
            "Payment links (%(count)s): the addresses they were sent to, and why they"
            " were not delivered, or a payment not started.",
            count=count,
        )
