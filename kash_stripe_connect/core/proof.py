# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The proof of a day: three figures, and a name for everything between them.

Stripe's balance − (paid, no row yet) = our mirror of its rows; the mirror − (not in the
books, or otherwise in the books) = clearing. All amounts are integers in minor units.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Step = Literal["mirror", "books"]
Colour = Literal["green", "amber", "red"]

# What a row that is not in the books is called; anything else is "to record".
_ROW_KINDS = {
    "held": "held",
    "by_hand": "by_hand",
    "stopped": "stopped",
    "waiting": "waiting",
    "reversed": "reversed",
}


@dataclass(frozen=True)
class Figures:
    """What Stripe, our mirror of it and the ledger say at the end of a day."""

    stripe: int
    mirror: int
    ledger: int


@dataclass(frozen=True)
class Named:
    """A difference with a name: by how much the figure above exceeds the one below."""

    step: Step
    kind: str
    amount: int


def unexplained(figures: Figures, named: Iterable[Named]) -> tuple[int, int]:
    """Return what has no name: between Stripe and mirror, between mirror and books.

    Each by itself: what is too much in one step must not hide what lacks in the other.
    """
    known: dict[Step, int] = {"mirror": 0, "books": 0}
    for difference in named:
        known[difference.step] += difference.amount
    return (
        figures.stripe - figures.mirror - known["mirror"],
        figures.mirror - figures.ledger - known["books"],
    )


def colour(figures: Figures, named: Iterable[Named]) -> Colour:
    """Return green for no difference, amber if each has a name, red otherwise."""
    named = tuple(named)
    if any(unexplained(figures, named)):
        return "red"
    return "amber" if any(difference.amount for difference in named) else "green"


def without_row(gap: int, paid: Sequence[int]) -> int | None:
    """Return by how much payments without a row exceed the gap they explain.

    Their fee is unknown until the row comes, and some may not be in Stripe's balance
    yet: the gap lies between nothing and all of them.

    :param gap: Stripe − mirror
    :param paid: what was paid, fees included; refunds are negative
    :return: None when they cannot be the reason for the gap
    """
    least = sum(amount for amount in paid if amount < 0)
    most = sum(amount for amount in paid if amount > 0)
    if not gap or not least <= gap <= most:
        return None
    return sum(paid) - gap


def row_kind(state: str, *, day_over: bool) -> str:
    """Return what a row is called that is not in the books."""
    if state == "new" and not day_over:
        return "day_not_over"
    return _ROW_KINDS.get(state, "to_record")


def entry_kind(*, expected: int | None, stands: bool, counted: bool) -> str:
    """Return what an entry is called that moves clearing otherwise than its rows say.

    :param expected: the sum of its rows; None when no row counts it as its entry
    :param stands: it is posted and nothing took it back
    :param counted: its movement at Stripe has another entry that counts
    """
    if expected is None:
        return "doubled" if counted else "no_row"
    return "changed" if stands else "removed"
