"""What came of a stage of the tests, and the table they end with."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from dev.lab.errors import LabError
from dev.lab.junit import Count
from dev.lab.terminal import say


@dataclass(frozen=True)
class Outcome:
    """What came of a stage: its tests, and what else there is to complain about."""

    count: Count
    complaint: str = ""

    @property
    def good(self) -> bool:
        """Tell whether the stage passed."""
        return not self.complaint and not self.count.failed


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
        if outcome.complaint and not outcome.count.failed:
            outcome = Outcome(outcome.count + Count(failed=1), outcome.complaint)
        self._rows.append(Row(stage, outcome, time.monotonic() - started))

    def fail(self, stage: str, error: LabError) -> None:
        """Note a stage that could not be run, and say why."""
        say(f"error: {error}")
        outcome = Outcome(Count(failed=1), "could not be run, see above")
        self._rows.append(Row(stage, outcome, 0))

    def conclude(self) -> int:
        """Print the table and the line a machine can read; return the exit code."""
        total = sum((row.outcome.count for row in self._rows), Count())
        say(f"\n{'stage':<16} {'passed':>6} {'failed':>6} {'skipped':>7} {'time':>10}")
        for row in self._rows:
            say(str(row))
        say(f"\n{total.passed} passed, {total.failed} failed")
        return 0 if total.passed and not total.failed else 1
