# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeBookable(models.AbstractModel):
    """What the books have to follow: its day, and what became of it."""

    _name = "kash.stripe.bookable"
    _inherit = "kash.stripe.of.account"
    _description = "Stripe Fact To Record"

    booking_day = fields.Date(
        required=True, readonly=True, help="Stripe's day in the company's time zone."
    )
    record_day = fields.Date(
        "Recorded On",
        readonly=True,
        help="The date a person chose for a held row; else Stripe's day.",
    )
    entry_day = fields.Date("Date In The Books", compute="_compute_entry_day")
    transaction_id = fields.Many2one(
        "payment.transaction", "Payment Attempt", readonly=True, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("new", "To record"),
            ("waiting", "Waiting"),
            ("by_hand", "To record by hand"),
            ("held", "Held"),
            ("stopped", "Stopped"),
            ("booked", "Recorded"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
        default="new",
        index=True,
    )
    reason = fields.Char(readonly=True)
    ceased = fields.Boolean(
        "Nothing Keeps It",
        readonly=True,
        copy=False,
        help="What kept it from the books has ceased: a person can record it now.",
    )
    entry_id = fields.Many2one(
        "account.move", "Day's Entry", readonly=True, index="btree_not_null", copy=False
    )

    @api.depends("booking_day", "record_day")
    def _compute_entry_day(self):
        for fact in self:
            fact.entry_day = fact.record_day or fact.booking_day

    def _has_fee(self):
        """Tell whether recording it records a fee."""
        return False

    def _may_be_income(self):
        """Tell whether it may be recorded as income, or take such income back."""
        return False

    # === STATE === #

    def _reverse(self):
        """Mark facts whose entries were taken back for good."""
        self.write({"state": "reversed", "reason": False})

    def _stop(self, reason):
        """A person must look: this is not recorded, the rest goes on."""
        self.filtered(lambda fact: fact.state != "booked").state = "stopped"
        self.write({"reason": reason, "ceased": False})

    def _hold(self, reason):
        """Its day is locked: recorded by a person's act only, never on another date."""
        self.write({"state": "held", "reason": reason, "ceased": False})

    def _go_on_holding(self, reason):
        """Say what holds it now, where that is something else."""
        changed = self.filtered(lambda fact: fact.ceased or fact.reason != reason)
        changed._hold(reason)

    def _let_go(self, reason):
        """What kept it has ceased; recording it is a person's act all the same."""
        fresh = self.filtered(lambda fact: not fact.ceased or fact.reason != reason)
        fresh.write({"reason": reason, "ceased": True})

    def _wait(self, reason):
        """Something has to happen first; stored, shown and counted."""
        self.write({"state": "waiting", "reason": reason})
