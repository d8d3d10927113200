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
