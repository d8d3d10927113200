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


def platform_client(emulator, platform, *, live=False, **options):
    """Return a client with a platform's key and `ca_…`."""
    key = platform.live_secret_key if live else platform.secret_key
    client_id = platform.live_client_id if live else platform.client_id
    return client_for(emulator, key, client_id=client_id, **options)


def account_params(**changes):
    """Return good parameters of a v1 account, but for the changes."""
    return {
        "country": "US",
        "email": "ada@example.com",
        "business_profile": {"name": "Hill Street Books"},
        "capabilities": {
            "card_payments": {"requested": True},
            "transfers": {"requested": True},
        },
        "metadata": {"company": "1"},
        **changes,
    }


def account_v2_params(**changes):
    """Return good parameters of a v2 account, but for the changes."""
    capabilities = ("card_payments", "ach_debit_payments")
    requested = {name: {"requested": True} for name in capabilities}
    return {
        "contact_email": "ada@example.com",
        "display_name": "Hill Street Books",
        "dashboard": "full",
        "identity": {"country": "us"},
        "defaults": {
            "currency": "usd",
            "responsibilities": {
                "fees_collector": "stripe",
                "losses_collector": "stripe",
            },
        },
        "configuration": {"merchant": {"capabilities": requested}},
        "metadata": {"company": "1"},
        "include": ["configuration.merchant", "defaults", "requirements"],
        **changes,
    }


def link_params(account="acct_x", **changes):
    """Return good parameters of an account link, but for the changes."""
    return {
        "account": account,
        "type": "account_onboarding",
        "refresh_url": "https://example.com/refresh",
        "return_url": "https://example.com/return",
        **changes,
    }


def link_v2_params(account="acct_x", **changes):
    """Return good parameters of a v2 account link, but for the changes."""
    onboarding = {
        "refresh_url": "https://example.com/refresh",
        "return_url": "https://example.com/return",
    }
    use_case = {"type": "account_onboarding", "account_onboarding": onboarding}
    return {"account": account, "use_case": use_case, **changes}


def event_types(emulator, *, since=0):
    """Return the types of all events, oldest first, but for the first `since`."""
    return [event["type"] for event in emulator.objects("event")][since:]


def last_row(emulator):
    """Return the newest balance transaction as (type, category, amount, fee, net)."""
    row = emulator.objects("balance_transaction")[-1]
    names = ("type", "reporting_category", "amount", "fee", "net")
    return tuple(row[name] for name in names)


def held(emulator, account, currency="usd"):
    """Return what an account has, available and pending together, and prove it."""
    emulator.check_invariant()
    return sum(emulator.balance(account, currency).values())


def give_debits(emulator, account):
    """Give an account the capabilities for all bank debits."""
    names = ("us_bank_account_ach", "bacs_debit", "sepa_debit")
    active = {f"{name}_payments": "active" for name in names}
    known = emulator.object(account.id)["capabilities"]
    emulator.update_account(account.id, capabilities={**known, **active})
