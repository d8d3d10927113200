# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...core import days


class KashStripePayoutLists(models.AbstractModel):
    """The rows a payout is made of, once Stripe can say them."""

    _name = "kash.stripe.payout.lists"
    _description = "Stripe Payout Lists"

    @api.model
    def _apply_lists(self, account, lists, lost=frozenset()):
        """Let the mirrored rows know the payout they left with, in one query.

        :param lists: {payout: BalanceTransactionFacts}, its own row among them
        :param lost: ids of rows that Stripe does not say: they are not waited for
        """
        ids = [row.id for rows in lists.values() for row in rows]
        mirrored = (
            self.env["kash.stripe.balance.transaction"]
            .search([("account_id", "=", account.id), ("txn_id", "in", ids)])
            .grouped("txn_id")
        )
        for payout, rows in lists.items():
            payout._apply_list(
                [row for row in rows if payout._is_made_of(row)], mirrored, lost
            )

    def _is_made_of(self, row):
        """Tell a row that left with the payout from the payout's own."""
        own = row.type == "payout" and row.source_id == self.payout_id
        return row.balance_type == "payments" and not own

    def _apply_list(self, rows, mirrored, lost):
        """Write which rows it is made of, and if they make it.

        Those from before our time count as Stripe lists them. When others are not
        mirrored yet the list is asked for again; not for those that are lost.
        """
        start = self.account_id.mirror_start
        unknown = [row for row in rows if row.id not in mirrored]
        earlier = [row for row in unknown if days.utc(row.created) < start]
        here = [mirrored[row.id] for row in rows if row.id in mirrored]
        self.env["kash.stripe.balance.transaction"].concat(*here).payout_id = self
        earlier_net = sum(row.net for row in earlier)
        net = sum(row.net for row in here) + earlier_net
        awaited = {row.id for row in unknown} - {row.id for row in earlier} - lost
        complete = not awaited
        self.write(
            {
                "listed": "fetched" if complete else "ready",
                "listed_count": len(rows),
                "earlier_count": len(earlier),
                "earlier_net": earlier_net,
                "differs": complete and net != self.amount,
            }
        )
