"""A demo with a real Stripe account: test keys only, and a whole pair."""

import pytest

from dev.lab.errors import LabError
from dev.lab.stack import Keys

SECRET, PUBLISHABLE = "sk_test_51abc", "pk_test_51abc"


def given(secret="", publishable=""):
    """Return an environment with these keys."""
    return {"STRIPE_SECRET_KEY": secret, "STRIPE_PUBLISHABLE_KEY": publishable}


def test_without_keys_the_emulator_is_used():
    """Most people have none at hand."""
    assert Keys.from_environment({}) is None


@pytest.mark.parametrize("secret", [SECRET, "rk_test_51abc"])
def test_a_pair_of_test_keys_is_taken(secret):
    """Secret or restricted."""
    assert Keys.from_environment(given(secret, PUBLISHABLE)) == Keys(
        secret, PUBLISHABLE
    )


@pytest.mark.parametrize(
    ("secret", "publishable"),
    [
        ("sk_live_51abc", PUBLISHABLE),
        (SECRET, "pk_live_51abc"),
        (SECRET, ""),
        ("", PUBLISHABLE),
    ],
)
def test_live_keys_and_half_pairs_are_refused(secret, publishable):
    """A demo must never move real money."""
    with pytest.raises(LabError, match="STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY"):
        Keys.from_environment(given(secret, publishable))
