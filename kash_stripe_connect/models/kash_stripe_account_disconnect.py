# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ..gateway.errors import (
    GatewayError,
    StripeGone,
    StripeUnauthorised,
    StripeUnreachable,
)


class KashStripeAccount(models.Model):
    """Leaving: learn all there is, close what could still be paid, let go."""

    _inherit = "kash.stripe.account"

    # What a connection by own keys leaves behind, to be forgotten.
    _OWN_KEYS = (
        "secret_key",
        "publishable_key",
        "key_hint",
        "webhook_ref",
        "webhook_secret",
        "webhook_secret_old",
        "webhook_secret_old_until",
        "webhook_endpoint",
    )

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

    def _push_leave(self):
        """Give back what the way of connecting gave us."""
        if self.connection == "keys":
            self._push_forget_endpoint()
        elif self.connection == "oauth":
            self._push_deauthorise()
        else:
            self.message_post(
                body=self.env._(
                    "Stripe is no longer used here. The Stripe account itself goes on:"
                    " please contact the operator of this Odoo to close it."
                )
            )

    def _push_deauthorise(self):
        try:
            self._platform().deauthorise(stripe_id=self.stripe_id)
        except StripeUnreachable as error:
            raise UserError(
                self.env._("Stripe does not answer. Please try again in a minute.")
            ) from error
        except StripeGone:
            self.message_post(
                body=self.env._("Access had been revoked at Stripe already.")
            )
        except GatewayError as error:
            self.message_post(
                body=self.env._(
                    "Stripe would not end the access: %(reason)s Remove it in Stripe's"
                    " dashboard, under installed apps.",
                    reason=error,
                )
            )

    def _push_close_pages(self):
        """Expire the open sessions, unless Stripe does not know us any more."""
        attempts = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("kash_stripe_session_state", "=", "open"),
            ]
        )
        try:
            attempts._kash_stripe_push_expire(raise_errors=True)
        except StripeUnauthorised as error:
            self.message_post(
                body=self.env._(
                    "Open payment pages could not be closed: %(reason)s", reason=error
                )
            )
        except GatewayError as error:
            raise UserError(
                self.env._(
                    "Stripe does not answer, and %(count)s payment pages are open."
                    " Please try again in a minute.",
                    count=len(attempts),
                )
            ) from error

    def _apply_disconnected(self):
        """End the connection's epoch: its links are void because of that."""
        self.write(
            {
                "connected": False,
                "status": "not_connected",
                "charges_enabled": False,
                "payouts_status": False,
                "disabled_reason": False,
                "deadline": False,
                "lost_reason": False,
                "webhook_state": False,
                **dict.fromkeys(self._OWN_KEYS, False),
            }
        )
        self.requirement_ids.unlink()
        self.capability_ids.unlink()
        self.provider_id._kash_stripe_set_state("disabled")
