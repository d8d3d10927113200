# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# Payments of invoices, and other rows, that are recorded in one transaction.
_CHUNK = 100
_LOOSE_CHUNK = 500
# A day is one entry; only a day of more rows than this becomes several.
_DAY_ROWS = 1000
# What tells which rows are ready: a year of them is looked at together.
_TO_SORT = (
    "account_id",
    "transaction_id",
    "state",
    "type",
    "source_id",
    "created_at",
    "booking_day",
    "record_day",
)


class KashStripeBalanceTransaction(models.Model):
    """Which rows can be recorded now, and in what portions."""

    _inherit = "kash.stripe.balance.transaction"

    @api.model
    def _post_rows(self, account, rows):
        """Record ``rows`` of one account, each by the rule that takes it."""
        self.env["kash.stripe.booking.row"]._book(account, rows)

    @api.model
    def _book_ready(self, account):
        """Record every row of an account that is ready."""
        self._book_rows(account, self._ready(account))
        for rule in self.env["kash.stripe.booking"]._rules():
            rule._catch_up(account)
        self.env["kash.stripe.movement"]._book_ready(account)

    @api.model
    def _ready(self, account):
        """Return the rows to record; what is read in part waits for the rest."""
        states = ["new"]
        if account.company_id.sudo().kash_stripe_record_when_open:
            states.append("held")
        mine = [("account_id", "=", account.id)]
        self._link_late(account, self.search([*mine, ("state", "=", "waiting")]))
        rows = self.search_fetch([*mine, ("state", "in", states)], _TO_SORT, order="id")
        self._link_late(account, rows)
        return rows - self._still_reading(account, rows)

    def _unbooked(self):
        """Leave out what another job recorded since we looked."""
        return self.filtered(lambda row: row.state in {"new", "held"})

    # === WHILE READING === #

    @api.model
    def _still_reading(self, account, rows):
        """Return the rows that must wait for a window read in part.

        Pages come newest first: the day that was reached is not complete, and what a
        row takes back may stand on a page to come. Payments of ours need neither.
        """
        pulls = account.pull_ids.filtered(lambda pull: pull._keeps_back())
        loose = rows.filtered(lambda row: pulls and not row.transaction_id)
        undone = self.env["kash.stripe.booking"]._undone_rows(account, loose)
        waiting = loose.filtered(
            lambda row: any(pull._may_change(row, undone.get(row)) for pull in pulls)
        )
        undoing = waiting.filtered(lambda row: row in undone and not row.reason)
        undoing.reason = self.env._("Rows of before are still being read from Stripe.")
        return waiting

    # === CHUNKS === #

    @api.model
    def _ready_chunks(self, account):
        """Yield what is ready and of days that are over, in portions.

        Payments come first, then days, the oldest first, one day whole in a portion.
        """
        today = account.company_id._kash_stripe_today()
        rows = self._ready(account).filtered(
            lambda row: row.transaction_id or row.booking_day < today
        )
        linked = rows.filtered("transaction_id")
        chunks = [
            *(linked[at : at + _CHUNK] for at in range(0, len(linked), _CHUNK)),
            *self._day_chunks(rows - linked),
        ]
        # Each reads ahead for itself alone: the next one is another transaction.
        yield from (chunk.with_prefetch() for chunk in chunks)

    @api.model
    def _day_chunks(self, rows):
        chunk = rows.browse()
        for day in rows.sorted("created_at").grouped("entry_day").values():
            if chunk and len(chunk) + len(day) > _LOOSE_CHUNK:
                yield chunk
                chunk = rows.browse()
            chunk |= day
            while len(chunk) > _DAY_ROWS:
                yield chunk[:_DAY_ROWS]
                chunk = chunk[_DAY_ROWS:]
        if chunk:
            yield chunk
