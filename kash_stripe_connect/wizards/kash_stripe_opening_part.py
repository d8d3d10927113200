# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..core import money
from ..core.opening import Opening


class KashStripeOpeningPart(models.TransientModel):
    """What Stripe held in one currency before the first row, as shown to a person."""

    _name = "kash.stripe.opening.part"
    _description = "Stripe's Opening Balance In A Currency, Shown"

    wizard_id = fields.Many2one("kash.stripe.opening.wizard", ondelete="cascade")
    code = fields.Char(readonly=True, help="The currency, as Stripe says it.")
    name = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    found = fields.Json(readonly=True, help="What Stripe and the books say.")
    chosen = fields.Boolean("Record This")
    reason = fields.Char(readonly=True, help="Why it cannot be recorded now.")
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
    worth = fields.Monetary(
        "Worth In Your Books",
        readonly=True,
        currency_field="company_currency_id",
        help="By Odoo's rate of the date in the books.",
    )
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

    @api.model
    def _prepare_vals(self, account, code, opening, day):
        """Return the vals that show an opening (core.opening.Opening)."""
        books = self.env["kash.stripe.booking"].sudo()
        currency = self.env["kash.stripe.proof"]._currency(code)
        reason = books._opening_refusal(account, code, day)
        foreign = currency != account.currency_id and not reason
        minors = {
            "stripe_balance": opening.stripe,
            "net": opening.net,
            "opening": opening.balance,
            "held": opening.held,
            "to_record": opening.to_record,
            "transit_amount": opening.in_transit_total,
            "pending_amount": opening.pending_total,
        }
        return {
            "code": code,
            "name": code.upper(),
            "currency_id": currency.id,
            "company_currency_id": foreign and account.currency_id.id,
            "found": opening.to_json(),
            "chosen": not reason,
            "reason": reason,
            "worth": foreign
            and float(books._opening_worth(account, currency, day, opening.to_record)),
            **{n: float(money.to_major(minor, code)) for n, minor in minors.items()},
        }

    def _openings(self):
        """Return {currency: core.opening.Opening} of what was shown."""
        return {part.code: Opening.from_json(part.found) for part in self}
