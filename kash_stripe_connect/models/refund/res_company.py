# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class RefundCompany(models.Model):
    """What becomes of a refund that no credit note was made for."""

    _inherit = "res.company"

    kash_stripe_refund_without_note = fields.Selection(
        [
            ("wait", "The invoice stays paid until there is a credit note"),
            ("reopen", "The invoice is open again by what was refunded"),
        ],
        string="Refund Without a Credit Note",
        required=True,
        default="wait",
        help="Re-opened invoices are not collected by link or reminder until somebody"
        " resumes it. A change counts for refunds recorded from then on.",
    )
