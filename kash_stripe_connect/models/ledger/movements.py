# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...const import LEAN
from .entry import BookingError


class KashStripeBookingMovement(models.AbstractModel):
    """Family of the rules of movements without a row: they never touch clearing."""

    _name = "kash.stripe.booking.movement"
    _inherit = "kash.stripe.booking"
    _description = "Stripe Booking: Movements"

    # The kinds that a rule records
    _booking_kinds = ()

    @api.model
    def _takes(self, movements):
        """Override: by their kind."""
        return movements.filtered(lambda moved: moved.kind in self._booking_kinds)

    @api.model
    def _post_movements(self, account, company, movements, prepare):
        """Post one entry a movement, in one batch, each on its own day.

        :param prepare: movement → the vals of its lines (list of dicts)
        :raises BookingError: Odoo would date an entry otherwise, or touch clearing
        """
        lean = movements.with_context(**LEAN).with_company(company)
        moves = lean.env["account.move"].create(
            [
                self._prepare_movement_entry_vals(account, company, movement, prepare)
                for movement in lean
            ]
        )
        moves._post(soft=False)
        for movement, move in zip(lean, moves, strict=True):
            movement.entry_id = move
        lean.write({"state": "booked", "reason": False})
        self._check_movements_posted(account, lean)
        return moves

    @api.model
    def _prepare_movement_entry_vals(self, account, company, movement, prepare):
        kinds = dict(movement._fields["kind"]._description_selection(self.env))
        label = self.env._(
            "Stripe, %(what)s %(object)s",
            what=kinds[movement.kind],
            object=movement.object_ref,
        )
        day, lines = movement.entry_day, prepare(movement)
        journal = account.journal_id
        return self._prepare_entry_vals(account, company, journal, day, label, lines)

    @api.model
    def _check_movements_posted(self, account, movements):
        clearing = account._clearing_accounts()
        for movement in movements:
            move = movement.entry_id
            if move.date != movement.entry_day or move.line_ids.account_id & clearing:
                raise BookingError(
                    self.env._(
                        "The entry of %(object)s would not be on its day, or would"
                        " move clearing.",
                        object=movement.object_ref,
                    )
                )
