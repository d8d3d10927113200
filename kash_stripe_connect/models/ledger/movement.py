# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...core import days
from ..base.minor_units import MinorUnits, minor_text
from ..base.records import check_some

# What is told of a movement for its day alone.
_NOT_STORED = {"told_by", "told_last", "untold", "not_before"}


class KashStripeMovement(models.Model):
    """What changed at Stripe without a row: a debit collected, a dispute lost."""

    _name = "kash.stripe.movement"
    _inherit = "kash.stripe.bookable"
    _description = "Stripe Movement Without A Row"
    _order = "booking_day desc, id desc"
    _rec_name = "object_ref"

    kind = fields.Selection(
        [("debit_succeeded", "Bank debit collected")], required=True, readonly=True
    )
    object_ref = fields.Char("At Stripe", required=True, readonly=True)
    amount = MinorUnits("Amount (minor units)", required=True, readonly=True)
    currency_code = fields.Char(required=True, readonly=True)
    amount_text = fields.Char("Amount", compute="_compute_amount_text")
    day_told = fields.Selection(
        [("event", "Stripe's event"), ("seen", "The day it was seen")],
        "Day Known By",
        required=True,
        readonly=True,
        help="Stripe puts no date on it but the event's; a sync that finds it later"
        " knows only the day it looked.",
    )
    charge_ref = fields.Char(
        "Sale At Stripe",
        readonly=True,
        index="btree_not_null",
        help="The charge whose income it took back, or declared again.",
    )
    own_amount = MinorUnits(
        "Customer's Amount (minor units)",
        readonly=True,
        help="Of that charge, before Stripe converted it; taken back is negative.",
    )
    row_id = fields.Many2one(
        "kash.stripe.balance.transaction", "Follows", readonly=True, index=True
    )

    _object_unique = models.UniqueIndex("(account_id, kind, object_ref)")

    _record_wizard_default = "default_movement_ids"
    _booking_family = "kash.stripe.booking.movement"

    @api.depends("amount", "currency_code")
    def _compute_amount_text(self):
        for movement in self:
            movement.amount_text = minor_text(movement.amount, movement.currency_code)

    def action_open_entry(self):
        check_some(self)
        return self.entry_id._get_records_action()

    # === APPLY === #

    @api.model
    def _apply_movements(self, account, wanted):
        """Remember movements not yet known; return those of ``wanted``, in its order.

        :param wanted: list of dicts: kind, object_ref, amount (minor units),
            currency_code, told_by (the ids at Stripe and the types of the events that
            may have told: a pair of tuples), and optionally row_id, transaction_id;
            booking_day and day_told where Stripe's own record names the day, or
            ``untold`` (a dict of both) where it does so unless an event tells;
            ``told_last`` where the last such event counts, not the first;
            ``not_before`` which day it cannot precede
        """
        refs = [vals["object_ref"] for vals in wanted]
        mine = [("account_id", "=", account.id), ("object_ref", "in", refs)]
        known = {(m.kind, m.object_ref): m for m in self.search(mine)}
        fresh = {
            (vals["kind"], vals["object_ref"]): vals
            for vals in wanted
            if (vals["kind"], vals["object_ref"]) not in known
        }
        told = self._told_days(account, fresh.values())
        made = self.create(
            [
                self._prepare_movement_vals(account, vals, told)
                for vals in fresh.values()
            ]
        )
        known |= dict(zip(fresh, made, strict=True))
        return self.concat(*(known[v["kind"], v["object_ref"]] for v in wanted))

    @api.model
    def _prepare_movement_vals(self, account, vals, told):
        days_told = [day for door in _doors(vals) for day in told.get(door, ())]
        pick = max if vals.get("told_last") else min
        day = pick(days_told, default=None)
        given = {n: value for n, value in vals.items() if n not in _NOT_STORED}
        made = {
            "booking_day": day or account.company_id._kash_stripe_today(),
            "day_told": "event" if day else "seen",
            **({} if day else vals.get("untold", {})),
            **given,
            "account_id": account.id,
            "company_id": account.company_id.id,
        }
        earliest = vals.get("not_before", made["booking_day"])
        return {**made, "booking_day": max(made["booking_day"], earliest)}

    @api.model
    def _told_days(self, account, wanted):
        """Return {(object id, event type): the company's days}, in one query."""
        refs = [ref for vals in wanted for ref, _kind in _doors(vals)]
        found = self.env["kash.stripe.event"].search(
            [
                ("account_id", "=", account.id),
                ("subject_id", "in", refs),
                ("stripe_created", "!=", False),  # it rang
            ]
        )
        zone = account._zone()
        return {
            door: {days.day_in(event.stripe_created, zone) for event in events}
            for door, events in found.grouped(
                lambda event: (event.subject_id, event.type)
            ).items()
        }

    # === BOOK === #

    def _own_minor(self):
        """Return its part of the charge whose income it takes back."""
        return self.own_amount

    def _book_these(self, account):
        """Record these movements of one account."""
        self.env["kash.stripe.booking.movement"]._book(account, self)

    def _entries(self):
        """Return every entry the movements stand in."""
        return self.entry_id

    @api.model
    def _book_ready(self, account):
        """Record every movement of an account that is ready."""
        states = ["new", "waiting"]
        if account.company_id.sudo().kash_stripe_record_when_open:
            states.append("held")
        ready = self.search(
            [("account_id", "=", account.id), ("state", "in", states)], order="id"
        )
        self.env["kash.stripe.booking.movement"]._book(account, ready)


def _doors(vals):
    """Return the (object id, event type) pairs by which a movement may be told."""
    refs, types = vals["told_by"]
    return [(ref, kind) for ref in refs if ref for kind in types]
