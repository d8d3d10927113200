# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ...core import days
from ...core.news import News
from ...gateway.errors import StripeUnauthorised, StripeUnreachable
from ...guard import alone

# What is asked of Stripe, in this order.
_STEPS = (
    "kash.stripe.account:_pull_account",
    "kash.stripe.account:_pull_sessions",
    "kash.stripe.account:_pull_rows",  # brings most payments, refunds, disputes along
    "kash.stripe.account:_pull_payouts",  # made of rows: after them
    "kash.stripe.account:_pull_late_refunds",
    "kash.stripe.account:_pull_pending_refunds",
    "kash.stripe.account:_pull_balance",
    "kash.stripe.account:_push_mend_endpoint",
    "kash.stripe.account:_push_wallet_host",
    "kash.stripe.account:_pull_disputes",
)
# Takes a turn for each page by itself; what is ready is recorded between two pages.
_BY_PAGES = "kash.stripe.account:_pull_rows"


class KashStripeSteps(models.AbstractModel):
    """The way of a row: what is asked of Stripe, then applied, then done after."""

    _name = "kash.stripe.steps"
    _description = "Steps of a Sync"

    # === ASKED === #

    @api.model
    def _ask(self, account, pages):
        """Ask Stripe step by step; return the first trouble, None for none.

        :param pages: how many pages of rows to read at most; None for all
        """
        trouble = None
        for step in _STEPS:
            found = account._trouble_of(partial(self._do, account, step, pages))
            trouble = trouble or found
            if isinstance(trouble, (StripeUnreachable, StripeUnauthorised)):
                break
        return trouble

    @api.model
    def _do(self, account, step, pages):
        """Do a step, in a turn unless it takes turns by itself."""
        method = getattr(account, step.partition(":")[2])
        if step == _BY_PAGES:
            method(pages, account._book_between_pages if account._is_in_job() else None)
        else:
            account._in_turn(method)

    @api.model
    def _news_or_error(self, account, subject, subject_id):
        """Return what an event named, or the error that kept us from it."""
        with alone(self.env) as trouble:
            return _NEWS_OF[subject](account, subject_id)
        return account._explain(trouble.error)

    # === APPLIED === #

    @api.model
    def _apply(self, account, news):
        """Write what Stripe says, low rooms first."""
        if news.account:
            account._apply_account(*news.account)
        account._apply_payments(sessions=news.sessions, charges=news.charges)
        account._apply_rows_with_sources(news.rows)
        attempts = self.env["payment.transaction"]
        attempts._kash_stripe_apply_refunds(account, news.refunds)
        account._apply_told_payouts(news.payouts)
        self.env["kash.stripe.dispute"]._apply_disputes(account, news.disputes)
        account._apply_warnings(news.warnings)

    # === AFTER === #

    @api.model
    def _after(self, account, news=None):
        """Record what is ready and match the bank; prove, and say what waits.

        Of more than can be recorded at once what ``news`` are about comes first.
        What goes wrong there is no fault of the events: the sync, which does the same,
        comes at once and says so on the account.
        """
        book = partial(account._book_or_leave, _rows_of(news) if news else None)
        trouble = account._trouble_of(book)
        trouble = account._refresh_activities() or trouble
        if trouble and not account.sync_failures:
            account.next_sync_at = fields.Datetime.now()
            account._wake_sync()


def _rows_of(news):
    """Return the domain of the rows that news are about."""
    sources = [fact.id for fact in (*news.all_charges, *news.refunds)]
    told = [row.id for row in news.rows]
    return Domain("source_id", "in", sources) | Domain("txn_id", "in", told)


# === WHAT AN EVENT NAMES === #


def _news_of_account(account, _account_id):
    return News(account=account._pull_account_news())


def _news_of_session(account, session_id):
    session = account._gateway(retries=1).session(session_id=session_id)
    return News(sessions=(session,))


def _news_of_intent(account, intent_id):
    gateway = account._gateway(retries=1)
    intent = gateway.intent(intent_id=intent_id)
    charges = (intent.latest_charge,) if intent.latest_charge else ()
    # What a bank's question failed at has no charge: the session says whose it is.
    ours = intent.unpaid_code and intent.metadata.get("kash_attempt")
    found = gateway.sessions_of(intent_id=intent_id).items if ours else ()
    sessions = tuple(replace(session, intent=intent) for session in found)
    return News(charges=charges, sessions=sessions)


def _news_of_charge(account, charge_id):
    return News(charges=(account._gateway(retries=1).charge(charge_id=charge_id),))


def _news_of_refund(account, refund_id):
    refund = account._gateway(retries=1).refund(refund_id=refund_id)
    return News(refunds=(refund,), rows=account._pull_new_rows())


def _news_of_payout(account, payout_id):
    payouts = account._pull_payout(payout_id)
    return News(payouts=payouts, rows=account._pull_new_rows())


def _news_of_dispute(account, dispute_id):
    disputes = account._pull_dispute(dispute_id)
    return News(disputes=disputes, rows=account._pull_new_rows())


def _news_of_warning(account, warning_id):
    return News(warnings=account._pull_warning(warning_id))


def _news_of_row(account, txn_id):
    row = account._gateway(retries=1).balance_transaction(txn_id=txn_id)
    return News(rows=(row,) if days.utc(row.created) >= account.mirror_start else ())


def _news_of_rows(account, _nothing):
    return News(rows=account._pull_new_rows())


# How each kind of object is asked for; what moved money brings its rows along.
_NEWS_OF = {
    "account": _news_of_account,
    "checkout.session": _news_of_session,
    "payment_intent": _news_of_intent,
    "charge": _news_of_charge,
    "refund": _news_of_refund,
    "payout": _news_of_payout,
    "dispute": _news_of_dispute,
    "warning": _news_of_warning,
    "row": _news_of_row,
    "rows": _news_of_rows,
}
