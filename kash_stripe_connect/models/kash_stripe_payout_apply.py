# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime, timezone

from odoo import api, models

from ..core import days, money
from ..core.status import PAYOUT_RANKS, moves_up

_logger = logging.getLogger(__name__)


class KashStripePayout(models.Model):
    """What Stripe says of payouts, written down; late and repeated news are no news."""

    _inherit = "kash.stripe.payout"

    @api.model
    def _apply_payouts(self, account, payouts):
        """Write what Stripe says of payouts.

        :param payouts: PayoutFacts; late and repeated ones change nothing
        """
        told = {facts.id: facts for facts in payouts}
        known = self.search(
            [("account_id", "=", account.id), ("payout_id", "in", list(told))]
        )
        for payout in known:
            payout._apply_news(told[payout.payout_id])
        fresh = [told[name] for name in told if name not in known.mapped("payout_id")]
        currencies = self._currencies(fresh)
        made = self.create(
            [self._prepare_vals(account, facts, currencies) for facts in fresh]
        )
        failed = (known | made).filtered(
            lambda payout: told[payout.payout_id].status == "failed"
        )
        if failed:
            failed._notify_failed(account)

    @api.model
    def _currencies(self, payouts):
        codes = {facts.currency.upper() for facts in payouts}
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "in", list(codes))]).grouped("name")

    @api.model
    def _prepare_vals(self, account, facts, currencies):
        """Return a new record of what Stripe says."""
        return {
            "payout_id": facts.id,
            "account_id": account.id,
            "company_id": account.company_id.id,
            "amount": facts.amount,
            "currency_code": facts.currency,
            "currency_id": currencies.get(facts.currency.upper(), self.currency_id).id,
            "total": float(money.to_major(facts.amount, facts.currency)),
            "status": facts.status,
            "created_at": days.utc(facts.created),
            "automatic": facts.automatic,
            "method": "instant" if facts.method == "instant" else "standard",
            "listed": self._listed(facts),
            **self._prepare_news(facts),
        }

    @api.model
    def _listed(self, facts):
        if facts.lists_rows:
            return "ready"
        return "later" if facts.reconciliation_status == "in_progress" else "never"

    @api.model
    def _prepare_news(self, facts):
        """Return what may change while a payout is on its way; never takes any back."""
        name = " ".join(filter(None, [facts.destination_name, facts.destination_last4]))
        news = {
            # Midnight in UTC, whatever the account's zone: a day, and no moment.
            "arrival_date": datetime.fromtimestamp(
                facts.arrival_date, tz=timezone.utc
            ).date(),
            "description": facts.description,
            "destination": name or facts.destination_id,
            "statement_descriptor": facts.statement_descriptor,
            "trace": facts.trace_id,
            "failure_code": facts.failure_code,
            "failure_message": facts.failure_message,
        }
        return {name: value for name, value in news.items() if value}

    def _apply_news(self, facts):
        """Move on to what Stripe says; what it said before is no news any more."""
        self.ensure_one()
        if not self._advance(facts.status):
            return
        news = self._prepare_news(facts)
        if self.listed == "later" and facts.lists_rows:
            news["listed"] = "ready"
        changed = {name: value for name, value in news.items() if self[name] != value}
        if changed:
            self.write(changed)

    def _advance(self, status):
        """Write the status, the only writer of it; tell whether it is not from before.

        :param status: Stripe's word, by core.status.PAYOUT_RANKS
        """
        if self.status == status:
            return True
        if not moves_up(PAYOUT_RANKS, self.status, status):
            _logger.info("%s is %s, not %s", self.payout_id, self.status, status)
            return False
        self.status = status
        return True

    @api.model
    def _apply_lists(self, account, lists):
        """Let the mirrored rows know the payout they left with, in one query.

        :param lists: {payout: BalanceTransactionFacts}, its own row among them
        """
        ids = [row.id for rows in lists.values() for row in rows]
        mirrored = (
            self.env["kash.stripe.balance.transaction"]
            .search([("account_id", "=", account.id), ("txn_id", "in", ids)])
            .grouped("txn_id")
        )
        for payout, rows in lists.items():
            payout._apply_list(
                [row for row in rows if payout._is_made_of(row)], mirrored
            )

    def _is_made_of(self, row):
        """Tell a row that left with the payout from the payout's own."""
        own = row.type == "payout" and row.source_id == self.payout_id
        return row.balance_type == "payments" and not own

    def _apply_list(self, rows, mirrored):
        """Write which rows it is made of, and if they make it.

        Those from before our time count as Stripe lists them. When others are not
        mirrored yet the list is asked for again.
        """
        start = self.account_id.mirror_start
        unknown = [row for row in rows if row.id not in mirrored]
        earlier = [row for row in unknown if days.utc(row.created) < start]
        here = [mirrored[row.id] for row in rows if row.id in mirrored]
        self.env["kash.stripe.balance.transaction"].concat(*here).payout_id = self
        earlier_net = sum(row.net for row in earlier)
        net = sum(row.net for row in here) + earlier_net
        complete = len(unknown) == len(earlier)
        self.write(
            {
                "listed": "fetched" if complete else "ready",
                "listed_count": len(rows),
                "earlier_count": len(earlier),
                "earlier_net": earlier_net,
                "differs": complete and net != self.amount,
            }
        )
