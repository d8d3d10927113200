# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models

from ...core import double_entry


class RefundAccount(models.Model):
    """Asking Stripe for refunds whose payment, or whose end, we did not know."""

    _inherit = "kash.stripe.account"

    def _pull_late_refunds(self):
        """Ask for refunds that were listed before the payment they give back.

        Pages come newest first: the refund's may be read, and committed, long before
        its charge's tells whose it is. There are few.
        """
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "=", self.id),
                ("state", "in", ["new", "waiting"]),
                ("type", "in", list(double_entry.REFUND_TYPES)),
                ("transaction_id", "=", False),
                ("document_ref", "!=", False),
            ]
        )
        refs = {ref: (ref,) for ref in rows.mapped("document_ref")}
        paid = self.env["payment.transaction"]._kash_stripe_named(self, refs)
        gateway = self._gateway(retries=1)
        listed = self._ask_each(
            "charge", lambda ref: _refunds_of(gateway, paid[ref], ref), paid
        )
        for page in listed:
            self._set_aside(page.unread)
        self._apply_refunds([refund for page in listed for refund in page.items])

    def _pull_pending_refunds(self):
        """Ask for refunds whose end we do not know: some end without a row."""
        pending = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("operation", "=", "refund"),
                ("state", "=", "pending"),
                ("kash_stripe_refund_id", "!=", False),
            ]
        )
        gateway = self._gateway(retries=1)
        self._apply_refunds(
            self._ask_each(
                "refund",
                lambda name: gateway.refund(refund_id=name),
                pending.mapped("kash_stripe_refund_id"),
            )
        )

    def _apply_refunds(self, refunds):
        """Write what Stripe says of refunds, each by itself where it must be."""
        attempts = self.env["payment.transaction"]
        write = partial(attempts._kash_stripe_apply_refunds, self)
        self._apply_each("refund", refunds, write)


def _refunds_of(gateway, attempt, ref):
    """Return the refunds of a charge, or of an intent whose refund names no charge."""
    if ref == attempt.kash_stripe_intent_id:
        return gateway.refunds_of(intent_id=ref)
    return gateway.refunds_of(charge_id=ref)
