# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import fields, models
from odoo.exceptions import UserError

from ...gateway.errors import StripeUnauthorised, StripeUnreachable
from ...guard import alone, reason_of
from ..base.records import check_one

_logger = logging.getLogger(__name__)


class LeaveAccount(models.Model):
    """Leaving: learn all there is, close what could still be paid, let go."""

    _inherit = "kash.stripe.account"

    has_test_entries = fields.Boolean(compute="_compute_has_test_entries")
    can_go_live = fields.Boolean(compute="_compute_has_test_entries")

    def action_disconnect(self):
        """Stop using the account: links die at once, the books stay."""
        check_one(self)
        self._check_may_manage()
        self.sudo()._push_disconnect()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _push_disconnect(self):
        """End the connection at our side, and at Stripe's where there is one.

        :raises UserError: Stripe does not answer: once the access is gone nobody could
            learn of what was paid there last
        """
        for account in self.filtered("connected"):
            account._push_last_sync()
            if account.connected:  # the sync may find that access was revoked
                account._push_leave()
                account._apply_disconnected()

    def _push_last_sync(self):
        """Learn all there is, and close what could still be paid.

        :raises UserError: Stripe does not answer; nothing was changed
        """
        trouble = self._sync()
        if isinstance(trouble, StripeUnreachable):
            raise UserError(
                self.env._(
                    "Stripe does not answer, so what was paid last would be missed."
                    " Please try again in a minute."
                )
            )
        if self.connected:
            self._push_close_pages()

    def _push_close_pages(self):
        """Expire the open sessions, unless Stripe does not know us any more.

        One that Stripe will not close, or says in no way we can read, is told.

        :raises UserError: Stripe does not answer
        """
        attempts = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("kash_stripe_session_state", "=", "open"),
            ]
        )
        found = None
        for attempt in attempts:
            trouble = self._push_close_page(attempt, len(attempts))
            found = found or trouble
            if isinstance(trouble, StripeUnauthorised):
                break
        if found:
            reason = reason_of(self.env, found, f"Pages of {self.stripe_id}", _logger)
            self.message_post(
                body=self.env._(
                    "Open payment pages could not be closed: %(reason)s", reason=reason
                )
            )

    def _push_close_page(self, attempt, count):
        """Expire an attempt's session; return what went wrong, None for nothing.

        :param count: how many pages are open
        :raises UserError: Stripe does not answer
        """
        with alone(self.env) as trouble:
            attempt._kash_stripe_push_expire(raise_errors=True)
        if isinstance(trouble.error, StripeUnreachable):
            raise UserError(
                self.env._(
                    "Stripe does not answer, and payment pages are open (%(count)s)."
                    " Please try again in a minute.",
                    count=count,
                )
            ) from trouble.error
        return trouble.error

    def _compute_has_test_entries(self):
        self.has_test_entries = self.can_go_live = False
        platform_is_live = self.env["kash.stripe.platform"].sudo()._livemode()
        for account in self.filtered(lambda account: not account.livemode):
            standing = self.env["kash.stripe.reversal"]._standing(account)
            account.has_test_entries = bool(standing)
            # While the operator's platform is in test mode there is nowhere to go.
            account.can_go_live = (account.connected or standing) and (
                account.connection == "keys" or platform_is_live
            )

    def action_go_live(self):
        """Show what leaving test mode will reverse."""
        check_one(self)
        self._check_may_manage()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Go Live"),
            "res_model": "kash.stripe.go.live.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def _push_leave_test(self):
        """Reverse every entry a test account made, then disconnect it.

        The books first: they may refuse, and what was done at Stripe stays done.

        :raises UserError: a period is locked, or Stripe does not answer
        """
        self.ensure_one()
        if self.livemode:
            raise UserError(self.env._("This account is live already."))
        if self.connected:
            self._push_last_sync()
        self._book_leave_test()
        if self.connected:
            self._push_leave()
            self._apply_disconnected()

    def _book_leave_test(self):
        reversal = self.env["kash.stripe.reversal"]
        moves = reversal._standing(self)
        if moves:
            reversal._book_reversal(self, moves)
        reversal._cancel_drafts(self)
        self.row_ids._reverse()
        self.env["kash.stripe.movement"].search(
            [("account_id", "=", self.id)]
        )._reverse()
        self.env["payment.transaction"].search(
            [("kash_stripe_account_id", "=", self.id)]
        ).kash_stripe_reversed = True
        self._refresh_activities()
