# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import fields, models


class KashStripeReminderLine(models.Model):
    """One invoice of a reminder; each rule reminds of an invoice once."""

    _name = "kash.stripe.reminder.line"
    _description = "Invoice of a Stripe Reminder"

    reminder_id = fields.Many2one(
        "kash.stripe.reminder",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="reminder_id.company_id")
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    rule_id = fields.Many2one(
        "kash.stripe.reminder.rule", readonly=True, ondelete="set null"
    )
    invoice_date_due = fields.Date(related="move_id.invoice_date_due")
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary("Due Online", readonly=True)
    sent = fields.Boolean(readonly=True)
    reason = fields.Char("Why Not", readonly=True)

    _once_a_rule = models.UniqueIndex(
        "(move_id, rule_id) WHERE (sent IS TRUE)",
        "A rule reminds of an invoice once.",
    )

    def _button(self):
        """Return the button to pay by (HTML); empty without a link that can be paid."""
        link = self._link()
        return link._mail_anchor() if link else Markup()

    def _url(self):
        """Return the address to pay at, for e-mails with a button of their own.

        Empty without a link that can be paid.
        """
        return self._link().url or ""

    def _link(self):
        """Return (sudo) the invoice's link if it can be paid, else empty."""
        self.ensure_one()
        link = self.move_id.sudo()._kash_stripe_current_link()
        return link.filtered(lambda link: link.state == "live")
