# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..base.records import check_one


class ConnectSettings(models.TransientModel):
    """The company's settings, where Odoo shows all of them."""

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
    kash_stripe_responsible_note = fields.Char(
        compute="_compute_kash_stripe_responsible_note"
    )
    kash_stripe_notify_partner_ids = fields.Many2many(
        related="company_id.kash_stripe_notify_partner_ids", readonly=False
    )
    kash_stripe_notify_note = fields.Char(compute="_compute_kash_stripe_notify_note")

    kash_stripe_send_link = fields.Boolean(
        related="company_id.kash_stripe_send_link", readonly=False
    )
    kash_stripe_mail_all = fields.Boolean(
        related="company_id.kash_stripe_mail_all", readonly=False
    )
    kash_stripe_link_qr = fields.Boolean(
        related="company_id.kash_stripe_link_qr", readonly=False
    )
    kash_stripe_link_days = fields.Integer(
        related="company_id.kash_stripe_link_days", readonly=False
    )
    kash_stripe_billing_address = fields.Boolean(
        related="company_id.kash_stripe_billing_address", readonly=False
    )
    kash_stripe_own_amount = fields.Boolean(
        related="company_id.kash_stripe_own_amount", readonly=False
    )
    kash_stripe_own_least = fields.Monetary(
        related="company_id.kash_stripe_own_least", readonly=False
    )
    kash_stripe_method_ids = fields.Many2many(
        related="company_id.kash_stripe_method_ids", readonly=False
    )
    kash_stripe_foreign_invoices = fields.Boolean(
        related="company_id.kash_stripe_foreign_invoices", readonly=False
    )
    kash_stripe_lock_sale = fields.Boolean(
        related="company_id.kash_stripe_lock_sale", readonly=False
    )
    kash_stripe_lock_tax = fields.Boolean(
        related="company_id.kash_stripe_lock_tax", readonly=False
    )

    kash_stripe_grain = fields.Selection(
        related="company_id.kash_stripe_grain", readonly=False
    )
    kash_stripe_receipts = fields.Selection(
        related="company_id.kash_stripe_receipts", readonly=False
    )
    kash_stripe_income_account_id = fields.Many2one(
        related="company_id.kash_stripe_income_account_id", readonly=False
    )
    kash_stripe_income_tax_id = fields.Many2one(
        related="company_id.kash_stripe_income_tax_id", readonly=False
    )
    kash_stripe_fee_tax = fields.Selection(
        related="company_id.kash_stripe_fee_tax", readonly=False
    )
    kash_stripe_fee_tax_id = fields.Many2one(
        related="company_id.kash_stripe_fee_tax_id", readonly=False
    )

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

    kash_stripe_lost_disputes = fields.Selection(
        related="company_id.kash_stripe_lost_disputes", readonly=False
    )
    kash_stripe_lost_income = fields.Selection(
        related="company_id.kash_stripe_lost_income", readonly=False
    )
    kash_stripe_refund_without_note = fields.Selection(
        related="company_id.kash_stripe_refund_without_note", readonly=False
    )

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
    kash_stripe_notify_receipt = fields.Boolean(
        related="company_id.kash_stripe_notify_receipt", readonly=False
    )
    kash_stripe_reminders = fields.Boolean(
        related="company_id.kash_stripe_reminders", readonly=False
    )

    kash_stripe_keep_events = fields.Integer(
        related="company_id.kash_stripe_keep_events", readonly=False
    )

    kash_stripe_keep_payers = fields.Integer(
        related="company_id.kash_stripe_keep_payers", readonly=False
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "kash_stripe_responsible_id")
    def _compute_kash_stripe_responsible_note(self):
        for page in self:
            chosen = page.kash_stripe_responsible_id._origin
            page.kash_stripe_responsible_note = (
                page.company_id._kash_stripe_responsible_note(chosen)
            )

    @api.depends("company_id", "kash_stripe_notify_partner_ids")
    def _compute_kash_stripe_notify_note(self):
        for page in self:
            chosen = page.kash_stripe_notify_partner_ids._origin
            page.kash_stripe_notify_note = page.company_id._kash_stripe_notify_note(
                chosen
            )

    # === ACTION METHODS === #

    def action_kash_stripe_lock_dates(self):
        """Open the company's lock dates."""
        check_one(self)
        return self.company_id.action_kash_stripe_lock_dates()

    def action_kash_stripe_open(self):
        """Open the company's Stripe form, or the dialog to connect."""
        check_one(self)
        return self.env["kash.stripe.account"].action_open()

    def action_kash_stripe_reminder_rules(self):
        """Open the company's rules; it gets the ready-made ones the first time."""
        check_one(self)
        return self.company_id.action_kash_stripe_reminder_rules()
