"""The proof in minor units: colours, names, and what must never hide."""

import random

import pytest

from odoo.addons.kash_stripe_connect.core import proof
from odoo.addons.kash_stripe_connect.core.proof import Figures, Named


def test_three_equal_figures_are_green():
    """Stripe, mirror and books agree to the cent."""
    assert proof.colour(Figures(9680, 9680, 9680), []) == "green"


def test_a_difference_with_a_name_is_amber():
    """A held row is no error; it is no agreement either."""
    named = [Named("books", "held", 9680)]
    assert proof.colour(Figures(9680, 9680, 0), named) == "amber"


def test_one_cent_without_a_name_is_red():
    """There is no tolerance."""
    assert proof.colour(Figures(9680, 9680, 9679), []) == "red"


def test_names_that_cancel_each_other_are_not_green():
    """One row held, one entry too much: the sums agree, the books do not."""
    named = [Named("books", "held", 500), Named("books", "no_row", -500)]
    assert proof.colour(Figures(0, 0, 0), named) == "amber"


def test_too_much_in_one_step_does_not_hide_what_lacks_in_the_other():
    """Stripe and the ledger agree, and still nothing is proved."""
    figures = Figures(1000, 900, 1000)
    assert proof.unexplained(figures, []) == (100, -100)
    assert proof.colour(figures, []) == "red"


def test_the_steps_add_up_whatever_the_figures():
    """Unexplained and named together are the whole difference."""
    chance = random.Random(1)
    for _ in range(500):
        figures = Figures(*(chance.randrange(-(10**9), 10**9) for _ in range(3)))
        named = [
            Named(chance.choice(["mirror", "books"]), "held", chance.randrange(10**6))
            for _ in range(chance.randrange(5))
        ]
        rest = sum(proof.unexplained(figures, named))
        assert rest + sum(n.amount for n in named) == figures.stripe - figures.ledger


@pytest.mark.parametrize(
    ("gap", "paid", "beyond"),
    [
        (9680, [10000], 320),
        (9680, [10000, 5000], 5320),
        (-4000, [-4000], 0),
        (0, [10000], None),
        (10001, [10000], None),
        (-1, [10000], None),
        (500, [], None),
    ],
)
def test_payments_without_a_row_explain_what_they_can(gap, paid, beyond):
    """Their fee is unknown; more than was paid they never explain."""
    assert proof.without_row(gap, paid) == beyond


@pytest.mark.parametrize(
    ("state", "over", "kind"),
    [
        ("new", False, "day_not_over"),
        ("new", True, "to_record"),
        ("held", True, "held"),
        ("stopped", False, "stopped"),
        ("some_later_state", True, "to_record"),
    ],
)
def test_every_row_outside_the_books_has_a_name(state, over, kind):
    """Whatever state it is in."""
    assert proof.row_kind(state, day_over=over) == kind


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"expected": 100, "stands": True, "counted": False}, "changed"),
        ({"expected": 100, "stands": False, "counted": False}, "removed"),
        ({"expected": None, "stands": True, "counted": True}, "doubled"),
        ({"expected": None, "stands": True, "counted": False}, "no_row"),
    ],
)
def test_every_entry_that_differs_has_a_name(entry, kind):
    """Changed, removed, counted twice, or nobody's."""
    assert proof.entry_kind(**entry) == kind
