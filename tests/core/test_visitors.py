"""A proxy that nobody declared must not be taken for one very busy visitor."""

import pytest

from odoo.addons.kash_stripe_connect.core.visitors import own_address

PUBLIC, OFFICE = "93.184.216.34", "10.1.2.3"


@pytest.mark.parametrize(
    ("peer", "forwarded", "declared", "own"),
    [
        (PUBLIC, False, False, PUBLIC),
        (PUBLIC, True, False, None),
        (OFFICE, False, False, None),
        ("127.0.0.1", True, False, None),
        (PUBLIC, True, True, PUBLIC),
        (OFFICE, True, True, OFFICE),
        (f"::ffff:{PUBLIC}", False, False, PUBLIC),
        ("2606:4700:1:2:3:4:5:6", False, False, "2606:4700:1:2::/64"),
        ("fe80::1", False, False, None),
        ("unix:", False, False, None),
        ("", True, True, None),
    ],
)
def test_an_address_counts_where_it_is_the_visitors_own(peer, forwarded, declared, own):
    """Else the link alone is counted."""
    assert own_address(peer, forwarded=forwarded, declared=declared) == own
