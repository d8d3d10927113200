# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

from ...core import onboarding
from ...gateway.errors import StripeUnauthorised
from .oauth import _MAX_HOPS


class KashStripeOnboarding(models.AbstractModel):
    """A new account at Stripe, and its owner's way through Stripe's pages."""

    _name = "kash.stripe.onboarding"
    _description = "Stripe Onboarding"

    # === A NEW ACCOUNT === #

    @api.model
    def _push_create(self, company, *, name, email, website, start_over=False):
        """Open a Stripe account for ``company``, or take up the one begun before.

        Our record is saved by the request that asks for it; the page to go on with is
        asked for by the next.

        :param start_over: leave the account begun before aside (it stays in the list)
        :raises UserError: in Stripe's words, and what to do next
        """
        company._kash_stripe_check_service()
        begun = self._begun_account(company)
        if begun:
            begun._check_is_ours()
        if begun and not start_over:
            return begun._push_resume()
        platform = self.env["kash.stripe.platform"]
        gateway, livemode = platform._gateway(), platform._livemode()
        self._check_company_is_free(company, self.browse(), livemode=livemode)
        new = self._prepare_new_account(company, name, email, website)
        with self._told_to_a_person():
            stripe_id, api_name = self._push_new_account(gateway, company, new)
            facts = gateway.linked_account(stripe_id=stripe_id)
            owner = gateway.account()
        account = self._find_or_create(stripe_id, company, livemode=livemode)
        account._apply_connected(
            "created", accounts_api=api_name, platform_stripe_id=owner.id
        )
        account._start(facts)
        return account

    @api.model
    def _push_new_account(self, gateway, company, new):
        """Return (id, api) of a new account, or of one whose answer was lost.

        An account may have been made by a request that Odoo undid. It carries the
        company's number: it is looked for before another is made.
        """
        platform = self.env["kash.stripe.platform"]
        known = self.search([("accounts_api", "!=", False)]).mapped("stripe_id")
        lost = gateway.find_account(metadata=new.metadata, known=known)
        if lost:
            return lost, "v1"  # whose pages know accounts of either API
        return gateway.create_account(
            new=new,
            idempotency_key=self._creation_key(company, new),
            api=platform._accounts_api(),
        )

    @api.model
    def _begun_account(self, company):
        """Return the account our platform, in its present mode, opened before."""
        if not self.env["kash.stripe.platform"]._is_set_up():
            return self.browse()
        return self.search(
            [
                ("company_id", "=", company.id),
                ("livemode", "=", self.env["kash.stripe.platform"]._livemode()),
                ("accounts_api", "!=", False),
                ("is_final", "=", False),
            ],
            order="id desc",
            limit=1,
        )

    def _check_is_ours(self):
        try:
            self._refuse_in_a_copy()
        except StripeUnauthorised as error:
            raise UserError(str(error)) from error

    def _push_resume(self):
        """Connect an account of our platform's again: the same one, never a second."""
        self.ensure_one()
        with self._told_to_a_person():
            platform = self._platform()
            facts = platform.linked_account(stripe_id=self.stripe_id)
            owner = platform.account()
        self._check_company_is_free(self.company_id, self, livemode=self.livemode)
        self._push_switch("created")
        self._apply_connected("created", platform_stripe_id=owner.id)
        self._start(facts)
        return self

    @api.model
    def _prepare_new_account(self, company, name, email, website):
        country = company.account_fiscal_country_id or company.country_id
        if not country:
            raise UserError(
                self.env._(
                    "Stripe needs to know the country of %(company)s. Enter it in the"
                    " company's address.",
                    company=company.name,
                )
            )
        return onboarding.NewAccount(
            country=country.code,
            currency=company.currency_id.name,
            name=name or company.name,
            email=email or None,
            website=website or None,
            metadata={
                "kash_db": self._database_uuid(),
                "kash_company": str(company.id),
            },
        )

    @api.model
    def _creation_key(self, company, new):
        """Return the idempotency key of a new account: from stored facts only.

        An answer that was lost brings the same account when the button is pressed
        again; an account begun before and left aside counts up.
        """
        begun = self.search_count(
            [("company_id", "=", company.id), ("accounts_api", "!=", False)]
        )
        facts = json.dumps([begun, new.params_v1()], sort_keys=True)
        return f"kash-acct-{hashlib.sha256(facts.encode()).hexdigest()}"

    def _push_onboarding_url(self, *, hops=0):
        """Return Stripe's page to go on with: made on the click, never stored.

        :raises UserError: not ours to onboard, or Stripe's reason
        """
        self.ensure_one()
        self._check_is_ours()
        if self.connection != "created" or not self.connected or self.is_final:
            raise UserError(
                self.env._("Please give Stripe what it asks for in its dashboard.")
            )
        if hops > _MAX_HOPS:
            raise UserError(
                self.env._(
                    "Stripe keeps sending you back. Please try again in some minutes:"
                    " nothing you entered is lost."
                )
            )
        with self._told_to_a_person():
            platform = self._platform()
            self._push_request_methods(platform)
            return platform.onboarding_url(
                stripe_id=self.stripe_id,
                api=self.accounts_api,
                return_url=self._way_back("return", hops),
                refresh_url=self._way_back("refresh", hops),
            )

    def _way_back(self, route, hops):
        token = self.env["kash.stripe.connect.ticket"]._issue(
            "onboarding",
            self.company_id,
            livemode=self.livemode,
            account=self,
            hops=hops,
        )
        return urljoin(self.get_base_url(), f"/kash/connect/{route}/{token}")

    def _push_request_methods(self, platform):
        """Request the ways to be paid that the account's country has and it lacks."""
        missing = self.capability_ids.filtered(lambda c: c.state == "unrequested")
        if missing:
            platform.request_capabilities(
                stripe_id=self.stripe_id, names=missing.mapped("capability")
            )

    # === THE OWNER'S PAGES AT STRIPE === #

    def _push_manage_url(self):
        """Return where the owner answers Stripe: which dashboard the account has."""
        self.ensure_one()
        if self.dashboard == "express" and self.connection == "created":
            self._check_is_ours()
            with self._told_to_a_person():
                return self._platform().login_url(stripe_id=self.stripe_id)
        return self._dashboard_url("account/status")
