"""Helpers of the emulator's tests: the SDK's client, a session's parameters."""

import copy

import stripe

from dev.stripe_emulator import API_VERSION

stripe.enable_telemetry = False

SESSION = {
    "mode": "payment",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 10000,
                "product_data": {"name": "Invoice INV/2026/0042"},
            },
        }
    ],
    "metadata": {"link": "L1"},
    "payment_intent_data": {"description": "INV/2026/0042", "metadata": {"move": "7"}},
    "success_url": "https://example.com/done?cs={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://example.com/back",
}


def client_for(emulator, key, **options):
    """Return a client of the real package, pointed at the emulator."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": emulator.url, "connect": emulator.url},
        **{"max_network_retries": 0, "stripe_version": API_VERSION, **options},
    )


def session_params(amount=None, currency=None, **changes):
    """Return good parameters of a session, but for the changes."""
    params = {**copy.deepcopy(SESSION), **changes}
    price = params["line_items"][0]["price_data"]
    price["unit_amount"] = price["unit_amount"] if amount is None else amount
    price["currency"] = currency or price["currency"]
    return {name: value for name, value in params.items() if value is not None}


def new_session(client, *, idempotency_key=None, **changes):
    """Open a session."""
    options = {"idempotency_key": idempotency_key} if idempotency_key else {}
    return client.v1.checkout.sessions.create(session_params(**changes), options)
