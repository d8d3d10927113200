# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Who is told, and whether customers are reminded."""

    _inherit = "res.config.settings"

    kash_stripe_notify_emails = fields.Char(
        related="company_id.kash_stripe_notify_emails", readonly=False
    )
    kash_stripe_notice_way = fields.Selection(
        related="company_id.kash_stripe_notice_way", readonly=False
    )
    kash_stripe_notify_payment_received = fields.Boolean(
        related="company_id.kash_stripe_notify_payment_received", readonly=False
    )
    kash_stripe_notify_payment_failed = fields.Boolean(
        related="company_id.kash_stripe_notify_payment_failed", readonly=False
    )
    kash_stripe_notify_debit_returned = fields.Boolean(
        related="company_id.kash_stripe_notify_debit_returned", readonly=False
    )
    kash_stripe_notify_dispute_opened = fields.Boolean(
        related="company_id.kash_stripe_notify_dispute_opened", readonly=False
    )
    kash_stripe_notify_payout_failed = fields.Boolean(
        related="company_id.kash_stripe_notify_payout_failed", readonly=False
    )
    kash_stripe_reminders = fields.Boolean(
        related="company_id.kash_stripe_reminders", readonly=False
    )

    def action_kash_stripe_reminder_rules(self):
        """Open the company's rules; it gets the ready-made ones the first time."""
        return self.company_id.action_kash_stripe_reminder_rules()
