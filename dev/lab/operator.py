"""The operator of the demo: a Stripe platform at the emulator, and its secrets."""

import stripe

from dev.lab import web
from dev.stripe_emulator import API_VERSION

PLATFORM = {
    "id": "acct_1KashLabPlatform",
    "business_name": "Kash Hosting",
    "country": "US",
    "currency": "usd",
    "email": "operator@kashhosting.example",
    "secret_key": "sk_test_KashLabPlatformSecret",
    "publishable_key": "pk_test_KashLabPlatformPublishable",
    "client_id": "ca_KashLabPlatform",
}
# An account somebody had before, to be connected by its owner.
EXISTING = {
    "id": "acct_1KashLabQuayStreet",
    "business_name": "Quay Street Coffee",
    "country": "US",
    "currency": "usd",
    "email": "hello@quaystreet.example",
    "timezone": "America/Los_Angeles",
}


def set_up_platform(port: int, stripe_url: str, odoo_url: str) -> dict[str, str]:
    """Open the platform at the emulator and return the environment Odoo needs for it.

    The endpoint is made anew at each start, for its secret is told only then.
    """
    known = web.get(port, "/_control/accounts")
    if PLATFORM["id"] not in known:
        web.post(port, "/_control/platforms", PLATFORM)
        web.post(port, "/_control/accounts", EXISTING)
    web.post(
        port,
        "/_control/platforms/update",
        {
            "platform_id": PLATFORM["id"],
            "redirect_uris": [f"{odoo_url}/kash/connect/oauth"],
        },
    )
    return {
        "KASH_STRIPE_PLATFORM_SECRET_KEY": PLATFORM["secret_key"],
        "KASH_STRIPE_PLATFORM_PUBLISHABLE_KEY": PLATFORM["publishable_key"],
        "KASH_STRIPE_PLATFORM_CLIENT_ID": PLATFORM["client_id"],
        "KASH_STRIPE_PLATFORM_WEBHOOK_SECRET": _new_endpoint(stripe_url, odoo_url),
    }


def _new_endpoint(stripe_url: str, odoo_url: str) -> str:
    """Register the one endpoint for all linked accounts; return its secret."""
    endpoints = stripe.StripeClient(
        PLATFORM["secret_key"],
        base_addresses={"api": stripe_url},
        stripe_version=API_VERSION,
    ).v1.webhook_endpoints
    for old in endpoints.list().data:
        endpoints.delete(old.id)
    made = endpoints.create(
        {
            "url": f"{odoo_url}/kash/webhook/connect",
            "enabled_events": ["*"],
            "connect": True,
        }
    )
    assert made.secret  # noqa: S101 - told at creation, and only then
    return made.secret
