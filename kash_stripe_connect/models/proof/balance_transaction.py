# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core import proof


class ProofBalanceTransaction(models.Model):
    """What a row means to the proof."""

    _inherit = "kash.stripe.balance.transaction"

    def _in_clearing(self, day):
        """Return by how much the row's entries are meant to move clearing until then.

        A fee that a person records by hand has an entry, and a date, of its own.
        """
        self.ensure_one()
        if self.state != "booked":
            return 0
        fee_apart = self.fee_by_hand or self.fee_move_id
        minor = 0
        if self.entry_day <= day:
            minor += self.amount if self.payment_id.move_id else 0
            minor += (self.amount if fee_apart else self.net) if self.entry_id else 0
        if self.fee_move_id and self.fee_move_id.date <= day:
            minor -= self.fee
        return minor

    def _kind_outside(self, day, today):
        """Return the name of a row that is not in the books as of ``day``."""
        self.ensure_one()
        if self.state != "booked":
            at_once = self.transaction_id and not self._is_in_process()
            over = bool(at_once) or self.booking_day < today
            return proof.row_kind(self.state, day_over=over)
        if self.booking_day <= day < self.entry_day:
            return "later"
        if self.entry_day <= day < self.booking_day:
            return "earlier"
        if self.payment_id and self.entry_id:
            return "doubled"
        if self.fee_by_hand:
            return "by_hand"
        if self.fee_move_id and self.booking_day <= day < self.fee_move_id.date:
            return "later"
        if self.fee_move_id and self.fee_move_id.date <= day < self.booking_day:
            return "earlier"
        return "fee" if self.payment_id.move_id else "removed"

    def _proof_label(self):
        """Return the row in a few words; who paid stands on the row alone."""
        self.ensure_one()
        whose = self.transaction_id.reference or self.source_id
        return " ".join(filter(None, [self.type, whose]))
