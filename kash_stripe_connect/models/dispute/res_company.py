# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class DisputeCompany(models.Model):
    _inherit = "res.company"

    kash_stripe_lost_disputes = fields.Selection(
        [
            ("loss", "Record the loss; the invoice stays paid"),
            ("reopen", "Open the invoice again: the customer owes it"),
        ],
        string="Lost Disputes",
        required=True,
        default="loss",
        help="A bank debit that was returned opens its invoice again in any case.",
    )
    kash_stripe_lost_income = fields.Selection(
        [
            ("loss", "Record the loss; the sale stands"),
            ("cancel", "Cancel the sale: income and tax are taken back"),
        ],
        string="Lost Disputes of Income",
        required=True,
        default="loss",
        help="Of payments taken elsewhere that were recorded as income.",
    )
