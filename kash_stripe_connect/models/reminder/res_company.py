# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..base.records import check_one


class ReminderCompany(models.Model):
    """Whether customers are reminded."""

    _inherit = "res.company"

    kash_stripe_reminders = fields.Boolean(
        "Remind Customers",
        help="Once a day customers are reminded by e-mail of invoices that are open, by"
        " the company's rules.",
    )
    kash_stripe_reminder_rule_ids = fields.One2many(
        "kash.stripe.reminder.rule", "company_id", "Stripe Reminder Rules"
    )

    def _kash_stripe_reminder_written(self, vals):
        """Who switches reminders on has the ready-made rules."""
        if vals.get("kash_stripe_reminders"):
            self._kash_stripe_ensure_reminder_rules()

    def action_kash_stripe_reminder_rules(self):
        """Open the rules of the company."""
        check_one(self)
        self.env["kash.stripe.account"]._check_manager()
        self._kash_stripe_ensure_reminder_rules()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "kash_stripe_connect.kash_stripe_reminder_rule_action"
        )

    def _kash_stripe_ensure_reminder_rules(self):
        """Give companies that never had rules the ready-made ones."""
        rules = self.env["kash.stripe.reminder.rule"].sudo()
        every = rules.with_context(active_test=False)
        having = every.search([("company_id", "in", self.ids)]).company_id
        rules.create(
            [
                vals
                for company in self - having
                for vals in rules._prepare_ready_made(company)
            ]
        )
