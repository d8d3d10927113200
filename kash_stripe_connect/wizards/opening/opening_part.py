# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class KashStripeOpeningPart(models.TransientModel):
    """What Stripe held in one currency before the first row, as shown to a person."""

    _name = "kash.stripe.opening.part"
    _inherit = "kash.stripe.wall"
    _description = "Stripe's Opening Balance In A Currency, Shown"

    wizard_id = fields.Many2one("kash.stripe.opening.wizard", ondelete="cascade")
    code = fields.Char(readonly=True, help="The currency, as Stripe says it.")
    name = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    found = fields.Json(readonly=True, help="What Stripe and the books say.")
    chosen = fields.Boolean("Record This")
    reason = fields.Char(readonly=True, help="Why it cannot be recorded now.")
    rate = fields.Char(readonly=True, help="Odoo's, of the date in the books.")
    stripe_balance = fields.Monetary(
        "Stripe's Balance Now", readonly=True, help="Available and pending."
    )
    net = fields.Monetary(
        "What Moved Since",
        readonly=True,
        help="All rows from the first day on, after fees.",
    )
    opening = fields.Monetary("Opening Balance", readonly=True)
    held = fields.Monetary(
        "In Clearing Already",
        readonly=True,
        help="Recorded there before the first day, by somebody else.",
    )
    to_record = fields.Monetary(readonly=True)
    transit_amount = fields.Monetary(
        "Payouts in Transit",
        readonly=True,
        help="Paid out before the first day, at the bank from then on.",
    )
    pending_amount = fields.Monetary(
        "Payments in Process",
        readonly=True,
        help="Bank debits that Stripe counts in its balance and that may still fail.",
    )

    def _found(self):
        """Return {currency: what was shown of it} as the account keeps it."""
        return {part.code: part.found for part in self}
