# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Verbs to ask Stripe; each returns facts and raises one of the four errors."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import stripe

from ..core.account_facts import AccountFacts
from ..core.dispute_facts import DisputeFacts, FraudWarningFacts
from ..core.facts import (
    BalanceFacts,
    BalanceTransactionFacts,
    ChargeFacts,
    IntentFacts,
    RefundFacts,
)
from ..core.lists import Page, read_page
from ..core.payout_facts import PayoutFacts
from ..core.session_facts import SessionFacts
from ..core.ways import SettingsFacts
from . import patience
from .errors import (
    StripeGone,
    StripeRefused,
    StripeUnauthorised,
    StripeUnreachable,
    plain,
    stripe_errors,
)
from .registered import API_VERSION, Registered
from .transport import http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

    from ..core.permissions import Permission
    from ..core.reading import Json

PAGE_SIZE = 100
# Who is asked to wait longer leaves, and comes back.
_LONGEST_PAUSE = 20
# What a session is fetched with: everything a payment is made of, in one request.
# A debit that failed has a second row, which took the first back.
_CHARGE_EXPAND = ["balance_transaction", "failure_balance_transaction"]
_INTENT_EXPAND = [f"latest_charge.{name}" for name in _CHARGE_EXPAND]
_SESSION_EXPAND = [f"payment_intent.{name}" for name in _INTENT_EXPAND]


@dataclass(frozen=True)
class Bases:
    """The addresses of Stripe; other ones only for an emulator on this machine."""

    api: str = "https://api.stripe.com"
    connect: str = "https://connect.stripe.com"


class Gateway(Registered):
    """One Stripe account, seen through its own key or through a platform's."""

    def __init__(
        self,
        api_key: str,
        *,
        bases: Bases,
        stripe_account: str | None = None,
        client_id: str | None = None,
        retries: int = 2,
    ) -> None:
        """Prepare calls; ``retries`` sleep in the caller, so 0–1 in a web request.

        The package itself asks again after a lost connection, 409 and 5xx, but not
        after 429, and does not read ``Retry-After``: lists do both (:meth:`_list`).

        :param stripe_account: whom a platform's key acts for; None for its own account
        """
        self._retries = retries
        self._client = stripe.StripeClient(
            api_key,
            stripe_account=stripe_account,
            client_id=client_id,
            stripe_version=API_VERSION,
            base_addresses={"api": bases.api, "connect": bases.connect},
            max_network_retries=retries,
            http_client=http(),
        )

    # === ACCOUNT === #

    def account(self) -> AccountFacts:
        """Return the account the calls are made for (``GET /v1/account``)."""
        with stripe_errors():
            found = self._client.v1.accounts.retrieve_current()
            return AccountFacts.from_stripe(plain(found))

    def missing(self, permissions: Iterable[Permission]) -> list[Permission]:
        """Return which of ``permissions`` the key lacks, by asking for each.

        :raises StripeUnauthorised: the key is not accepted at all
        :raises StripeUnreachable: no answer
        """
        return [asked for asked in permissions if not self._may(asked)]

    def _may(self, permission: Permission) -> bool:
        try:
            with stripe_errors():
                self._client.raw_request(
                    permission.method, permission.path, **permission.params
                )
        except StripeUnauthorised as error:
            if permission.slug.rsplit("_", 1)[0] not in str(error):
                raise
            return False
        except (StripeRefused, StripeGone):
            return True  # refused for its parameters: it got past the permission
        return True

    def balance(self) -> BalanceFacts:
        """Return what Stripe holds now, by currency."""
        with stripe_errors():
            found = self._client.v1.balance.retrieve()
            return BalanceFacts.from_stripe(plain(found))

    def method_settings(self) -> Page:
        """Return the ways to pay as the account's owner turned them on and off."""
        with stripe_errors():
            answer = self._client.raw_request(
                "get", "/v1/payment_method_configurations", limit=PAGE_SIZE
            )
            return read_page("account", SettingsFacts.from_stripe, answer.data)

    # === CHECKOUT === #

    def create_session(
        self, *, params: Mapping[str, Any], idempotency_key: str
    ) -> SessionFacts:
        """Create a Checkout Session; the same key and params give the same session."""
        with stripe_errors():
            made = self._client.v1.checkout.sessions.create(
                cast("SessionCreateParams", params),
                {"idempotency_key": idempotency_key},
            )
            return SessionFacts.from_stripe(plain(made))

    def session(self, *, session_id: str) -> SessionFacts:
        """Return a session with its intent, charge and balance transaction."""
        with stripe_errors():
            found = self._client.v1.checkout.sessions.retrieve(
                session_id, {"expand": _SESSION_EXPAND}
            )
            return SessionFacts.from_stripe(plain(found))

    def expire_session(self, *, session_id: str) -> SessionFacts:
        """Make an open session unpayable.

        :raises StripeRefused: it is not open any more; fetch it to learn what it is
        """
        with stripe_errors():
            found = self._client.v1.checkout.sessions.expire(session_id)
            return SessionFacts.from_stripe(plain(found))

    # === PAYMENTS === #

    def intent(self, *, intent_id: str) -> IntentFacts:
        """Return a payment intent with its latest charge and its row."""
        with stripe_errors():
            found = self._client.v1.payment_intents.retrieve(
                intent_id, {"expand": _INTENT_EXPAND}
            )
            return IntentFacts.from_stripe(plain(found))

    def charge(self, *, charge_id: str) -> ChargeFacts:
        """Return a charge with its rows: how it came, and how it was taken back."""
        with stripe_errors():
            found = self._client.v1.charges.retrieve(
                charge_id, {"expand": _CHARGE_EXPAND}
            )
            return ChargeFacts.from_stripe(plain(found))

    def create_refund(
        self,
        *,
        charge_id: str,
        amount: int,
        metadata: Mapping[str, str],
        idempotency_key: str,
    ) -> RefundFacts:
        """Give ``amount`` (minor units) of a charge back.

        :raises StripeRefused: disputed, refunded already, more than is left, …
        """
        params: RefundCreateParams = {
            "charge": charge_id,
            "amount": amount,
            "metadata": dict(metadata),
        }
        with stripe_errors():
            made = self._client.v1.refunds.create(
                params, {"idempotency_key": idempotency_key}
            )
            return RefundFacts.from_stripe(plain(made))

    def refund(self, *, refund_id: str) -> RefundFacts:
        """Return a refund; some end without a balance transaction to tell of it."""
        with stripe_errors():
            found = self._client.v1.refunds.retrieve(refund_id)
            return RefundFacts.from_stripe(plain(found))

    def refunds_of(
        self, *, charge_id: str | None = None, intent_id: str | None = None
    ) -> Page:
        """Return the refunds of a charge, or of an intent (the newest hundred)."""
        read = RefundFacts.from_stripe
        asked = {"charge": charge_id, "payment_intent": intent_id}
        return self._list("refund", read, "/v1/refunds", **asked)

    def sessions_of(self, *, intent_id: str) -> Page:
        """Return the session that a payment intent is of: one, or none."""
        read, path = SessionFacts.from_stripe, "/v1/checkout/sessions"
        return self._list("checkout.session", read, path, payment_intent=intent_id)

    def sessions_page(
        self, *, since: int, status: str | None = None, cursor: str | None = None
    ) -> Page:
        """Return a page of the sessions created since (epoch), newest first.

        :param status: only those that are *open*, say
        """
        return self._list(
            "checkout.session",
            SessionFacts.from_stripe,
            "/v1/checkout/sessions",
            created={"gte": since},
            status=status,
            starting_after=cursor,
        )

    def balance_transactions_page(
        self, *, since: int, until: int, cursor: str | None = None
    ) -> Page:
        """Return a page of the rows created in [since, until), newest first.

        The source comes expanded: a row then tells whose payment it is without a
        request of its own.
        """
        return self._list_rows(
            created={"gte": since, "lt": until},
            expand=["data.source"],
            starting_after=cursor,
        )

    def pending_debits_page(
        self, *, since: int, until: int, cursor: str | None = None
    ) -> Page:
        """Return a page of rows of bank debits and the like created in [since, until).

        Cards are another type: there are few of these. The source, a charge, comes
        expanded: its status tells whether the bank may still refuse.
        """
        return self._list_rows(
            created={"gte": since, "lt": until},
            type="payment",
            expand=["data.source"],
            starting_after=cursor,
        )

    def balance_transaction(self, *, txn_id: str) -> BalanceTransactionFacts:
        """Return one row with its source."""
        with stripe_errors():
            found = self._client.v1.balance_transactions.retrieve(
                txn_id, {"expand": ["source"]}
            )
            return BalanceTransactionFacts.from_stripe(plain(found))

    def listed_row(self, *, txn_id: str) -> BalanceTransactionFacts:
        """Return one row as lists do: what is wrong with it is its own problem."""
        with stripe_errors():
            found = self._client.v1.balance_transactions.retrieve(
                txn_id, {"expand": ["source"]}
            )
            return BalanceTransactionFacts.from_list(plain(found))

    # === PAYOUTS === #

    def payout(self, *, payout_id: str) -> PayoutFacts:
        """Return a payout with the bank account or card it goes to."""
        with stripe_errors():
            found = self._client.v1.payouts.retrieve(
                payout_id, {"expand": ["destination"]}
            )
            return PayoutFacts.from_stripe(plain(found))

    def payouts_page(
        self, *, since: int, until: int, cursor: str | None = None
    ) -> Page:
        """Return a page of the payouts created in [since, until), newest first."""
        return self._list(
            "payout",
            PayoutFacts.from_stripe,
            "/v1/payouts",
            created={"gte": since, "lt": until},
            expand=["data.destination"],
            starting_after=cursor,
        )

    def rows_of_payout_page(self, *, payout_id: str, cursor: str | None = None) -> Page:
        """Return a page of the rows an automatic payout is made of, its own included.

        :raises StripeRefused: Stripe does not say, of manual and instant ones
        """
        return self._list_rows(payout=payout_id, starting_after=cursor)

    # === DISPUTES === #

    def dispute(self, *, dispute_id: str) -> DisputeFacts:
        """Return a dispute with the rows that moved its money so far."""
        with stripe_errors():
            found = self._client.v1.disputes.retrieve(dispute_id)
            return DisputeFacts.from_stripe(plain(found))

    def disputes_page(self, *, since: int, cursor: str | None = None) -> Page:
        """Return a page of the disputes opened since (epoch), newest first."""
        return self._list(
            "dispute",
            DisputeFacts.from_stripe,
            "/v1/disputes",
            created={"gte": since},
            starting_after=cursor,
        )

    def fraud_warning(self, *, warning_id: str) -> FraudWarningFacts:
        """Return a warning of the customer's bank that a payment may be fraud."""
        with stripe_errors():
            found = self._client.v1.radar.early_fraud_warnings.retrieve(warning_id)
            return FraudWarningFacts.from_stripe(plain(found))

    # === HELPERS === #

    def _list_rows(self, **params: Any) -> Page:
        read = BalanceTransactionFacts.from_list
        return self._list("row", read, "/v1/balance_transactions", **params)

    def _list(
        self, kind: str, read: Callable[[Json], Any], path: str, **params: Any
    ) -> Page:
        """Return a page; when Stripe is busy, wait and ask again.

        :param kind: what its items are, by which each can be asked for by itself
        :param read: makes facts of one item
        """
        for tries in range(self._retries):
            try:
                return self._list_once(kind, read, path, params)
            except StripeUnreachable as error:
                pause = 2**tries if error.retry_after is None else error.retry_after
                if not error.busy or pause > patience.seconds(_LONGEST_PAUSE):
                    raise
                time.sleep(pause)
        return self._list_once(kind, read, path, params)

    def _list_once(
        self,
        kind: str,
        read: Callable[[Json], Any],
        path: str,
        params: Mapping[str, Any],
    ) -> Page:
        # Plain dicts: turning a page into objects costs the package ten times more.
        given = {name: value for name, value in params.items() if value is not None}
        with stripe_errors():
            answer = self._client.raw_request("get", path, limit=PAGE_SIZE, **given)
            return read_page(kind, read, answer.data)
