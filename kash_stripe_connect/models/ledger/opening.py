# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...core import money
from ..base.minor_units import MinorUnits


class KashStripeOpening(models.AbstractModel):
    """What Stripe held in one currency before the first row, once it is recorded.

    Its heirs have a currency_id, a journal_id and a clearing_account_id.
    """

    _name = "kash.stripe.opening"
    _description = "Stripe's Opening Balance In A Currency"

    opening_minor = MinorUnits(
        "Opening Balance (minor units)",
        readonly=True,
        copy=False,
        help="What Stripe held before the first row, in the currency it settles in.",
    )
    opening_held_minor = MinorUnits(
        "Held Before (minor units)",
        readonly=True,
        copy=False,
        help="The part of it that clearing held already: its entry is less by it.",
    )
    opening_day = fields.Date(
        "Opening Balance Of", readonly=True, copy=False, help="The date of its entry."
    )
    opening_move_id = fields.Many2one(
        "account.move",
        "Opening Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    opening_stands = fields.Boolean(
        "Opening Recorded", compute="_compute_opening_stands", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("opening_move_id.state", "opening_move_id.reversal_move_ids.state")
    def _compute_opening_stands(self):
        for books in self:
            books.opening_stands = bool(books._opening_standing())

    # === WHAT THE HEIRS SAY === #

    def _stripe_account(self):
        """Return the Stripe account whose currency this is."""
        raise NotImplementedError

    def _clearing_ever(self):
        """Return every ledger account that ever held this balance."""
        return self.clearing_account_id

    # === STATE === #

    def _opening_standing(self):
        """Return the opening's entry unless it was cancelled or reversed."""
        move = self.opening_move_id
        gone = not move or move.state == "cancel"
        if gone or self.env["kash.stripe.reversal"]._is_reversed(move):
            return move.browse()
        return move

    def _opening_counts(self, day):
        """Tell whether the books say by the end of ``day`` what Stripe held before."""
        dated = self.opening_day and self.opening_day <= day
        return bool(dated and self._opening_standing())

    def _opening(self, day):
        """Return what Stripe held before the first row (minor units), as of ``day``."""
        return self.opening_minor if self._opening_counts(day) else 0

    # === WHAT CLEARING HELD BEFORE === #

    def _held_before(self):
        """Return what clearing holds from before the first day (minor units)."""
        own = self.currency_id == self._stripe_account().currency_id
        [[held]] = self.env["account.move.line"]._read_group(
            [*self._held_domain(), ("parent_state", "=", "posted")],
            aggregates=["balance:sum" if own else "amount_currency:sum"],
        )
        exact = f"{held or 0.0:.{self.currency_id.decimal_places}f}"
        return money.ledger_to_minor(exact, self.currency_id.name)

    def _held_moves(self):
        """Return the entries that the opening counted as held already.

        Those that were there when it was made: what came later it knew nothing of.
        """
        groups = self.env["account.move.line"]._read_group(
            [*self._held_domain(), ("move_id", "<", self.opening_move_id.id)],
            ["move_id"],
        )
        return self.env["account.move"].union(*(move for [move] in groups))

    def _held_domain(self):
        """Return which lines are on clearing from before the first day.

        Entries of ours do not count: an opening that was reversed is none.
        """
        account = self._stripe_account()
        before = [
            ("date", "<", account._first_day()),
            ("account_id", "in", self._clearing_ever().ids),
        ]
        # Lines, not entries: few are that old, and of them alone.
        ours = self.env["account.move.line"].search(
            [
                *before,
                "|",
                ("move_id.kash_stripe_account_id", "=", account.id),
                ("move_id.reversed_entry_id.kash_stripe_account_id", "=", account.id),
            ]
        )
        return [*before, ("move_id", "not in", ours.move_id.ids)]
