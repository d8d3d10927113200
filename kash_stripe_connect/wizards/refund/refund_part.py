# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class KashStripeRefundPart(models.TransientModel):
    """What of a refund is credited on one invoice."""

    _name = "kash.stripe.refund.part"
    _inherit = "kash.stripe.wall"
    _description = "Part of a Stripe Refund"

    refund_wizard_id = fields.Many2one("payment.refund.wizard", ondelete="cascade")
    note_wizard_id = fields.Many2one(
        "kash.stripe.credit.note.wizard", ondelete="cascade"
    )
    move_id = fields.Many2one("account.move", "Invoice", required=True)
    currency_id = fields.Many2one(related="move_id.currency_id", related_sudo=False)
    invoice_date = fields.Date(related="move_id.invoice_date", related_sudo=False)
    left = fields.Monetary("At Most", help="What was paid and is not credited yet.")
    amount = fields.Monetary("Credit Note")
