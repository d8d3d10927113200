# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

from ..core import keys, onboarding, permissions
from ..gateway.errors import StripeUnauthorised

_MAX_HOPS = 3


class KashStripeAccount(models.Model):
    """The three ways to connect: a new account, an existing one, own keys."""

    _inherit = "kash.stripe.account"

    # === OWN KEYS === #

    @api.model
    def _push_connect_keys(self, company, *, secret_key, publishable_key):
        """Connect ``company`` by its own keys and return the account.

        Of a connected account only the keys change: its links live on, and the old key
        goes when the new one has passed every check.

        :raises UserError: a sentence for the person who typed the keys; nothing is
            saved
        """
        livemode = self._check_keys(secret_key, publishable_key)
        facts = self._pull_owner(secret_key)
        self._check_permissions(secret_key)
        account = self._find_or_create(facts.id, company, livemode=livemode)
        account._forget_foreign_endpoint()
        account._push_switch("keys")
        account._apply_connected(
            "keys",
            secret_key=secret_key,
            publishable_key=publishable_key,
            key_hint=keys.mask_key(secret_key),
        )
        account._start(facts)
        account._push_endpoint()
        return account

    @api.model
    def _check_keys(self, secret_key, publishable_key):
        """Return the mode of a fitting pair of keys (True: live)."""
        secret, publishable = keys.read_key(secret_key), keys.read_key(publishable_key)
        hint = keys.mask_key(secret_key)
        if secret is None:
            raise UserError(
                self.env._(
                    "This is not a Stripe secret key. It starts with sk_test_,"
                    " sk_live_, rk_test_ or rk_live_."
                )
            )
        if secret.kind == "publishable":
            raise UserError(
                self.env._(
                    "%(key)s is a publishable key. Paste the secret key (sk_…) or a"
                    " restricted key (rk_…) here.",
                    key=hint,
                )
            )
        if publishable is None or publishable.kind != "publishable":
            raise UserError(
                self.env._(
                    "%(key)s is not a publishable key. It starts with pk_test_ or"
                    " pk_live_.",
                    key=keys.mask_key(publishable_key),
                )
            )
        if secret.livemode != publishable.livemode:
            raise UserError(
                self.env._(
                    "%(secret)s and %(publishable)s are of different modes: use two"
                    " test keys or two live keys.",
                    secret=hint,
                    publishable=keys.mask_key(publishable_key),
                )
            )
        return secret.livemode

    @api.model
    def _check_permissions(self, secret_key):
        """Refuse a restricted key that would fail later, naming what to tick."""
        with self._told_to_a_person(secret_key):
            gateway = self._gateway_for_key(secret_key, retries=1)
            missing = gateway.missing(permissions.NEEDED)
        if missing:
            raise UserError(
                self.env._(
                    "The key %(key)s lacks permissions. Tick these at Stripe, then"
                    " paste it again: %(permissions)s.",
                    key=keys.mask_key(secret_key),
                    permissions=", ".join(asked.slug for asked in missing),
                )
            )

    @api.model
    def _pull_owner(self, secret_key):
        """Return whose key it is."""
        with self._told_to_a_person(secret_key):
            return self._gateway_for_key(secret_key, retries=1).account()

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
                stripe_id=self.stripe_id, names=missing.mapped("method")
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

    def _dashboard_url(self, page="dashboard"):
        """Return a page of Stripe's dashboard, of this account and mode."""
        self.ensure_one()
        mode = "" if self.livemode else "test/"
        return f"https://dashboard.stripe.com/{self.stripe_id}/{mode}{page}"

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

    @api.model
    def _find_or_create(self, stripe_id, company, *, livemode):
        """Return our record of a Stripe account, if this company may use it."""
        known = self.search(
            [("stripe_id", "=", stripe_id), ("livemode", "=", livemode)], limit=1
        )
        if known and known.company_id != company:
            raise UserError(
                self.env._(
                    "The Stripe account %(stripe)s belongs to another company of this"
                    " database. One Stripe account serves one company.",
                    stripe=stripe_id,
                )
            )
        self._check_company_is_free(company, known, livemode=livemode)
        return known or self.create(
            {"company_id": company.id, "stripe_id": stripe_id, "livemode": livemode}
        )

    @api.model
    def _check_company_is_free(self, company, known, *, livemode):
        """Refuse a second connection, and test money beside live money."""
        other = self.search(
            [
                ("company_id", "=", company.id),
                ("connected", "=", True),
                ("id", "!=", known.id),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(company)s is connected to %(stripe)s. Disconnect it first.",
                    company=company.name,
                    stripe=other.display_name,
                )
            )
        self._check_one_mode(company, livemode=livemode)
        if livemode:
            self._check_test_is_reversed(company)
        else:
            self._check_no_live_rows(company)

    @api.model
    def _check_one_mode(self, company, *, livemode):
        """A branch uses its parent's books: test and live money do not share them."""
        other = self.search(
            [
                ("company_id", "child_of", company.root_id.id),
                ("connected", "=", True),
                ("livemode", "!=", livemode),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(other)s of the same group of companies is connected in the other"
                    " mode (test or live). One group keeps one mode.",
                    other=other.company_id.name,
                )
            )

    @api.model
    def _check_no_live_rows(self, company):
        if (
            self.env["kash.stripe.balance.transaction"]
            .sudo()
            .search_count(
                [
                    ("account_id.company_id", "child_of", company.root_id.id),
                    ("account_id.livemode", "=", True),
                ],
                limit=1,
            )
        ):
            raise UserError(
                self.env._(
                    "%(company)s has live Stripe money in its books: test keys are"
                    " refused here.",
                    company=company.name,
                )
            )

    def _apply_connected(self, connection, **vals):
        """Become connected: a new epoch begins, unless it is connected already."""
        self.ensure_one()
        begins = not self.connected
        # Who connects knows: the banner about an earlier account has done its work.
        self.search(
            [("company_id", "=", self.company_id.id), ("revoked_at", "!=", False)]
        ).revoked_at = False
        if begins:
            vals.update(
                epoch=self.epoch + 1,
                connected_at=fields.Datetime.now(),
                connected_by_id=self.env.uid,
            )
        if connection != "keys":
            vals.update(dict.fromkeys(self._OWN_KEYS, False))
        self.write(
            {
                "connection": connection,
                "connected": True,
                "database_uuid": self._database_uuid(),
                "sync_error": False,
                "sync_failures": 0,
                "next_sync_at": fields.Datetime.now(),
                **vals,
            }
        )

    def _start(self, facts):
        """Make what a connected account needs: its books, its status, its mirror."""
        self._ensure_books()
        self._apply_account(facts)
        self._start_mirror(facts)
        if self.connection != "keys":
            self._apply_platform_webhook()

    @api.model
    def _database_uuid(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")
