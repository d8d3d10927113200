"""A page of a list: each item by itself, and a cursor in any case."""

import pytest

from odoo.addons.kash_stripe_connect.core.lists import Unread, read_page
from odoo.addons.kash_stripe_connect.core.reading import BadFact, an_id, an_object
from odoo.addons.kash_stripe_connect.gateway import errors


def read(item):
    """Read something that has but an id."""
    return an_id(an_object(item, "thing"))


def page(*items, more=False):
    """Read an answer with these items."""
    return read_page("payout", read, {"data": list(items), "has_more": more})


def test_a_bad_item_is_told_beside_the_good_ones():
    """It keeps none of them away, and is not forgotten."""
    found = page({"id": "a"}, "text", {"id": "b"}, {"id": 7}, {"id": "x" * 256})
    assert found.items == ("a", "b")
    assert found.unread == (
        Unread("payout", None, "Stripe's thing is text ('text'), not an object"),
        Unread(
            "payout", None, "Stripe's object has a whole number (7) as 'id', not text"
        ),
        Unread(
            "payout",
            None,
            f"Stripe's object has text ('{'x' * 39}…) as 'id', not an id",
        ),
    )


def test_a_bad_item_is_named_where_it_says_who_it_is():
    """So it can be asked for by itself."""

    def strict(item):
        raise BadFact("no", field="amount")

    found = read_page("refund", strict, {"data": [{"id": "re_1"}], "has_more": False})
    assert found.unread == (Unread("refund", "re_1", "no"),)


def test_an_item_nested_too_deeply_keeps_no_other_away():
    """Python gives up on it where the wire did not."""

    def endless(item):
        return endless(item) if item["id"] == "b" else item["id"]

    answer = {"data": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "has_more": False}
    found = read_page("dispute", endless, answer)
    assert found.items == ("a", "c")
    why = "Stripe's dispute is nested too deeply"
    assert found.unread == (Unread("dispute", "b", why),)


def test_an_answer_nested_too_deeply_is_unclear():
    """What was asked may be done."""
    with pytest.raises(errors.StripeRefused) as refused, errors.stripe_errors():
        raise RecursionError
    assert refused.value.unclear


@pytest.mark.parametrize(
    ("items", "cursor"),
    [
        ([{"id": "a"}, {"id": "b"}], "b"),
        ([{"id": "a"}, {"id": None}], "a"),
        ([{"id": "a"}, "text"], "a"),
    ],
)
def test_the_next_page_is_asked_for_behind_the_last_name(items, cursor):
    """A page of bad items is not the end."""
    assert page(*items, more=True).cursor == cursor
    assert page(*items).cursor is None


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "text",
        {},
        {"data": None, "has_more": False},
        {"data": {}, "has_more": False},
        {"data": []},
        {"data": [], "has_more": "no"},
        {"data": [{"id": 7}], "has_more": True},
    ],
)
def test_what_is_no_list_is_one_of_the_four_errors(answer):
    """Neither a KeyError in a job, nor the end of the list."""
    with pytest.raises(errors.StripeRefused), errors.stripe_errors():
        read_page("payout", read, answer)
