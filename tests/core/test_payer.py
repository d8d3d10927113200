"""E-mail addresses in what merchants write."""

import pytest

from odoo.addons.kash_stripe_connect.core import payer


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com",
        "Order 7, Ada@Example.com.",
        "email=ada@example.com&order=7",
        "mailto:'ada@example.com'",
        "REFUND FOR CHARGE (Books for ada@example.com)",
        "Grace <grace@example.com>, Ada <ada@example.com>",
    ],
)
def test_an_address_is_found_among_other_words(text):
    """However a merchant writes it."""
    assert payer.names(text, "ada@example.com")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "nada@example.com",
        "x-ada@example.com",
        "ada@example.com.au",
        "ada@example.community",
        "a.da@example.com",
        "o&ada@example.com",
        "50%ada@example.com, of somebody else",
    ],
)
def test_an_address_is_not_found_in_anothers(text):
    """Somebody else's payment would be emptied."""
    assert not payer.names(text, "ada@example.com")


def test_an_address_is_left_out_of_a_text():
    """The rest is what the merchant wrote."""
    told = "Order 7 (ada@example.com)"
    assert payer.without_addresses(told) == "Order 7 (…)"
    assert payer.without_addresses("Order 7") == "Order 7"
    assert payer.without_addresses(None) is None


@pytest.mark.parametrize("address", ["o&b@example.com", "a%b@example.com"])
def test_an_address_of_rare_letters_is_found_where_it_stands_by_itself(address):
    """RFC 5322 allows them, and so does Stripe."""
    assert payer.names(f"Sent to {address}, twice", address)


def test_an_address_is_found_in_capitals_that_odoo_keeps():
    """Odoo's normalisation leaves the case of letters outside ASCII."""
    assert payer.names("Ünal@example.com", "Ünal@example.com")
