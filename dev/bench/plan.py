"""What is run, and what of it is compared with what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

INCOME = {
    "kash_stripe_grain": "day",
    "kash_stripe_receipts": "income",
    "kash_stripe_income_account_id": "account.1_income",
}
ROW = {"kash_stripe_grain": "row"}


@dataclass(frozen=True)
class Way:
    """One way to get rows into the books."""

    name: str
    title: str
    run: str
    """The function of :mod:`dev.bench.measure`."""
    stage: str
    """The database it starts from, see :mod:`dev.bench.stage`."""
    settings: Mapping[str, str] = field(default_factory=dict)
    linked: bool = False


DAILY = Way("daily", "ours, a day's entry, receipts summed", "ours", "ours", INCOME)
UNSUMMED = Way("unallocated", "ours, a day's entry, a line a row", "ours", "ours")
EACH = Way("transaction", "ours, an entry a row", "ours", "ours", ROW)
OCA = Way("oca", "OCA's statement import", "oca", "oca")
LINKED = Way("linked", "ours, linked payments", "ours", "ours", linked=True)
FLOOR = Way("floor", "raw entries and one plan a batch", "floor", "ours", linked=True)
FRAMEWORK = Way(
    "framework",
    "Odoo's _process and _post_process",
    "framework",
    "framework",
    linked=True,
)
UNDO_DAYS = Way("undo_unallocated", "undo a day's entry, a line a row", "undo", "ours")
UNDO_LINKED = Way("undo_linked", "undo linked payments", "undo", "ours", linked=True)
ELSEWHERE = (DAILY, UNSUMMED, EACH, OCA, UNDO_DAYS)
PAYMENTS = (LINKED, FLOOR, FRAMEWORK, UNDO_LINKED)


@dataclass(frozen=True)
class Ratio:
    """A promise: the time a row takes one way, as a multiple of another's."""

    key: str
    title: str
    over: str
    under: str
    """Of a run that undoes, what recording the same rows took is `<way>_recorded`."""
    target: float
    at_least: bool

    def holds(self, value: float) -> bool:
        """Tell whether a measured value keeps the promise."""
        return value >= self.target if self.at_least else value <= self.target

    @property
    def promise(self) -> str:
        """Return the target in a word."""
        return f"{'≥' if self.at_least else '≤'} {self.target:g}"


RATIOS = (
    Ratio("daily_vs_oca", "summed, times OCA's speed", "oca", "daily", 25, True),
    Ratio(
        "unallocated_vs_oca",
        "a line a row, times OCA's speed",
        "oca",
        "unallocated",
        8,
        True,
    ),
    Ratio(
        "transaction_vs_oca",
        "an entry a row, times OCA's speed",
        "oca",
        "transaction",
        2,
        True,
    ),
    Ratio(
        "linked_vs_odoo",
        "linked, times the framework's speed",
        "framework",
        "linked",
        5,
        True,
    ),
    Ratio(
        "linked_vs_floor",
        "linked, times as slow as the floor",
        "linked",
        "floor",
        2.5,
        False,
    ),
    Ratio(
        "undo_linked_vs_recorded",
        "undone payments, times their recording",
        "undo_linked",
        "undo_linked_recorded",
        2,
        False,
    ),
    Ratio(
        "undo_unallocated_vs_recorded",
        "undone days' entries, times their recording",
        "undo_unallocated",
        "undo_unallocated_recorded",
        2,
        False,
    ),
    Ratio(
        "growth_100k_vs_10k",
        "a row of 100 000, times one of 10 000",
        "size_100000",
        "size_10000",
        1.2,
        False,
    ),
)
MEMORY_TARGET_MB = 200.0
# The longest request of undoing, however large the run is.
REQUEST_TARGET_SECONDS = 5.0
