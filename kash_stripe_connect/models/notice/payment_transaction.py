# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...core import days

# Stripe lists a payment's row, with its fee, seconds later: the mail waits for it.
_WAIT_FOR_FEE = timedelta(minutes=2)
# Most customers whose card is declined pay with another one at once.
_WAIT_FOR_ANOTHER_CARD = timedelta(minutes=15)


class NoticeTransaction(models.Model):
    """Telling the business of payments, and of those that failed."""

    _inherit = "payment.transaction"

    # === FACTS === #

    @api.model
    def _kash_stripe_notice_debits(self, paid):
        """Return which of the attempts are in process until now."""
        return self.concat(*(tx for tx, *_asked in paid if tx.state == "pending"))

    @api.model
    def _kash_stripe_notice_settled(self, paid, debits):
        """Tell of each payment that is done now."""
        done = self.concat(*(tx for tx, *_asked in paid)).filtered(
            lambda tx: tx.state == "done" and tx.kash_stripe_paid_at
        )
        # Nobody else tells of them at the same time, which the notice's unique index
        # would refuse for good: who settles attempts has taken them.
        done._kash_stripe_tell_received(debits)

    def _set_error(self, state_message, extra_allowed_states=()):
        """Override of `payment`: tell of a debit, or an amount, that went wrong."""
        failed = super()._set_error(
            state_message, extra_allowed_states=extra_allowed_states
        )
        payments = failed.filtered(
            lambda tx: tx.kash_stripe_account_id and tx.operation != "refund"
        )
        payments.flush_recordset()
        ended = payments._kash_stripe_told_at()
        for account, group in payments.grouped("kash_stripe_account_id").items():
            self.env["kash.stripe.notice"]._apply_news(
                account,
                [
                    tx._kash_stripe_prepare_news(
                        "payment_failed",
                        tx.kash_stripe_charge_id or tx.reference,
                        ended[tx],
                        reason=state_message,
                    )
                    for tx in group
                ],
            )
        return failed

    def _kash_stripe_notice_failed_charge(self, charge):
        """Tell of a declined card, unless the customer pays soon after."""
        if self.state == "draft":
            self.env["kash.stripe.notice"]._apply_news(
                self.kash_stripe_account_id,
                [
                    self._kash_stripe_prepare_news(
                        "payment_failed",
                        self.reference,
                        days.utc(charge.created),
                        reason=charge.failure_message,
                        wait=_WAIT_FOR_ANOTHER_CARD,
                    )
                ],
            )

    def _kash_stripe_notify_business(self):
        """Their rows are known by now: what waited for fee and booking is told."""
        known = self.filtered(
            lambda tx: (
                tx.operation != "refund"
                and tx.state == "done"
                and tx.kash_stripe_row_ids[:1].state not in {False, "new"}
            )
        )
        for account, group in known.grouped("kash_stripe_account_id").items():
            self.env["kash.stripe.notice"]._hurry(
                account, "payment_received", group.mapped("reference")
            )

    # === NEWS === #

    def _kash_stripe_tell_received(self, debits):
        """Tell of payments, and the customers by receipts.

        :param debits: those that were in process until now; theirs is the end's moment
        """
        ended = debits._kash_stripe_told_at()
        for account, group in self.grouped("kash_stripe_account_id").items():
            news = []
            for tx in group:
                wait = timedelta(0) if tx in debits else _WAIT_FOR_FEE
                about = (tx.reference, ended.get(tx, tx.kash_stripe_paid_at))
                news += [
                    tx._kash_stripe_prepare_news("payment_received", *about, wait=wait),
                    tx._kash_stripe_prepare_news("receipt", *about),
                ]
            self.env["kash.stripe.notice"]._apply_news(account, news)

    def _kash_stripe_prepare_news(self, kind, key, happened_at, **more):
        """Return a fact for ``kash.stripe.notice._apply_news``."""
        self.ensure_one()
        return {
            "kind": kind,
            "key": key,
            "happened_at": happened_at,
            "transaction": self,
            "amount": self.amount,
            "currency": self.currency_id,
            **more,
        }

    def _kash_stripe_told_at(self):
        """Return {attempt: when it ended at Stripe}: the newest bell's moment.

        Without one, the day its money became available; at the latest now.
        """
        names = {tx: set(filter(None, tx._kash_stripe_ids())) for tx in self}
        rung = {
            name: moment
            for name, moment in self.env["kash.stripe.event"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", self.kash_stripe_account_id.ids),
                    ("subject_id", "in", list(set().union(*names.values()))),
                ],
                ["subject_id"],
                ["stripe_created:max"],
            )
        }
        now, ended = fields.Datetime.now(), {}
        for tx in self:
            bells = [rung[name] for name in names[tx] if rung.get(name)]
            available = tx.kash_stripe_row_ids[:1].available_on
            ended[tx] = min(max(bells, default=available or now), now)
        return ended

    def _kash_stripe_ids(self):
        """Return what events at Stripe call the attempt."""
        self.ensure_one()
        return (
            self.kash_stripe_charge_id,
            self.kash_stripe_session_id,
            self.kash_stripe_intent_id,
        )

    def _kash_stripe_recorded(self):
        """Return (state, reason) of the payment in the books; ``new``: not known yet.

        A debit's row is recorded while it is in process; its payment when it arrives.
        """
        self.ensure_one()
        row = self.kash_stripe_row_ids[:1]
        if self.payment_id or not row:
            return ("booked" if self.payment_id else "new"), False
        if not row.in_process:
            return row.state, row.reason
        arrival = self.env["kash.stripe.movement"].search(
            [("row_id", "=", row.id), ("kind", "=", "debit_succeeded")], limit=1
        )
        return arrival.state or "new", arrival.reason
