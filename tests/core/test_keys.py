"""What a key tells by its looks, and what of it may be shown."""

import pytest

from odoo.addons.kash_stripe_connect.core import keys

BODY = "51Kash" + "a" * 20


@pytest.mark.parametrize(
    ("prefix", "kind", "livemode"),
    [
        ("sk_test_", "secret", False),
        ("sk_live_", "secret", True),
        ("rk_test_", "restricted", False),
        ("rk_live_", "restricted", True),
        ("pk_test_", "publishable", False),
        ("pk_live_", "publishable", True),
    ],
)
def test_the_prefix_tells_kind_and_mode(prefix, kind, livemode):
    """So that a wrong key is named before anything is sent."""
    assert keys.read_key(prefix + BODY) == keys.KeyFacts(kind, livemode)


@pytest.mark.parametrize("text", ["", "hello", "sk_", "sk_prod_abcdef", "whsec_abcdef"])
def test_what_is_no_key_is_none(text):
    """Anything else is refused, not tried."""
    assert keys.read_key(text) is None


def test_a_masked_key_is_recognisable_but_useless():
    """Mode and last four, as Stripe's dashboard shows it."""
    assert keys.mask_key("sk_live_" + BODY) == "sk_live_…aaaa"


@pytest.mark.parametrize("text", ["hunter2", "sk_test_12", ""])
def test_what_is_too_short_to_mask_is_not_shown_at_all(text):
    """The end of a short secret is the secret."""
    assert keys.mask_key(text) == "…"
