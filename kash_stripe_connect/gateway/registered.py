# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe is told of the addresses of this Odoo: where to ring, where to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..core.account_facts import EndpointFacts
from .errors import plain, stripe_errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import stripe
    from stripe.params import WebhookEndpointCreateParams, WebhookEndpointUpdateParams

API_VERSION = "2026-10-28.endive"


class Registered:
    """The verbs of a gateway that are about addresses of ours."""

    _client: stripe.StripeClient

    # === WALLETS === #

    def register_domain(self, *, host: str) -> None:
        """Let wallets be shown in forms of Stripe's on pages of ``host``."""
        with stripe_errors():
            self._client.v1.payment_method_domains.create({"domain_name": host})

    # === WEBHOOKS === #

    def create_endpoint(
        self,
        *,
        url: str,
        events: Sequence[str],
        metadata: Mapping[str, str],
        idempotency_key: str,
    ) -> EndpointFacts:
        """Register a webhook endpoint; only this answer ever carries its secret."""
        with stripe_errors():
            # Event names come from core.events and the version may be newer than the
            # package's list of Literals: Stripe itself refuses what it does not know.
            params = cast(
                "WebhookEndpointCreateParams",
                {
                    "url": url,
                    "enabled_events": list(events),
                    "api_version": API_VERSION,
                    "metadata": dict(metadata),
                },
            )
            made = self._client.v1.webhook_endpoints.create(
                params, {"idempotency_key": idempotency_key}
            )
            return EndpointFacts.from_stripe(plain(made))

    def endpoint(self, *, endpoint_id: str) -> EndpointFacts:
        """Return a webhook endpoint.

        :raises StripeGone: somebody removed it
        """
        with stripe_errors():
            found = self._client.v1.webhook_endpoints.retrieve(endpoint_id)
            return EndpointFacts.from_stripe(plain(found))

    def mend_endpoint(
        self,
        *,
        endpoint_id: str,
        url: str | None,
        events: Sequence[str],
        metadata: Mapping[str, str],
    ) -> EndpointFacts:
        """Let an endpoint ring again for these events, at this address or its own."""
        params = cast(
            "WebhookEndpointUpdateParams",
            {
                **({"url": url} if url else {}),
                "enabled_events": list(events),
                "metadata": dict(metadata),
                "disabled": False,
            },
        )
        with stripe_errors():
            mended = self._client.v1.webhook_endpoints.update(endpoint_id, params)
            return EndpointFacts.from_stripe(plain(mended))

    def delete_endpoint(self, *, endpoint_id: str) -> None:
        """Remove a webhook endpoint."""
        with stripe_errors():
            self._client.v1.webhook_endpoints.delete(endpoint_id)
