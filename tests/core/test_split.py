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


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (14, [50, 50, 50, 5], [5, 5, 4, 0]),
        (-10, [1, 1, 1], [-3, -3, -4]),
        (5, [110, -55], [10, -5]),
        (-5, [-110, 55], [-10, 5]),
        (0, [1, -1], [0, 0]),
        (0, [], []),
    ],
)
def test_cents_are_spread_where_rounding_took_most(total, weights, parts):
    """A thousand sales share a day's cents; none of them bears all."""
    found = split.by_remainder(total, weights)
    assert sorted(found) == sorted(parts)
    assert sum(found) == total


def test_no_part_is_a_whole_unit_off_its_share():
    """Of a hundred equal ones as of three."""
    assert set(split.by_remainder(1050, [7] * 100)) == {10, 11}


def test_a_total_over_weights_of_nothing_is_no_share():
    """No guess is made."""
    with pytest.raises(ZeroDivisionError):
        split.by_remainder(1, [1, -1])


def test_parts_that_follow_each_other_are_the_whole():
    """A third, a third, and what is left."""
    parts, before = [], 0
    for own in (3667, 3667, 3666):
        parts.append(
            split.next_part(1000, sum(parts), own=own, before=before, whole=11000)
        )
        before += own
    assert parts == [333, 334, 333]


def test_more_than_the_whole_takes_no_more_than_the_total():
    """An amount that was worked out from a rate may be a unit too large."""
    assert split.next_part(1000, 0, own=101, before=0, whole=100) == 1000
