# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import api, models

from ..const import LEAN
from ..core import money
from ..guard import apart
from .kash_stripe_booking import BookingError


class KashStripeBooking(models.AbstractModel):
    """Movements without a row: same locks, same checks, never on clearing."""

    _inherit = "kash.stripe.booking"

    @api.model
    def _book_movements(self, account, movements):
        """Record what can be, hold what is locked, name the reason for the rest.

        Each kind has a ``_record_<kind>(account, company, movements)``, which posts,
        and may have a ``_ready_<kind>(account, movements)``, which tells what waits.

        :param movements: of one Stripe account
        """
        for kind, of_kind in movements.grouped("kind").items():
            book = partial(self._book_kind, account, kind)
            apart(self.env, of_kind, book, self._stop_alone)

    @api.model
    def _book_kind(self, account, kind, movements):
        ready = getattr(self, f"_ready_{kind}", self._all_ready)(account, movements)
        for company, group in ready.grouped(self._posting_company).items():
            self._record_or_stop(
                account,
                company,
                self._hold_locked(account, company, group),
                record=getattr(self, f"_record_{kind}"),
            )

    @api.model
    def _all_ready(self, account, movements):
        return movements

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

    @api.model
    def _major(self, minor, currency_code):
        """Return an amount as the ledger stores it, from minor units."""
        return float(money.to_major(minor, currency_code))
