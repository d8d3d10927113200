# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeProofFinder(models.AbstractModel):
    """Where an opening balance is not what the books say."""

    _inherit = "kash.stripe.proof.finder"

    @api.model
    def _opening_differences(self, account, day, found):
        """Return where an opening is not what its entry and those before it did.

        :param found: (entry, currency, expected, done) of each that differs
        :return: (lines by currency, the entries that this tells everything about)
        """
        lines, told = [], self.env["account.move"]
        done = {(move_id, code): actual for move_id, code, _expected, actual in found}
        for code, books in account._opening_books().items():
            counts, move = books._opening_counts(day), books.opening_move_id
            wanted, held, before = 0, 0, move.browse()
            if counts:
                wanted, held = books.opening_minor, books.opening_held_minor
                before = books._held_moves()
            counted_on = sum(done.get((entry.id, code), 0) for entry in before)
            gaps = [
                (wanted - held - done.get((move.id, code), 0), move),
                (held - counted_on, self._changed_last(before) or move),
            ]
            lines += [
                (code, self._entry_line("opening", gap, entry))
                for gap, entry in gaps
                if gap
            ]
            told |= move | before
        return lines, told

    @api.model
    def _changed_last(self, moves):
        """Return the entry that changed: one taken back, else the last written."""
        gone = moves.filtered(lambda move: not self._stands(move))
        return (gone or moves).sorted("write_date")[-1:]
