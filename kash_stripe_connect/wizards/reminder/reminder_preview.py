# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, api, fields, models


class KashStripeReminderPreview(models.TransientModel):
    """Who would be reminded of what on a day, and who not, and why."""

    _name = "kash.stripe.reminder.preview"
    _inherit = "kash.stripe.wall"
    _description = "Preview of Stripe Reminders"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    # No date to choose first: its calendar would open over what is shown.
    ahead = fields.Integer("Days From Today")
    day = fields.Date(compute="_compute_day")
    switched_on = fields.Boolean(
        related="company_id.kash_stripe_reminders", related_sudo=False
    )
    line_ids = fields.One2many(
        "kash.stripe.reminder.preview.line", "wizard_id", readonly=True
    )
    mail_count = fields.Integer("E-mails", readonly=True)

    @api.depends("ahead", "company_id")
    def _compute_day(self):
        for preview in self:
            today = preview.company_id._kash_stripe_today()
            preview.day = today + timedelta(days=preview.ahead)

    @api.onchange("ahead")
    def _onchange_ahead(self):
        """Plan the day as the job would, and send nothing."""
        # Never another one that a request may name.
        self.company_id = self.env.company
        self.company_id.sudo()._kash_stripe_ensure_reminder_rules()
        plan = self.env["kash.stripe.reminder"]._plan(self.company_id, self.day)
        going = [item for item in plan if not item.obstacle]
        kept = [item for item in plan if item.obstacle]
        self.mail_count = len({item.partner for item in going})
        self.line_ids = [
            Command.clear(),
            *(Command.create(_prepare_line(item)) for item in (*going, *kept)),
        ]


class KashStripeReminderPreviewLine(models.TransientModel):
    """One invoice that a rule is due for."""

    _name = "kash.stripe.reminder.preview.line"
    _inherit = "kash.stripe.wall"
    _description = "Invoice in the Preview of Stripe Reminders"

    wizard_id = fields.Many2one("kash.stripe.reminder.preview", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    email = fields.Char("To", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    invoice_date_due = fields.Date("Due Date", readonly=True)
    rule_id = fields.Many2one("kash.stripe.reminder.rule", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary("Due Online", readonly=True)
    goes = fields.Boolean("Sent", readonly=True)
    reason = fields.Char("Why Not", readonly=True)


def _prepare_line(item):
    """Return the line of one planned invoice."""
    return {
        "partner_id": item.partner.id,
        "email": item.move.partner_id.email,
        "move_id": item.move.id,
        "invoice_date_due": item.move.invoice_date_due,
        "rule_id": item.rule.id,
        "currency_id": item.move.currency_id.id,
        "amount": item.due,
        "goes": not item.obstacle,
        "reason": item.reason,
    }
