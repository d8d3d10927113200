"""What came of a stage of the tests, and the table they end with."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from dev.lab.errors import LabError
from dev.lab.junit import Count
from dev.lab.terminal import say


@dataclass(frozen=True)
class Outcome:
    """What came of a stage: its tests, and what else there is to complain about."""

    count: Count
    complaint: str = ""
    """One sentence, where the count alone does not say it."""
    details: str = ""
    """What failed, to be printed once, at the end."""
    unchanged: int = 0
    """How many tests were not run: they passed, and nothing they see has changed."""

    @property
    def good(self) -> bool:
        """Tell whether the stage passed."""
        return not self.complaint and not self.count.failed

    @property
    def is_empty(self) -> bool:
        """Tell whether there was nothing to count."""
        return self.count == Count() and not self.unchanged

    def counted(self) -> "Outcome":
        """Count a complaint of which no test has failed as a failure."""
        if not self.complaint or self.count.failed:
            return self
        return replace(self, count=self.count + Count(failed=1))

    def __add__(self, other: "Outcome") -> "Outcome":
        """Put two parts of a stage together."""
        complaints = dict.fromkeys(filter(None, (self.complaint, other.complaint)))
        return Outcome(
            self.count + other.count,
            "; ".join(complaints),
            unchanged=self.unchanged + other.unchanged,
        )


@dataclass(frozen=True)
class Row:
    """A stage in the closing table."""

    stage: str
    outcome: Outcome
    seconds: float

    def __str__(self) -> str:
        """Write the row for reading."""
        count = self.outcome.count
        numbers = f"{count.passed:>6} {count.failed:>6} {count.skipped:>7}"
        end = f"{self.seconds:>8.1f} s  {self.outcome.complaint}"
        return f"{self.stage:<16} {numbers} {end}"


class Table:
    """The stages run so far."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rows: list[Row] = []

    def add(self, stage: str, work: Callable[[], Outcome]) -> None:
        """Run a stage; what stops it does not stop those after it."""
        say(f"\n=== {stage}")
        started = time.monotonic()
        try:
            outcome = work()
        except LabError as error:
            self.fail(stage, error)
            return
        self.note(stage, outcome.counted(), time.monotonic() - started)

    def note(self, stage: str, outcome: Outcome, seconds: float) -> None:
        """Take a stage into the table."""
        self._rows.append(Row(stage, outcome, seconds))

    def fail(self, stage: str, error: LabError) -> None:
        """Note a stage that could not be run, and say why."""
        say(f"error: {error}")
        outcome = Outcome(Count(failed=1), "could not be run, see above")
        self.note(stage, outcome, 0)

    def conclude(self) -> int:
        """Print the table and the line a machine can read; return the exit code."""
        total = sum((row.outcome.count for row in self._rows), Count())
        unchanged = sum(row.outcome.unchanged for row in self._rows)
        say(f"\n{'stage':<16} {'passed':>6} {'failed':>6} {'skipped':>7} {'time':>10}")
        for row in self._rows:
            say(str(row))
        if unchanged:
            say(f"\n{unchanged} not run: nothing has changed since they passed")
        say(f"\n{total.passed} passed, {total.failed} failed")
        return 0 if total.passed + unchanged and not total.failed else 1
