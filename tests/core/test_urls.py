"""Where keys may be sent, and where Stripe can ring."""

import pytest

from odoo.addons.kash_stripe_connect.core import urls

STRIPE = "https://api.stripe.com"


@pytest.mark.parametrize(
    ("base", "allowed"),
    [
        ("https://api.stripe.com", True),
        ("https://connect.stripe.com", True),
        ("http://127.0.0.1:4000", True),
        ("http://localhost:4000", True),
        ("http://[::1]:4000", True),
        ("http://api.stripe.com", False),
        ("https://api.stripe.com.example.com", False),
        ("https://evilstripe.com", False),
        ("https://127.0.0.1.example.com", False),
        ("https://user:pass@api.stripe.com", False),
        ("ftp://127.0.0.1", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_a_key_is_sent_to_stripe_or_this_machine_only(base, allowed):
    """A system parameter must not be able to leak a live key."""
    assert urls.is_allowed_base(base) is allowed


@pytest.mark.parametrize(
    ("url", "api_base", "possible"),
    [
        ("https://books.example.com/x", STRIPE, True),
        ("http://books.example.com/x", STRIPE, False),
        ("https://127.0.0.1/x", STRIPE, False),
        ("https://10.0.0.7/x", STRIPE, False),
        ("https://odoo.local/x", STRIPE, False),
        ("https://odoo/x", STRIPE, False),
        ("http://127.0.0.1:8069/x", "http://127.0.0.1:4000", True),
        ("http://odoo.lan/x", "http://127.0.0.1:4000", False),
        ("https://[books.example.com/x", STRIPE, False),
    ],
)
def test_stripe_can_ring_where_it_can_reach(url, api_base, possible):
    """An endpoint that Stripe can never call would look like a working one."""
    assert urls.can_be_called(url, api_base=api_base) is possible


@pytest.mark.parametrize(
    ("url", "other", "same"),
    [
        ("https://a.example.com", "https://a.example.com/x", True),
        ("https://a.example.com", "http://a.example.com", True),
        ("https://a.example.com:8443", "https://a.example.com", False),
        ("https://a.example.com", "https://b.example.com", False),
        ("null", "https://a.example.com", False),
        ("http://[::1", "http://[::1", False),
        ("", "", False),
    ],
)
def test_an_origin_is_ours_by_its_host(url, other, same):
    """Whatever the scheme: a proxy may have ended TLS before Odoo."""
    assert urls.same_host(url, other) is same
