"""Setting off: the first credit against the first debt, to the last unit."""

import pytest

from odoo.addons.kash_stripe_connect.core import netting


@pytest.mark.parametrize(
    ("debts", "credits", "pairs"),
    [
        ([10000, 5000], [], []),
        ([10000, 5000], [2000], [(0, 0, 2000)]),
        ([2000, 5000], [3000], [(0, 0, 2000), (0, 1, 1000)]),
        ([2000, 5000], [500, 2500], [(0, 0, 500), (1, 0, 1500), (1, 1, 1000)]),
        ([2000], [3000, 100], [(0, 0, 2000)]),
        ([0, 100], [50], [(0, 1, 50)]),
    ],
)
def test_the_first_debts_are_set_off_first(debts, credits, pairs):
    assert netting.net(debts, credits) == pairs


@pytest.mark.parametrize(
    ("debts", "credits", "pairs"),
    [
        ([10000, 5000], [2000], [(0, 1, 2000)]),
        ([10000, 5000], [6000], [(0, 0, 1000), (0, 1, 5000)]),
        ([5000, 1000], [500, 800], [(0, 1, 500), (1, 0, 300), (1, 1, 500)]),
    ],
)
def test_a_credit_goes_to_debts_of_its_account_first(debts, credits, pairs):
    """What is left goes to others: all of it was netted."""
    assert netting.net(debts, credits, "ab", "b" * len(credits)) == pairs
