# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from functools import partial

from odoo import fields, models

from ...core import days

# A dispute from before our time may still have to be answered for so long.
_FIRST_LOOK = timedelta(days=120)
_FRAUD = "mail_activity_type_fraud"


class DisputeAccount(models.Model):
    """Disputes: fetched by doorbell with their rows, and by window; who answers."""

    _inherit = "kash.stripe.account"

    dispute_ids = fields.One2many(
        "kash.stripe.dispute", "account_id", "Stripe Disputes"
    )
    dispute_count = fields.Integer("Disputes", compute="_compute_dispute_count")

    def _compute_dispute_count(self):
        counts = self._count_of("kash.stripe.dispute")
        for account in self:
            account.dispute_count = counts.get(account.id, 0)

    def action_view_disputes(self):
        return self._action_view("kash_stripe_dispute_action")

    # === PULL === #

    def _pull_disputes(self):
        """Fetch disputes opened since the last look, and again those not yet ended."""
        now = fields.Datetime.now()
        self._ask_or_none(self._pull_dispute_pages, now=now)
        self._stream("disputes").until = now

    def _pull_dispute_pages(self, now):
        """Fetch what there may be news of; rows and events still bring the others."""
        oldest = self._oldest_open_dispute().opened_at
        first = min(filter(None, [oldest, self.mirror_start - _FIRST_LOOK]))
        since = self._stream("disputes")._since(now, first=first, oldest=oldest)
        verb = self._gateway(retries=1).disputes_page
        for page in self._pages(verb, since=days.epoch(since)):
            self._apply_disputes(page)

    def _apply_disputes(self, disputes):
        """Write what Stripe says of disputes, each by itself where it must be."""
        write = partial(self.env["kash.stripe.dispute"]._apply_disputes, self)
        self._apply_each("dispute", disputes, write)

    def _oldest_open_dispute(self):
        return self.env["kash.stripe.dispute"].search(
            [("account_id", "=", self.id), ("phase", "in", ["inquiry", "open"])],
            order="opened_at",
            limit=1,
        )

    def _pull_dispute(self, dispute_id):
        """Return a dispute that an event named; nothing if the key may not ask."""
        verb = self._gateway(retries=1).dispute
        dispute = self._ask_or_none(verb, dispute_id=dispute_id)
        return (dispute,) if dispute else ()

    def _pull_warning(self, warning_id):
        """Return a warning that an event named; nothing if the key may not ask."""
        verb = self._gateway(retries=1).fraud_warning
        warning = self._ask_or_none(verb, warning_id=warning_id)
        return (warning,) if warning else ()

    # === APPLY === #

    def _apply_warnings(self, warnings):
        """Ask a person about payments a bank suspects, while it is of any use."""
        attempts = self.env["kash.stripe.dispute"]._attempts(self, warnings)
        for warning in warnings:
            tx_id = attempts.get(warning.charge_id, {}).get("transaction_id")
            attempt = self.env["payment.transaction"].browse(tx_id)
            invoices = attempt._kash_stripe_invoices()
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
            user = document.company_id._kash_stripe_who_acts()[document.company_id]
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
