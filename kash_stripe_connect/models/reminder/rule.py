# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeReminderRule(models.Model):
    """When customers of a company are reminded, and with which words."""

    _name = "kash.stripe.reminder.rule"
    _inherit = "kash.stripe.wall"
    _description = "Stripe Reminder Rule"
    _order = "company_id, offset, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    active = fields.Boolean(default=True)
    days = fields.Integer(required=True, default=3)
    moment = fields.Selection(
        [("before", "days before the due date"), ("after", "days after the due date")],
        "When",
        required=True,
        default="after",
    )
    offset = fields.Integer(
        compute="_compute_offset", store=True, help="Days after the due date."
    )
    template_id = fields.Many2one(
        "mail.template",
        "E-mail",
        required=True,
        domain="[('model', '=', 'kash.stripe.reminder')]",
        ondelete="restrict",
    )
    only_with_link = fields.Boolean(
        "Only With a Payment Link",
        default=True,
        help="On: an invoice that cannot be paid by link now is not reminded of. Off:"
        " its reminder comes without a button.",
    )

    with_all = fields.Boolean(
        "With All That Is Open",
        help="The reminder ends with all open items of the customer, their age and sum,"
        " and a link to pay them together, where it goes to the customer or its invoice"
        " contact alone.",
    )

    _days_not_negative = models.Constraint(
        "CHECK (days >= 0)", "Days are counted from the due date: 0 or more."
    )
    _one_a_day = models.Constraint(
        'UNIQUE (company_id, "offset")', "There is a rule for this day already."
    )

    @api.depends("days", "moment")
    def _compute_offset(self):
        for rule in self:
            rule.offset = -rule.days if rule.moment == "before" else rule.days

    @api.depends("days", "moment")
    def _compute_name(self):
        for rule in self:
            if not rule.days:
                rule.name = self.env._("On the due date")
            elif rule.moment == "before":
                rule.name = self.env._(
                    "Day %(days)s before the due date", days=rule.days
                )
            else:
                rule.name = self.env._(
                    "Day %(days)s after the due date", days=rule.days
                )

    @api.model
    def _prepare_ready_made(self, company):
        """Return the rules a company begins with."""
        return [
            {
                "company_id": company.id,
                "days": days,
                "moment": moment,
                "template_id": self.env.ref(
                    f"kash_stripe_connect.mail_template_reminder_{template}"
                ).id,
            }
            for days, moment, template in (
                (3, "before", "before"),
                (3, "after", "after"),
                (10, "after", "after"),
                (30, "after", "last"),
            )
        ]
