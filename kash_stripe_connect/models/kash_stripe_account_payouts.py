# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta, timezone

from odoo import fields, models

from ..core import days
from ..core.status import PAYOUT_OPEN
from ..gateway.errors import StripeUnauthorised

_logger = logging.getLogger(__name__)

# A payout can be listed a little after the moment it carries.
_OVERLAP = timedelta(hours=2)
# So long after its creation a payout may still come back, or tell the bank's reference.
_NEWS = timedelta(days=21)
_SKEW = timedelta(minutes=5)
# Lists of rows fetched in one run; the next run follows at once.
_LISTS = 50


class KashStripeAccount(models.Model):
    """Payouts: found by window, with what they are made of."""

    _inherit = "kash.stripe.account"

    payout_ids = fields.One2many("kash.stripe.payout", "account_id", "Stripe Payouts")
    payout_count = fields.Integer("Payouts Made", compute="_compute_payout_count")
    payouts_until = fields.Datetime("Payouts Read Until", readonly=True)
    payouts_reread_at = fields.Datetime(
        readonly=True, help="Last look at the payouts of the last three weeks."
    )

    by_hand_count = fields.Integer("To Record By Hand", compute="_compute_payout_count")

    def _compute_payout_count(self):
        counts = self._count_of("kash.stripe.payout")
        for account in self:
            account.payout_count = counts.get(account.id, 0)
            account.by_hand_count = account._count_by_hand()

    def _count_by_hand(self):
        """Return how many payouts and fees wait for a person."""
        self.ensure_one()
        rows = self.env["kash.stripe.balance.transaction"]
        mine = [("account_id", "=", self.id)]
        return rows.search_count([*mine, ("state", "=", "by_hand")]) + (
            rows.search_count(
                [*mine, ("state", "=", "booked"), ("fee_by_hand", "=", True)]
            )
        )

    def action_view_payouts(self):
        return self._action_view("kash_stripe_payout_action")

    def action_view_by_hand(self):
        """Open the rows that wait for a person, or whose fee does."""
        action = self._action_view("kash_stripe_balance_transaction_action")
        by_hand = ["|", ("state", "=", "by_hand"), ("fee_by_hand", "=", True)]
        action["domain"] = [*action["domain"], *by_hand]
        return action

    def action_deposit(self):
        """Open the dialog that records payouts and fees by hand."""
        self.ensure_one()
        self._check_may_manage()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Payouts and Fees"),
            "res_model": "kash.stripe.deposit.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === PULL === #

    def _sync_pulls(self):
        """Override: payouts after the rows, which they are made of."""
        pulls = super()._sync_pulls()
        place = pulls.index(self._pull_rows) + 1
        return (*pulls[:place], self._pull_payouts, *pulls[place:])

    def _pull_payouts(self):
        """Fetch the payouts whose end we do not know, and new ones; then their rows."""
        now, payouts = fields.Datetime.now(), self.env["kash.stripe.payout"]
        try:
            for page in self._payout_pages(self._payouts_since(now), now):
                payouts._apply_payouts(self, page)
        except StripeUnauthorised as error:
            if error.access_lost:
                raise
            # A restricted key without that box: the rows are booked all the same.
            _logger.info("Payouts of %s: %s", self.stripe_id, error)
            return
        self.payouts_until = now
        self._pull_payout_lists()

    def _payout_pages(self, start, now):
        """Yield what Stripe lists from ``start`` on, a page at a time, newest first."""
        since, until = _epoch(start), _epoch(now + _SKEW)
        gateway, cursor = self._gateway(retries=1), None
        while True:
            page = gateway.payouts_page(since=since, until=until, cursor=cursor)
            yield page.items
            cursor = page.cursor
            if not cursor:
                return

    def _payouts_since(self, now):
        """Return where to read from: the oldest of which there may be news.

        Each time those on their way, each hour those that may still come back.
        """
        if not self.payouts_until:
            self.payouts_reread_at = now
            return self.mirror_start
        back = _OVERLAP
        if not self.payouts_reread_at or self.payouts_reread_at <= now - timedelta(
            hours=1
        ):
            back, self.payouts_reread_at = _NEWS, now
        [[oldest]] = self.env["kash.stripe.payout"]._read_group(
            [
                ("account_id", "=", self.id),
                "|",
                ("status", "in", PAYOUT_OPEN),
                ("listed", "=", "later"),
            ],
            aggregates=["created_at:min"],
        )
        since = min(filter(None, [oldest, self.payouts_until - back]))
        return max(self.mirror_start, since)

    def _pull_payout_lists(self):
        """Fetch what payouts are made of, once Stripe can say it; some at a time."""
        gateway = self._gateway(retries=1)
        lists = {
            payout: self._pull_payout_list(gateway, payout.payout_id)
            for payout in self._payouts_to_list()
        }
        rows = [row for listed in lists.values() for row in listed]
        self._pull_missing_rows(gateway, rows)
        self.env["kash.stripe.payout"]._apply_lists(self, lists)

    def _payouts_to_list(self):
        return self.env["kash.stripe.payout"].search(
            [("account_id", "=", self.id), ("listed", "=", "ready")], limit=_LISTS
        )

    def _apply_synced(self, trouble):
        """Override: come again at once while there are lists to fetch."""
        result = super()._apply_synced(trouble)
        if trouble is None and self._payouts_to_list():
            self.next_sync_at = fields.Datetime.now()
        return result

    def _pull_payout_list(self, gateway, payout_id):
        """Return every row Stripe lists for a payout."""
        rows, cursor = [], None
        while True:
            page = gateway.rows_of_payout_page(payout_id=payout_id, cursor=cursor)
            rows += page.items
            cursor = page.cursor
            if not cursor:
                return tuple(rows)

    def _pull_missing_rows(self, gateway, listed):
        """Fetch the listed rows that the mirror missed, if any, with their sources."""
        start = self.mirror_start
        ids = [row.id for row in listed if days.utc(row.created) >= start]
        known = self.env["kash.stripe.balance.transaction"].search(
            [("account_id", "=", self.id), ("txn_id", "in", ids)]
        )
        missing = sorted(set(ids) - set(known.mapped("txn_id")))[:_LISTS]
        self._apply_rows_with_sources(
            [gateway.balance_transaction(txn_id=txn_id) for txn_id in missing]
        )

    def _pull_payout(self, payout_id):
        """Return a payout that a bell told of; nothing if the key may not ask for it.

        What it is made of is asked by the sync, which is due at once then.
        """
        try:
            return (self._gateway(retries=1).payout(payout_id=payout_id),)
        except StripeUnauthorised as error:
            if error.access_lost:
                raise
            _logger.info("Payout %s: %s", payout_id, error)
            return ()

    def _apply_told_payouts(self, payouts):
        """Write what bells told of payouts; let the sync come for their lists."""
        self.env["kash.stripe.payout"]._apply_payouts(self, payouts)
        if payouts and self._payouts_to_list():
            self.next_sync_at = fields.Datetime.now()

    # === BOOK === #

    def _book_new(self):
        """Override: then see what of it the bank statements have, if asked to."""
        result = super()._book_new()
        for account in self.filtered("company_id.kash_stripe_match_bank"):
            on_their_way = self.env["kash.stripe.payout"].search(
                [("account_id", "=", account.id), ("in_transit", "=", True)]
            )
            on_their_way._book_certain_matches()
        return result

    # === WHAT NEEDS A PERSON === #

    def _attention_counts(self):
        """Override: payouts that came back, and those whose rows do not make them."""
        payouts = self.env["kash.stripe.payout"]
        mine = [("account_id", "=", self.id)]
        latest = payouts.search([*mine, ("status", "!=", "canceled")], limit=1)
        failed = latest.filtered(lambda payout: payout.status == "failed")
        by_hand = self._count_by_hand()
        count = len(failed) + payouts.search_count([*mine, ("differs", "=", True)])
        return {
            **super()._attention_counts(),
            "mail_activity_type_payout": (
                count,
                self.env._(
                    "%(count)s Stripe payouts came back, or do not agree with their"
                    " rows: see why.",
                    count=count,
                ),
            ),
            "mail_activity_type_by_hand": (
                by_hand,
                self.env._(
                    "%(count)s Stripe payouts and fees wait to be recorded by hand.",
                    count=by_hand,
                ),
            ),
        }


def _epoch(moment):
    """Return Odoo's naive UTC moment as epoch seconds."""
    return int(moment.replace(tzinfo=timezone.utc).timestamp())
