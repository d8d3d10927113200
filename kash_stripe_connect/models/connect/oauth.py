# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

_MAX_HOPS = 3


class KashStripeOauth(models.AbstractModel):
    """Connecting an existing account: its owner lets the platform in."""

    _name = "kash.stripe.oauth"
    _description = "Connecting by OAuth"

    # === AN EXISTING ACCOUNT === #

    @api.model
    def _push_authorise_url(self, company):
        """Return Stripe's page where the owner of an account lets us in.

        :raises UserError: no platform, or the company is connected
        """
        platform = self.env["kash.stripe.platform"]
        if not platform._client_id():
            raise UserError(
                self.env._(
                    "The operator of this Odoo has not set up connecting existing"
                    " accounts."
                )
            )
        gateway, livemode = platform._gateway(), platform._livemode()
        self._check_company_is_free(company, self.browse(), livemode=livemode)
        token = self.env["kash.stripe.connect.ticket"]._issue(
            "oauth", company, livemode=livemode
        )
        return gateway.authorise_url(state=token, redirect_uri=self._oauth_url())

    @api.model
    def _oauth_url(self):
        """Return the one address that the operator registers at Stripe."""
        return urljoin(self.get_base_url(), "/kash/connect/oauth")

    @api.model
    def _push_connect_oauth(self, ticket, code):
        """Connect the ticket's company to the account whose owner let us in.

        :raises UserError: a sentence for that person; nothing is saved
        """
        platform = self.env["kash.stripe.platform"]
        with self._told_to_a_person():
            gateway = platform._gateway()
            granted = gateway.authorise(code=code)
        if granted.livemode != ticket.livemode:
            raise UserError(
                self.env._(
                    "Stripe let us into an account of the other mode (test or live)."
                    " Nothing was connected."
                )
            )
        with self._told_to_a_person():
            facts = gateway.linked_account(stripe_id=granted.stripe_id)
            owner = gateway.account()
        account = self._find_or_create(
            granted.stripe_id, ticket.company_id, livemode=granted.livemode
        )
        account._push_switch("oauth")
        account._apply_connected("oauth", platform_stripe_id=owner.id)
        account._start(facts)
        return account

    # === ALL WAYS === #

    def _push_switch(self, connection):
        """Give back what another way of connecting this account gave us."""
        if self.connected and self.connection != connection:
            self._push_leave()
