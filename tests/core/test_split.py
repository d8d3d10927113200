"""An amount divided: the parts are the whole, to the last cent."""

import pytest

from odoo.addons.kash_stripe_connect.core import split


@pytest.mark.parametrize(
    ("total", "room", "parts"),
    [
        (70, [40, 60], [40, 30]),
        (40, [40, 60], [40, 0]),
        (10, [0, 60], [0, 10]),
        (10, [-5, 60], [0, 10]),
    ],
)
def test_the_newest_is_filled_first(total, room, parts):
    """Room that is used up, or more than used up, takes nothing."""
    assert split.newest_first(total, room) == parts


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (50, [40, 60], [20, 30]),
        (100, [1, 1, 1], [34, 33, 33]),
        (3333, [4000, 9000, 280, 1710], [889, 2002, 62, 380]),
        (50, [110, -10], [55, -5]),
    ],
)
def test_shares_add_up_to_the_whole(total, weights, parts):
    """Rounded half away from zero; the rest stands on the biggest."""
    assert split.pro_rata(total, weights) == parts
    assert sum(parts) == total


def test_the_rest_has_the_place_it_is_given():
    """A tax is its share; the difference belongs to a line."""
    assert split.pro_rata(100, [1, 1, 1], rest_to=2) == [33, 33, 34]


def test_weights_of_nothing_divide_nothing():
    """No guess is made."""
    with pytest.raises(ZeroDivisionError):
        split.pro_rata(1, [1, -1])
