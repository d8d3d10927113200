# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PaymentPayment(models.Model):
    """What a receipt of Odoo's was paid with."""

    _inherit = "account.payment"

    kash_stripe_method = fields.Char(
        "Paid With",
        related="payment_transaction_id.kash_stripe_method",
        related_sudo=False,
        groups="account.group_account_invoice",
    )
    kash_stripe_method_icon = fields.Image(
        related="payment_transaction_id.payment_method_id.image_payment_form",
        related_sudo=False,
        groups="account.group_account_invoice",
    )
