# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..account.attention import Reason


class KashStripeAttentionSuspense(models.AbstractModel):
    """Movements that nobody has a rule for."""

    _name = "kash.stripe.attention.suspense"
    _inherit = "kash.stripe.attention"
    _description = "Movements in Suspense"

    _rule_order = 10
    _activity_type = "mail_activity_type_suspense"

    def _reason(self, account):
        suspense = account.suspense_account_id
        count = self.env["kash.stripe.balance.transaction"].search_count(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("entry_line_id.account_id", "=", suspense.id),
                ("entry_line_id.reconciled", "=", False),
            ]
        )
        text = self.env._(
            "Movements at Stripe in suspense: %(count)s. Say what they are.",
            count=count,
        )
        return Reason(count if suspense else 0, text)


class KashStripeAttentionHeld(models.AbstractModel):
    """Facts whose day is locked."""

    _name = "kash.stripe.attention.held"
    _inherit = "kash.stripe.attention"
    _description = "Held Facts"

    _rule_order = 20
    _activity_type = "mail_activity_type_held"

    def _reason(self, account):
        held = [("account_id", "=", account.id), ("state", "=", "held")]
        count = self.env["kash.stripe.balance.transaction"].search_count(held)
        count += self.env["kash.stripe.movement"].search_count(held)
        text = self.env._(
            "Stripe rows whose day is locked: %(count)s. They wait.", count=count
        )
        return Reason(count, text)


class KashStripeAttentionStopped(models.AbstractModel):
    """Facts that something does not fit with, or that wait for another."""

    _name = "kash.stripe.attention.stopped"
    _inherit = "kash.stripe.attention"
    _description = "Stopped Facts"

    _rule_order = 30
    _activity_type = "mail_activity_type_stopped"

    def _reason(self, account):
        mine = [("account_id", "=", account.id)]
        stopped = [("state", "in", ["stopped", "waiting"])]
        count = self.env["kash.stripe.balance.transaction"].search_count(
            [*mine, "|", *stopped, ("changed", "=", True)]
        )
        count += self.env["kash.stripe.movement"].search_count([*mine, *stopped])
        text = self.env._(
            "Stripe rows that are stopped: %(count)s. See why.", count=count
        )
        return Reason(count, text)


class KashStripeAttentionCredit(models.AbstractModel):
    """Payments that are matched with no invoice."""

    _name = "kash.stripe.attention.credit"
    _inherit = "kash.stripe.attention"
    _description = "Customer Credit"

    _rule_order = 50
    _activity_type = "mail_activity_type_credit"

    def _reason(self, account):
        count = self.env["kash.stripe.balance.transaction"].search_count(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("payment_id.payment_type", "=", "inbound"),
                ("payment_id.is_reconciled", "=", False),
            ]
        )
        text = self.env._(
            "Stripe payments that are customer credit: %(count)s. Match or refund.",
            count=count,
        )
        return Reason(count, text)
