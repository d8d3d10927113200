# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is owed and what is owed back, set off against each other in order."""

from collections.abc import Hashable, Sequence

Pairs = list[tuple[int, int, int]]


def net(
    debts: Sequence[int],
    credits: Sequence[int],
    owed_on: Sequence[Hashable] = (),
    owing_on: Sequence[Hashable] = (),
) -> Pairs:
    """Return [(index of a credit, index of a debt, amount)], the first ones first.

    Each credit is set off against debts of its own account, and what is left of it then
    against any. What is left of either side stays as it is.

    :param debts: positive, in minor units, as the credits
    :param owed_on: the account of each debt; none: all are of one
    :param owing_on: the account of each credit
    """
    due, rests = list(debts), list(credits)
    amounts: dict[tuple[int, int], int] = {}
    for anywhere in (False, True):
        for index in range(len(rests)):
            for at in range(len(due)):
                same = not owed_on or owed_on[at] == owing_on[index]
                part = min(rests[index], due[at]) if same or anywhere else 0
                if part:
                    amounts[index, at] = amounts.get((index, at), 0) + part
                    rests[index] -= part
                    due[at] -= part
    return [(index, at, part) for (index, at), part in sorted(amounts.items())]
