"""An emulator with one account, and the real `stripe` package talking to it."""

import pytest
import stripe
from emulator_sdk import client_for

from dev.stripe_emulator import StripeEmulator


@pytest.fixture
def emulator():
    """Run an emulator whose ids and time are always the same."""
    with StripeEmulator(seed=1, now=1763800000) as running:
        yield running


@pytest.fixture
def account(emulator):
    """Open the account of a small shop."""
    return emulator.create_account(
        business_name="Hill Street Books", timezone="America/New_York"
    )


@pytest.fixture
def client(emulator, account) -> stripe.StripeClient:
    """Return the SDK's client with the shop's secret key."""
    return client_for(emulator, account.secret_key)
