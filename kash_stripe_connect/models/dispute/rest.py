# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeBookingDisputeRest(models.AbstractModel):
    """What an ended dispute left on Disputed Funds: closed, to a place of its own.

    Stripe may move its money a third time, or give it back at another rate.
    """

    _name = "kash.stripe.booking.dispute.rest"
    _inherit = "kash.stripe.booking.dispute"
    _description = "Stripe Booking: What Ended Disputes Left"

    _booking_order = 110
    _booking_kinds = ("dispute_rest",)

    # === WHAT IS LEFT === #

    @api.model
    def _catch_up(self, account):
        """Override: remember what ended disputes left, once their end is recorded."""
        found = self._with_open_lines(account)
        ended = found.filtered(lambda d: d.phase in {"won", "lost", "closed"})
        if not ended:
            return
        rows, left = ended._rows(), ended._left()
        movements = ended._movements().grouped(lambda m: m._dispute_ref())
        none = self.env["kash.stripe.movement"]
        self.env["kash.stripe.movement"]._apply_movements(
            account,
            [
                self._prepare_rest_vals(dispute, rows[dispute], left[dispute], known)
                for dispute in ended
                for known in [movements.get(dispute.dispute_id, none)]
                if left[dispute] and self._is_over(dispute, rows[dispute], known)
            ],
        )

    @api.model
    def _with_open_lines(self, account):
        """Return the disputes of lines that stand open on Disputed Funds."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.disputed_account_id.id),
                ("move_id.kash_stripe_account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        moved = self.env["kash.stripe.movement"].search(
            [("entry_id", "in", lines.move_id.ids), ("kind", "=like", "dispute_%")]
        )
        refs = set(lines.kash_stripe_row_id.mapped("document_ref"))
        refs |= {movement._dispute_ref() for movement in moved}
        known = self.env["kash.stripe.dispute"]._known(account, refs)
        return self.env["kash.stripe.dispute"].concat(*known.values())

    @api.model
    def _is_over(self, dispute, rows, movements):
        """Tell whether a dispute ended, and what its end moves by itself is recorded.

        :param movements: those of the dispute; one that closes a rest may wait
        """
        if self._dispute_waits(dispute, rows):
            return False
        if set(movements.mapped("state")) - {"booked"}:
            return False
        if dispute.phase == "lost":
            return "dispute_lost" in movements.mapped("kind")
        return self._came_back(rows)

    @api.model
    def _prepare_rest_vals(self, dispute, rows, left, movements):
        """Return what the movement is made of: of Stripe's closing event's day.

        Not before the last row of the dispute: that may have come later.
        """
        before = movements.filtered(lambda m: m.kind == "dispute_rest")
        moving = dispute._of_money(rows)
        return {
            "kind": "dispute_rest",
            "object_ref": f"{dispute.dispute_id}/{len(before) + 1}",
            "amount": left,
            "currency_code": dispute.company_id.currency_id.name.lower(),
            "row_id": moving.sorted("created_at")[-1:].id,
            "told_by": ((dispute.dispute_id,), ("charge.dispute.closed",)),
            "told_last": True,
            "not_before": max(moving.mapped("entry_day")),
        }

    # === RECORD === #

    @api.model
    def _is_due(self, dispute, left):
        """Override: whatever is left, on either side."""
        return bool(left)

    @api.model
    def _nothing_due(self, movement, dispute, rows):
        """Override: somebody closed it since."""
        movement._nothing_left()

    @api.model
    def _record(self, account, company, movements):
        """Override: the rest goes to its place, and all lines are matched.

        :raises BookingError: an entry would be of another day
        """
        disputes = self._disputes_of(account, movements)
        standing = disputes._standing_lines()

        def prepare(movement):
            dispute = disputes._of(movement)
            return self._prepare_dispute_lines(
                account, dispute, standing[dispute], places=[]
            )

        self._post_movements(account, company, movements, prepare)
        self._match_disputed(disputes)


class KashStripeBookingDisputeRestBack(models.AbstractModel):
    """An ended dispute that is open again: what it had left stands open again, too."""

    _name = "kash.stripe.booking.dispute.rest.back"
    _inherit = "kash.stripe.booking.dispute"
    _description = "Stripe Booking: Rests of Disputes Opened Again"

    _booking_order = 100
    _booking_kinds = ("dispute_rest_back",)

    @api.model
    def _catch_up(self, account):
        """Override: remember which rests are to be taken back."""
        reopened = self.env["kash.stripe.dispute"].search(
            [("account_id", "=", account.id), ("phase", "=", "open")]
        )
        movements = reopened._movements()
        closed = movements.filtered(
            lambda m: m.kind == "dispute_rest" and m.state == "booked" and m.entry_id
        )
        movements._apply_movements(
            account, [self._prepare_back_vals(movement) for movement in closed]
        )

    @api.model
    def _prepare_back_vals(self, rest):
        """Return what takes a rest back, on the day of the event that told so."""
        return {
            "kind": "dispute_rest_back",
            "object_ref": rest.object_ref,
            "amount": -rest.amount,
            "currency_code": rest.currency_code,
            "row_id": rest.row_id.id,
            "told_by": ((rest._dispute_ref(),), ("charge.dispute.updated",)),
            "told_last": True,
            "not_before": rest.entry_day,
        }

    @api.model
    def _sort_out(self, account, movements):
        """Override: the entry that closed it says what to take back."""
        closed = self._closed(movements)
        return movements.filtered(
            lambda m: closed[m.object_ref].entry_id.state == "posted"
        )

    @api.model
    def _closed(self, movements):
        """Return {reference: the movement that closed the rest}."""
        return (
            movements.search(
                [
                    ("account_id", "in", movements.account_id.ids),
                    ("kind", "=", "dispute_rest"),
                    ("object_ref", "in", movements.mapped("object_ref")),
                ]
            )
        ).grouped("object_ref")

    @api.model
    def _record(self, account, company, movements):
        """Override: the opposite of each; what stands open may be closed otherwise.

        :raises BookingError: an entry would be of another day
        """
        closed = self._closed(movements)

        def prepare(movement):
            lines = closed[movement.object_ref].entry_id.line_ids
            return [self._prepare_opposite_vals(line) for line in lines]

        self._post_movements(account, company, movements, prepare)

    @api.model
    def _prepare_opposite_vals(self, line):
        return {
            "name": line.name,
            "account_id": line.account_id.id,
            "partner_id": line.partner_id.id,
            "balance": -line.balance,
            "currency_id": line.currency_id.id,
            "amount_currency": -line.amount_currency,
        }
