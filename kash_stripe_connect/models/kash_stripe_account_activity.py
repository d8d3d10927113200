# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class KashStripeAccount(models.Model):
    """What needs a person: activities on the Stripe journal, one for each reason."""

    _inherit = "kash.stripe.account"

    def _refresh_activities(self):
        """Open, recount or close the activity of each reason by itself."""
        for account in self.filtered("journal_id"):
            reasons = account._attention_counts()
            for activity_type, (count, text) in reasons.items():
                account._refresh_activity(activity_type, count, text)

    def _attention_counts(self):
        """Return {activity type: (count, sentence)} of what waits for a person."""
        self.ensure_one()
        rows = self.env["kash.stripe.balance.transaction"]
        mine = [("account_id", "=", self.id)]
        movements = self.env["kash.stripe.movement"]
        held = sum(
            facts.search_count([*mine, ("state", "=", "held")])
            for facts in (rows, movements)
        )
        stopped = rows.search_count(
            [
                *mine,
                "|",
                ("state", "in", ["stopped", "waiting"]),
                ("changed", "=", True),
            ]
        )
        stopped += movements.search_count(
            [*mine, ("state", "in", ["stopped", "waiting"])]
        )
        credit = rows.search_count(
            [
                *mine,
                ("state", "=", "booked"),
                ("payment_id.payment_type", "=", "inbound"),
                ("payment_id.is_reconciled", "=", False),
            ]
        )
        refunded = rows.search_count(
            [
                *mine,
                ("state", "=", "booked"),
                ("payment_id.payment_type", "=", "outbound"),
                ("transaction_id.state", "!=", "error"),
                ("payment_id.is_reconciled", "=", False),
            ]
        )
        suspense = rows.search_count(
            [
                *mine,
                ("state", "=", "booked"),
                ("entry_line_id.account_id", "=", self.suspense_account_id.id),
                ("entry_line_id.reconciled", "=", False),
            ]
        )
        return {
            "mail_activity_type_suspense": (
                suspense if self.suspense_account_id else 0,
                self.env._(
                    "%(count)s movements at Stripe stand in suspense: say what they"
                    " are.",
                    count=suspense,
                ),
            ),
            "mail_activity_type_held": (
                held,
                self.env._(
                    "%(count)s Stripe rows wait: their day is locked.", count=held
                ),
            ),
            "mail_activity_type_stopped": (
                stopped,
                self.env._(
                    "%(count)s Stripe rows are stopped: see why.", count=stopped
                ),
            ),
            "mail_activity_type_refund": (
                refunded,
                self.env._(
                    "%(count)s refunds have no credit note: VAT not corrected yet.",
                    count=refunded,
                ),
            ),
            "mail_activity_type_credit": (
                credit,
                self.env._(
                    "%(count)s Stripe payments are customer credit: match or refund.",
                    count=credit,
                ),
            ),
        }

    def _refresh_activity(self, activity_type, count, text):
        self.ensure_one()
        journal = self.journal_id
        xmlid = f"kash_stripe_connect.{activity_type}"
        found = journal.activity_search([xmlid])
        if not count:
            found.unlink()
        elif found:
            found.filtered(lambda a: a.summary != text).summary = text
        else:
            user = self.company_id.kash_stripe_responsible_id
            journal.activity_schedule(
                xmlid, summary=text, user_id=(user or self.env.user).id
            )
