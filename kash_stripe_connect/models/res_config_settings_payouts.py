# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How payouts and fees reach the books."""

    _inherit = "res.config.settings"

    kash_stripe_move_payouts = fields.Selection(
        related="company_id.kash_stripe_move_payouts", readonly=False
    )
    kash_stripe_record_fees = fields.Selection(
        related="company_id.kash_stripe_record_fees", readonly=False
    )
    kash_stripe_transit = fields.Selection(
        related="company_id.kash_stripe_transit", readonly=False
    )
    kash_stripe_match_bank = fields.Boolean(
        related="company_id.kash_stripe_match_bank", readonly=False
    )
    kash_stripe_no_statements = fields.Boolean(
        related="company_id.kash_stripe_no_statements", readonly=False
    )
    kash_stripe_payout_journal_id = fields.Many2one(
        related="company_id.kash_stripe_payout_journal_id", readonly=False
    )
