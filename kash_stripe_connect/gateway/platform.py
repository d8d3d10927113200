# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operator's Stripe platform: opening, linking and leaving other accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ..core.account_facts import AccountFacts, AuthorisationFacts, CapabilityFacts
from ..core.lists import Page, read_page
from ..core.reading import Json, an_id, an_object, detail, text
from .client import PAGE_SIZE, Bases, Gateway
from .errors import GatewayError, StripeGone, StripeRefused, plain, stripe_errors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from stripe.params import (
        AccountCreateParams,
        AccountLinkCreateParams,
        AccountUpdateParams,
    )
    from stripe.params.v2.core import AccountCreateParams as AccountCreateParamsV2
    from stripe.params.v2.core import (
        AccountLinkCreateParams as AccountLinkCreateParamsV2,
    )

    from ..core.onboarding import AccountsApi, NewAccount

# What Stripe answers to a platform that was not moved to Accounts v2. It publishes no
# code for it: https://docs.stripe.com/connect/accounts-v2/account-creation
_NO_V2 = "accounts v2 is not enabled"
_COLLECT = {"fields": "eventually_due", "future_requirements": "include"}


class Platform(Gateway):
    """The operator's own account, which acts for the accounts linked to it.

    Its client never carries a ``Stripe-Account``: OAuth would send it along.
    """

    def __init__(
        self, api_key: str, *, bases: Bases, client_id: str | None, retries: int = 1
    ) -> None:
        """Prepare calls; without a ``client_id`` (``ca_…``) there is no OAuth."""
        super().__init__(api_key, bases=bases, client_id=client_id, retries=retries)

    # === ACCOUNTS === #

    def find_account(
        self, *, metadata: Mapping[str, str], known: Collection[str]
    ) -> str | None:
        """Return an account made lately with this metadata that is not ``known``."""
        with stripe_errors():
            answer = self._client.raw_request("get", "/v1/accounts", limit=PAGE_SIZE)
            page = read_page("account", _named, answer.data)
        for stripe_id, told in page.items:
            ours = all(told.get(name) == value for name, value in metadata.items())
            if ours and metadata and stripe_id not in known:
                return str(stripe_id)
        return None

    def create_account(
        self, *, new: NewAccount, idempotency_key: str, api: AccountsApi | None = None
    ) -> tuple[str, AccountsApi]:
        """Open an account; return its id and the API that knows how to onboard it.

        Accounts v2 first; a platform that Stripe has not moved there answers so before
        anything is made, and then v1 is asked.

        :param api: what the operator knows the platform to be on; None: find out
        :raises StripeRefused: in Stripe's words: profile incomplete, country, …
        """
        if api == "v1":
            return self._create_v1(new, f"{idempotency_key}-v1"), "v1"
        try:
            return self._create_v2(new, f"{idempotency_key}-v2"), "v2"
        except GatewayError as error:
            if api == "v2" or _NO_V2 not in str(error).lower():
                raise
        return self._create_v1(new, f"{idempotency_key}-v1"), "v1"

    def _create_v2(self, new: NewAccount, idempotency_key: str) -> str:
        with stripe_errors():
            made = self._client.v2.core.accounts.create(
                cast("AccountCreateParamsV2", new.params_v2()),
                {"idempotency_key": idempotency_key},
            )
            return an_id(an_object(plain(made), "account"))

    def _create_v1(self, new: NewAccount, idempotency_key: str) -> str:
        with stripe_errors():
            made = self._client.v1.accounts.create(
                cast("AccountCreateParams", new.params_v1()),
                {"idempotency_key": idempotency_key},
            )
            return an_id(an_object(plain(made), "account"))

    def linked_account(self, *, stripe_id: str) -> AccountFacts:
        """Return an account of the platform (also a v2 one, in the shape of v1).

        :raises StripeUnauthorised: it is not linked (any more)
        """
        with stripe_errors():
            found = self._client.v1.accounts.retrieve(stripe_id)
            return AccountFacts.from_stripe(plain(found))

    def capabilities(self, *, stripe_id: str) -> Page:
        """Return the ways to be paid that were requested, and what each needs."""
        path = f"/v1/accounts/{stripe_id}/capabilities"
        with stripe_errors():
            answer = self._client.raw_request("get", path)
            return read_page("account", CapabilityFacts.from_stripe, answer.data)

    def request_capabilities(self, *, stripe_id: str, names: Iterable[str]) -> None:
        """Ask for ways to be paid; asking again for one changes nothing."""
        wanted: dict[str, Any] = {name: {"requested": True} for name in names}
        with stripe_errors():
            self._client.v1.accounts.update(
                stripe_id, cast("AccountUpdateParams", {"capabilities": wanted})
            )

    # === STRIPE'S PAGES === #

    def onboarding_url(
        self, *, stripe_id: str, api: AccountsApi, return_url: str, refresh_url: str
    ) -> str:
        """Return a page where the business tells Stripe what is still missing.

        It works once, for some minutes, for whoever has it: never store it.
        https://docs.stripe.com/api/account_links/create
        """
        urls = {"return_url": return_url, "refresh_url": refresh_url}
        if api == "v1":
            return self._onboarding_url_v1(stripe_id, urls)
        use_case = {
            "type": "account_onboarding",
            "account_onboarding": {**urls, "collection_options": _COLLECT},
        }
        with stripe_errors():
            params = {"account": stripe_id, "use_case": use_case}
            made = self._client.v2.core.account_links.create(
                cast("AccountLinkCreateParamsV2", params)
            )
            return text(an_object(plain(made), "link"), "url")

    def _onboarding_url_v1(self, stripe_id: str, urls: dict[str, str]) -> str:
        params = {
            "account": stripe_id,
            "type": "account_onboarding",
            "collection_options": _COLLECT,
            **urls,
        }
        with stripe_errors():
            made = self._client.v1.account_links.create(
                cast("AccountLinkCreateParams", params)
            )
            return text(an_object(plain(made), "link"), "url")

    def login_url(self, *, stripe_id: str) -> str:
        """Return the page of an account with Stripe's Express dashboard.

        https://docs.stripe.com/api/accounts/login_link
        """
        with stripe_errors():
            made = self._client.v1.accounts.login_links.create(stripe_id)
            return text(an_object(plain(made), "link"), "url")

    # === OAUTH === #

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        """Return Stripe's page where the owner of an account lets us in.

        https://docs.stripe.com/connect/oauth-reference#get-authorize
        """
        return self._client.oauth.authorize_url(
            {
                "response_type": "code",
                "scope": "read_write",
                "state": state,
                "redirect_uri": redirect_uri,
                "stripe_landing": "login",
                "always_prompt": True,
            }
        )

    def authorise(self, *, code: str) -> AuthorisationFacts:
        """Redeem the code of Stripe's callback, once.

        :raises StripeRefused: used, expired, or not for this platform
        """
        with stripe_errors():
            answer = self._client.oauth.token(
                {"grant_type": "authorization_code", "code": code}
            )
            return AuthorisationFacts.from_stripe(plain(answer))

    def deauthorise(self, *, stripe_id: str) -> None:
        """Give up access to an account.

        :raises StripeGone: we had none any more
        """
        try:
            with stripe_errors():
                self._client.oauth.deauthorize({"stripe_user_id": stripe_id})
        except StripeRefused as error:
            if error.code != "invalid_client":
                raise
            raise StripeGone(str(error), code=error.code) from error


def _named(account: Json) -> tuple[str, Json]:
    """Return (id, metadata) of an account."""
    return an_id(an_object(account, "account")), detail(account, "metadata")
