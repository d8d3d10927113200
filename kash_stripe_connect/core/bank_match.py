# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which line of a bank statement is which payout: by amount, and by what else it says.

Amounts are Decimal or ledger integers: they are only compared.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

# A bank may book a payout before its expected day, or after a long weekend.
_DAYS_BEFORE, _DAYS_AFTER = 3, 7
# What names Stripe is searched for longer: banks and statements can be slow.
NAMED_DAYS = 45

Evidence = Literal["trace", "named", "near"]


@dataclass(frozen=True)
class Transit:
    """What is on its way: debit positive. ``words`` are what a bank may call it."""

    key: Hashable
    currency: str
    amount: int
    day: date
    trace: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class BankLine:
    """A line of a bank statement: money in positive."""

    key: Hashable
    currency: str
    amount: int
    day: date
    label: str


@dataclass(frozen=True)
class Proposal:
    """A line that may be this payout; ``certain`` if nothing else may be."""

    transit: Hashable
    line: Hashable
    evidence: Evidence
    certain: bool


def proposals(
    transits: Iterable[Transit], lines: Iterable[BankLine]
) -> tuple[Proposal, ...]:
    """Return every pair of the same amount that something else speaks for.

    Certain is a pair whose label names it, if neither has another candidate as good.
    """
    by_amount = defaultdict(list)
    for line in lines:
        by_amount[line.currency, line.amount].append(line)
    found = [
        (transit, line, evidence)
        for transit in transits
        for line in by_amount[transit.currency, transit.amount]
        if (evidence := _evidence(transit, line))
    ]
    return tuple(_judged(found))


def _evidence(transit: Transit, line: BankLine) -> Evidence | None:
    label = _plain(line.label)
    if transit.trace and _plain(transit.trace) in label:
        return "trace"
    days = (line.day - transit.day).days
    near = -_DAYS_BEFORE <= days <= _DAYS_AFTER
    named = any(_plain(word) in label for word in transit.words if word)
    if named and abs(days) <= NAMED_DAYS:
        return "named" if near else "near"
    return "near" if near else None


def _plain(text: str) -> str:
    """Return letters and digits only: banks break, pad and capitalise as they like."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _judged(
    found: list[tuple[Transit, BankLine, Evidence]],
) -> Iterable[Proposal]:
    traced = {
        key
        for transit, line, evidence in found
        if evidence == "trace"
        for key in (("transit", transit.key), ("line", line.key))
    }
    kept = [
        (transit, line, evidence)
        for transit, line, evidence in found
        if evidence == "trace"
        or not {("transit", transit.key), ("line", line.key)} & traced
    ]
    rivals: dict[Hashable, int] = defaultdict(int)
    for transit, line, _evidence_found in kept:
        rivals["transit", transit.key] += 1
        rivals["line", line.key] += 1
    for transit, line, evidence in kept:
        alone = rivals["transit", transit.key] == rivals["line", line.key] == 1
        yield Proposal(transit.key, line.key, evidence, alone and evidence != "near")
