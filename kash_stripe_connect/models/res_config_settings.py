# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    kash_stripe_account_id = fields.Many2one(
        related="company_id.kash_stripe_account_id", string="Stripe Account"
    )
    kash_stripe_status = fields.Selection(related="company_id.kash_stripe_status")
    kash_stripe_payouts_status = fields.Selection(
        related="company_id.kash_stripe_payouts_status"
    )
    kash_stripe_livemode = fields.Boolean(
        related="company_id.kash_stripe_account_id.livemode"
    )
    kash_stripe_tz = fields.Selection(
        related="company_id.kash_stripe_tz", readonly=False
    )
    kash_stripe_record_when_open = fields.Boolean(
        related="company_id.kash_stripe_record_when_open", readonly=False
    )
    kash_stripe_responsible_id = fields.Many2one(
        related="company_id.kash_stripe_responsible_id", readonly=False
    )
    kash_stripe_notify_partner_ids = fields.Many2many(
        related="company_id.kash_stripe_notify_partner_ids", readonly=False
    )

    kash_stripe_send_link = fields.Boolean(
        related="company_id.kash_stripe_send_link", readonly=False
    )
    kash_stripe_link_qr = fields.Boolean(
        related="company_id.kash_stripe_link_qr", readonly=False
    )
    kash_stripe_link_days = fields.Integer(
        related="company_id.kash_stripe_link_days", readonly=False
    )
    kash_stripe_lock_sale = fields.Boolean(
        related="company_id.kash_stripe_lock_sale", readonly=False
    )
    kash_stripe_lock_tax = fields.Boolean(
        related="company_id.kash_stripe_lock_tax", readonly=False
    )

    def action_kash_stripe_lock_dates(self):
        """Open the company's lock dates."""
        return self.company_id.action_kash_stripe_lock_dates()

    def action_kash_stripe_open(self):
        """Open the company's Stripe form, or the dialog to connect."""
        return self.env["kash.stripe.account"].action_open()
