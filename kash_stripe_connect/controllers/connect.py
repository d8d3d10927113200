# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, request

from ..gateway.errors import GatewayError
from .routing import route, show

_logger = logging.getLogger(__name__)

# For the person who set out: without a session Odoo asks to log in, then comes back.
_PAGE = {
    "type": "http",
    "auth": "user",
    "methods": ["GET"],
}


class KashStripeConnect(Controller):
    """The ways back from Stripe: a ticket is redeemed, and Stripe is asked again.

    Nothing in these addresses is believed but the ticket: whose it is and for which
    company stands with us.
    """

    # === ROUTES === #

    @route("/kash/connect/oauth", **_PAGE)
    def oauth(self, state="", code="", error="", error_description=""):
        """Connect the account whose owner let us in, or say why not."""
        try:
            ticket = self._redeem("oauth", state)
        except AccessError as refused:
            return self._say(str(refused), status=403)
        if not code:
            return self._say(self._denied_sentence(error, error_description))
        accounts = request.env["kash.stripe.account"].sudo()
        try:
            # A failure keeps the ticket used up: the code is, too.
            with request.env.cr.savepoint():
                account = accounts._push_connect_oauth(ticket, code)
        except UserError as refused:
            return self._say(str(refused))
        return self._to_form(account)

    @route("/kash/connect/return/<string:token>", **_PAGE)
    def onboarding_return(self, token):
        """Ask Stripe how far the set-up came: to be back does not say it is done."""
        try:
            account = self._redeem("onboarding", token).account_id
        except AccessError as refused:
            return self._say(str(refused), status=403)
        try:
            with request.env.cr.savepoint():
                account._pull_account()
        except GatewayError as trouble:
            _logger.warning("Back from Stripe, %s: %s", account.stripe_id, trouble)
        return self._to_form(account)

    @route("/kash/connect/refresh/<string:token>", **_PAGE)
    def onboarding_refresh(self, token):
        """Lead on to a new page when Stripe's was used up or too old."""
        try:
            ticket = self._redeem("onboarding", token)
        except AccessError as refused:
            return self._say(str(refused), status=403)
        try:
            url = ticket.account_id._push_onboarding_url(hops=ticket.hops + 1)
        except UserError as refused:
            return self._say(str(refused), account=ticket.account_id)
        return request.redirect(url, code=303, local=False)

    # === HELPERS === #

    def _redeem(self, purpose, token):
        return request.env["kash.stripe.connect.ticket"]._redeem(purpose, token)

    def _denied_sentence(self, error, description):
        if error == "access_denied":
            return request.env._(
                "Nothing was connected: access was not allowed at Stripe."
            )
        return request.env._(
            "Nothing was connected. Stripe says: %(reason)s",
            reason=description or error or request.env._("no reason"),
        )

    def _to_form(self, account):
        action = "kash_stripe_connect.kash_stripe_account_action"
        return request.redirect(f"/odoo/action-{action}/{account.id}", code=303)

    def _say(self, message, *, account=None, status=200):
        values = {
            "message": message,
            "account": account,
            "company": request.env.company,
        }
        return show("kash_stripe_connect.connect_message", values, status=status)
