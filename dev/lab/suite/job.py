"""A piece of the complete run, and what there is to know of it while it runs."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dev.lab.errors import LabError
from dev.lab.junit import Count
from dev.lab.outcome import Outcome
from dev.lab.terminal import heard_by

STEP = "• "
SHARE = re.compile(r"\((\d+) of (\d+)\)|\b(\d+)%")


class Stopped(Exception):
    """The run is over before the job is."""


@dataclass(frozen=True)
class Job:
    """Something to do that comes to an outcome."""

    name: str
    stage: str
    """The row of the closing table that it is counted in."""
    work: Callable[[], Outcome]
    seconds: float = 10.0
    """How long it is likely to take."""
    needs: tuple[str, ...] = ()
    """The jobs that must have come to a good end before."""


@dataclass
class Running:
    """A job at work, which listens to what is said on the way."""

    job: Job
    stopping: threading.Event
    doing: str = ""
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Return how long it has been at work."""
        return time.monotonic() - self.started

    @property
    def share(self) -> float:
        """Return how much of it is done, as far as it says so."""
        found = SHARE.search(self.doing)
        if not found:
            return 0.0
        part, whole, percent = found.groups(default="100")
        return int(percent) / 100 if found[3] else int(part) / int(whole)

    def say(self, text: str) -> None:
        """Hear which step it is at; the rest would disturb the one report of all."""
        self.news(text.removeprefix(STEP) if text.startswith(STEP) else "")

    def news(self, text: str) -> None:
        """Remember how far it is; end here when the whole run is to end."""
        if self.stopping.is_set():
            raise Stopped
        self.doing = text or self.doing

    def run(self) -> "Done":
        """Do the work; what stops it is its outcome."""
        with heard_by(self):
            try:
                outcome = self.job.work()
            except LabError as error:
                outcome = failure("could not be run", str(error))
        return Done(self.job, outcome.counted(), self.seconds)


@dataclass(frozen=True)
class Done:
    """A job that is over."""

    job: Job
    outcome: Outcome
    seconds: float


def failure(complaint: str, details: str = "") -> Outcome:
    """Return the outcome of what did not even begin to count tests."""
    return Outcome(Count(failed=1), complaint, details)
