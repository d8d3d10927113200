# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class KashStripeOfAccount(models.AbstractModel):
    """What belongs to a Stripe account for good, and to its company."""

    _name = "kash.stripe.of.account"
    _description = "Of A Stripe Account"

    account_id = fields.Many2one(
        "kash.stripe.account",
        "Stripe Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
