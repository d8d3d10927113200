# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

from ...core import double_entry


class KashStripePayerDataRow(models.AbstractModel):
    """What merchants write into a payment's description."""

    _name = "kash.stripe.payer.data.row"
    _inherit = "kash.stripe.payer.data"
    _description = "What Is Kept of Payers: Stripe's Rows"

    _rule_order = 30
    _payer_model = "kash.stripe.balance.transaction"
    _payer_fields = ("description",)
    _address_fields = ("description",)
    _settled_field = "created_at"

    def _payer_scope(self):
        """Fees and payouts are the business's own: what they are for is no payer's."""
        return Domain("type", "not in", double_entry.OWN_TYPES) & Domain(
            "reporting_category", "not in", double_entry.OWN_CATEGORIES
        )

    def _payer_settled(self):
        """Until a row is in the books a person may need to know whose it is."""
        return Domain("state", "in", ["booked", "reversed"]) & Domain(
            "transaction_id", "not in", self._all_in_need()
        )

    def _of_partners(self, partner_ids):
        attempts = self.env["payment.transaction"].sudo()
        mine = attempts.search(
            [
                ("kash_stripe_account_id", "!=", False),
                ("partner_id", "in", partner_ids),
            ]
        )
        charges = list(filter(None, mine.mapped("kash_stripe_charge_id")))
        return Domain("transaction_id", "in", mine.ids) | Domain(
            "document_ref", "in", charges
        )

    def _payer_text(self, count):
        return self.env._(
            "Stripe's rows (%(count)s): the description. Amounts, fees and ids stay.",
            count=count,
        )
