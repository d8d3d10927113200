"""Say what runs, how much is left and how long it will take."""

import sys
import time
from collections.abc import Iterable

from dev.lab.suite.job import Done, Job, Running
from dev.lab.suite.scheduler import Schedule, time_left
from dev.lab.terminal import say

IN_A_LOG = 15.0
ON_A_TERMINAL = 1.0
WIDTH = 118
LONG_ENOUGH = 5.0  # seconds of a job that tell how fast the machine is


class Progress:
    """The one report of all jobs, which reads well in a log too."""

    def __init__(self, jobs: list[Job], slots: int) -> None:
        """Say what is ahead."""
        self._started = time.monotonic()
        self._total = len(jobs)
        self._rewrites = sys.stdout.isatty()
        self._told = self._started
        ahead = [job.seconds for job in jobs]
        say(
            f"{self._total} jobs, {slots} at once, "
            f"about {spoken(time_left([], ahead, slots))}"
        )

    def over(self, done: Done, schedule: Schedule) -> None:
        """Tell what came of a job."""
        outcome = done.outcome
        count = outcome.count
        if outcome.unchanged:
            words = f"{outcome.unchanged} unchanged since they passed"
        elif outcome.good:
            words = f"{count.passed} passed" if count.passed else "ready"
        else:
            words = f"{count.passed} passed, {count.failed} FAILED"
        name = f"{done.job.name:<22} {words:<34}"
        self._print(f"{name} {clock(done.seconds):>6}   {self._left(schedule)}")

    def tick(self, schedule: Schedule) -> None:
        """Tell from time to time what is being done."""
        pause = ON_A_TERMINAL if self._rewrites else IN_A_LOG
        if schedule.running and time.monotonic() - self._told >= pause:
            now = " · ".join(map(_at, schedule.running.values()))
            self._print(f"… {self._left(schedule)}: {now}"[:WIDTH], passing=True)

    def _print(self, text: str, *, passing: bool = False) -> None:
        """Print a line; on a terminal the next one replaces it if it is passing."""
        self._told = time.monotonic()
        line = f"{clock(self._told - self._started):>6}  {text}"
        if self._rewrites:
            end = "" if passing else "\n"
            print(f"\r\x1b[K{line}", end=end, flush=True)
        else:
            say(line)

    def _left(self, schedule: Schedule) -> str:
        """Say how many jobs are left, and how long they will take."""
        left = self._total - len(schedule.done)
        if not left:
            return "none left"
        busy = [_remaining(running) for running in schedule.running.values()]
        pace = _pace(schedule.done.values())
        ahead = [job.seconds * pace for job in schedule.waiting]
        return f"{left} left, {spoken(time_left(busy, ahead, schedule.slots))}"


def _at(running: Running) -> str:
    """Say what a job is at."""
    return f"{running.job.name} {running.doing}".strip()[:56]


def _remaining(running: Running) -> float:
    """Return how long a job will go on: by what it says, or by what is usual."""
    if running.share:
        return running.seconds / running.share - running.seconds
    return max(running.job.seconds - running.seconds, running.seconds / 10)


def _pace(done: Iterable[Done]) -> float:
    """Return how much slower this machine is today than when it was measured."""
    known = [one for one in done if one.seconds > LONG_ENOUGH]
    usual = sum(one.job.seconds for one in known)
    return sum(one.seconds for one in known) / usual if usual else 1.0


def clock(seconds: float) -> str:
    """Write a time like a watch does."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def spoken(seconds: float) -> str:
    """Write a time like a person says it."""
    if seconds < 60:
        return f"{max(5, 5 * round(seconds / 5))} s"
    return f"{seconds / 60:.1f} min"
