# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta, timezone

from odoo import fields, models
from odoo.tools import format_date

from ..core.dispute_facts import disputes_of
from ..gateway.errors import StripeUnauthorised
from .kash_stripe_account_pull import _Told

_logger = logging.getLogger(__name__)

# A dispute may be opened this long after the payment, and listed a little late.
_FIRST_LOOK = timedelta(days=120)
_OVERLAP = timedelta(hours=2)
# The activity is due this long before the last day to answer.
_AHEAD = timedelta(days=2)
_DISPUTE = "mail_activity_type_dispute"
_FRAUD = "mail_activity_type_fraud"


class KashStripeAccount(models.Model):
    """Disputes: fetched by doorbell with their rows, and by window; who answers."""

    _inherit = "kash.stripe.account"

    dispute_ids = fields.One2many(
        "kash.stripe.dispute", "account_id", "Stripe Disputes"
    )
    dispute_count = fields.Integer("Disputes", compute="_compute_dispute_count")
    disputes_until = fields.Datetime(readonly=True, help="Last look at all disputes.")

    def _compute_dispute_count(self):
        counts = self._count_of("kash.stripe.dispute")
        for account in self:
            account.dispute_count = counts.get(account.id, 0)

    def action_view_disputes(self):
        return self._action_view("kash_stripe_dispute_action")

    # === PULL === #

    def _sync_pulls(self):
        """Disputes after the rows, which bring most of them along."""
        return (*super()._sync_pulls(), self._pull_disputes)

    def _pull_disputes(self):
        """Fetch disputes opened since the last look, and again those not yet ended."""
        now, since = fields.Datetime.now(), self._disputes_since()
        gateway, cursor = self._gateway(retries=1), None
        while page := self._ask_or_none(
            gateway.disputes_page, since=since, cursor=cursor
        ):
            self._apply_disputes(page.items)
            cursor = page.cursor
            if not cursor:
                break
        self.disputes_until = now

    def _ask_or_none(self, verb, **asked):
        """Ask Stripe; None where an older restricted key may not ask for it.

        Rows and doorbells still tell of the money.
        """
        try:
            return verb(**asked)
        except StripeUnauthorised as error:
            if error.access_lost:
                raise
            _logger.warning("Disputes of %s: %s", self.stripe_id, error)
            return None

    def _disputes_since(self):
        """Return from when on (epoch) to list: the oldest open one is among them."""
        start = self.mirror_start - _FIRST_LOOK
        if self.disputes_until:
            start = max(start, self.disputes_until - _OVERLAP)
        still_open = self.env["kash.stripe.dispute"].search(
            [("account_id", "=", self.id), ("phase", "in", ["inquiry", "open"])],
            order="opened_at",
            limit=1,
        )
        if still_open:
            start = min(start, still_open.opened_at)
        return int(start.replace(tzinfo=timezone.utc).timestamp())

    def _pull_subject(self, subject, subject_id):
        """Fetch the dispute or the warning an event named; a dispute moves money."""
        gateway = self._gateway(retries=1)
        if subject == "dispute":
            found = self._ask_or_none(gateway.dispute, dispute_id=subject_id)
            rows = self._pull_new_rows()
            return _Told(disputes=(found,) if found else (), rows=rows)
        if subject == "warning":
            found = self._ask_or_none(gateway.fraud_warning, warning_id=subject_id)
            return _Told(warnings=(found,) if found else ())
        return super()._pull_subject(subject, subject_id)

    # === APPLY === #

    def _apply_some_rows(self, rows):
        """Apply some rows, and the disputes they came with."""
        result = super()._apply_some_rows(rows)
        self._apply_disputes(disputes_of(rows))
        return result

    def _apply_disputes(self, told):
        """Write what Stripe says of disputes (DisputeFacts)."""
        self.env["kash.stripe.dispute"]._apply_disputes(self, told)

    def _apply_warnings(self, warnings):
        """Ask a person about payments a bank suspects, while it is of any use."""
        attempts = self.env["kash.stripe.dispute"]._attempts(self, warnings)
        for warning in warnings:
            tx_id = attempts.get(warning.charge_id, {}).get("transaction_id")
            attempt = self.env["payment.transaction"].browse(tx_id)
            invoices = attempt.kash_stripe_allocation_ids.move_id
            # Of no invoice here: beside the account's other activities.
            for document in invoices or self.journal_id:
                self._refresh_warning(document, attempt, warning)

    def _refresh_warning(self, document, attempt, warning):
        xmlid = f"kash_stripe_connect.{_FRAUD}"
        found = document.activity_search(
            [xmlid], additional_domain=[("note", "ilike", warning.id)]
        )
        if not warning.actionable:
            found.unlink()
        elif not found:
            user = self.company_id.sudo().kash_stripe_responsible_id or self.env.user
            document.activity_schedule(
                xmlid,
                summary=self.env._(
                    "The bank suspects fraud in the payment %(payment)s: refund it"
                    " before it is disputed?",
                    payment=attempt.reference or warning.charge_id,
                ),
                note=self.env._(
                    "Stripe's early fraud warning %(warning)s. A refund now costs no"
                    " dispute fee.",
                    warning=warning.id,
                ),
                user_id=user.id,
            )

    # === ACTIVITY === #

    def _attention_counts(self):
        """Count the disputes somebody has to answer, too."""
        counts = super()._attention_counts()
        asked = self._disputes_to_answer()
        counts[_DISPUTE] = (
            len(asked),
            self.env._(
                "%(count)s disputes want an answer, the first until %(day)s.",
                count=len(asked),
                day=format_date(self.env, asked[:1]._due_day()),
            ),
        )
        return counts

    def _disputes_to_answer(self):
        """Return them, the most urgent first."""
        disputes = self.env["kash.stripe.dispute"]
        domain = disputes._waiting_for_answer()
        return disputes.search([*domain, ("account_id", "=", self.id)], order="due_by")

    def _refresh_activity(self, activity_type, count, text):
        """The activity about disputes is due ahead of the first deadline."""
        result = super()._refresh_activity(activity_type, count, text)
        if activity_type == _DISPUTE and count:
            due = self._disputes_to_answer()[:1]._due_day() - _AHEAD
            found = self.journal_id.activity_search([f"kash_stripe_connect.{_DISPUTE}"])
            found.filtered(lambda act: act.date_deadline != due).date_deadline = due
        return result
