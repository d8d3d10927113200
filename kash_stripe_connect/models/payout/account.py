# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from functools import partial

from odoo import fields, models

from ...core import days
from ...core.status import PAYOUT_OPEN
from ..base.records import check_one

# Stripe's clock may be ahead of ours.
_SKEW = timedelta(minutes=5)
# Lists of rows fetched in one run; the next run follows at once.
_LISTS = 50


class PayoutAccount(models.Model):
    """Payouts: found by window, with what they are made of."""

    _inherit = "kash.stripe.account"

    payout_ids = fields.One2many("kash.stripe.payout", "account_id", "Stripe Payouts")
    payout_count = fields.Integer("Payouts Made", compute="_compute_payout_count")
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
        check_one(self)
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

    def _pull_payouts(self):
        """Fetch the payouts whose end we do not know, and new ones; then their rows.

        Where the key may not ask for payouts the rows are booked all the same.
        """
        read_until = self._ask_or_none(self._pull_payout_pages)
        if read_until:
            self._stream("payouts").until = read_until
            self._pull_payout_lists()

    def _pull_payout_pages(self):
        """Fetch payouts of which there may be news; return up to when that was."""
        now, payouts = fields.Datetime.now(), self.env["kash.stripe.payout"]
        stream, oldest = self._stream("payouts"), self._oldest_payout_with_news()
        since, until = stream._since(now, oldest=oldest), now + _SKEW
        window = {"since": days.epoch(since), "until": days.epoch(until)}
        write = partial(payouts._apply_payouts, self)
        for page in self._pages(self._gateway(retries=1).payouts_page, **window):
            self._apply_each("payout", page, write)
        return now

    def _oldest_payout_with_news(self):
        """Return when the oldest was made that is on its way or without its list."""
        [[oldest]] = self.env["kash.stripe.payout"]._read_group(
            [
                ("account_id", "=", self.id),
                "|",
                ("status", "in", PAYOUT_OPEN),
                ("listed", "=", "later"),
            ],
            aggregates=["created_at:min"],
        )
        return oldest

    def _pull_payout_lists(self):
        """Fetch what payouts are made of, once Stripe can say it; some at a time."""
        gateway, lists = self._gateway(retries=1), {}
        for payout in self._payouts_to_list():
            ask = partial(self._pull_list, gateway, payout)
            listed = self._ask_one("payout", ask, payout.payout_id)
            if listed is None:
                # It says otherwise than it did, and would each time.
                payout.listed = "never"
            else:
                lists[payout] = listed
        rows = [row for listed in lists.values() for row in listed]
        lost = self._pull_missing_rows(gateway, rows)
        self.env["kash.stripe.payout"]._apply_lists(self, lists, lost)

    def _pull_list(self, gateway, payout):
        """Return the rows of which a payout is made."""
        asked = {"payout_id": payout.payout_id}
        return tuple(self._items(gateway.rows_of_payout_page, **asked))

    def _payouts_to_list(self):
        return self.env["kash.stripe.payout"].search(
            [("account_id", "=", self.id), ("listed", "=", "ready")], limit=_LISTS
        )

    def _pull_missing_rows(self, gateway, listed):
        """Fetch the listed rows that the mirror missed, if any, with their sources.

        :return: the ids of those that Stripe does not say
        """
        start = self.mirror_start
        ids = [row.id for row in listed if days.utc(row.created) >= start]
        known = self.env["kash.stripe.balance.transaction"].search(
            [("account_id", "=", self.id), ("txn_id", "in", ids)]
        )
        missing = sorted(set(ids) - set(known.mapped("txn_id")))[:_LISTS]
        found = self._ask_each(
            "row", lambda txn_id: gateway.listed_row(txn_id=txn_id), missing
        )
        self._apply_pulled_rows(found)
        return set(missing) - {row.id for row in found}

    def _pull_payout(self, payout_id):
        """Return a payout that a bell told of; nothing if the key may not ask for it.

        What it is made of is asked by the sync, which is due at once then.
        """
        verb = self._gateway(retries=1).payout
        payout = self._ask_or_none(verb, payout_id=payout_id)
        return (payout,) if payout else ()

    def _apply_told_payouts(self, payouts):
        """Write what bells told of payouts; let the sync come for their lists."""
        self.env["kash.stripe.payout"]._apply_payouts(self, payouts)
        if payouts and self._payouts_to_list():
            self.next_sync_at = fields.Datetime.now()

    # === BOOK === #

    def _match_bank(self):
        """See which payouts the bank statements have, if the company asked for it."""
        self.ensure_one()
        if self.company_id.kash_stripe_match_bank:
            on_their_way = self.env["kash.stripe.payout"].search(
                [("account_id", "=", self.id), ("in_transit", "=", True)]
            )
            on_their_way._book_certain_matches()
