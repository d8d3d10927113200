# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which way money goes back to who paid it."""

import pytest

from odoo.addons.kash_stripe_connect.core import methods, refunds


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("boleto", "none"),
        ("oxxo", "none"),
        ("konbini", "details"),
        ("multibanco", "details"),
        ("sepa_debit", "back"),
        ("card", "back"),
        ("something_new", "back"),
    ],
)
def test_the_way_back_follows_from_the_way_it_came(kind, expected):
    """As receipts name it: of more than that nothing is kept."""
    paid = methods.PaidWith(kind=kind)
    assert refunds.way_back(paid.receipt) == expected


def test_of_a_payer_who_was_forgotten_stripe_says_it():
    """Nothing is known of how it was paid."""
    assert refunds.way_back(None) == "back"
