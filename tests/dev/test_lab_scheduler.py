"""Jobs side by side: the order, what depends on what, and what a person is told."""

import threading
import time

import pytest

from dev.lab import terminal
from dev.lab.errors import LabError
from dev.lab.junit import Count
from dev.lab.outcome import Outcome
from dev.lab.suite import complete
from dev.lab.suite.job import Job, Stopped
from dev.lab.suite.progress import Progress
from dev.lab.suite.scheduler import Schedule, time_left

GOOD = Outcome(Count(passed=1))
BAD = Outcome(Count(failed=1), details="1 != 2")


class Silent:
    """A watcher that keeps the names of what is over."""

    def __init__(self):
        self.names = []

    def over(self, done, schedule):
        self.names.append(done.job.name)

    def tick(self, schedule):
        """Nothing to say."""


def job(name, work=lambda: GOOD, **details):
    """Return a job of a stage."""
    return Job(name, "stage", work, **details)


def run(*jobs, slots=1):
    """Run jobs and return them by their names, in the order of their ends."""
    return {done.job.name: done for done in Schedule(jobs, slots).run(Silent())}


def test_the_longest_job_is_first():
    """Begun last, it would keep everybody waiting at the end."""
    done = run(job("short", seconds=1), job("long", seconds=9))
    assert list(done) == ["long", "short"]


def test_what_long_jobs_wait_for_is_before_them():
    """Making a database takes a second, and minutes depend on it."""
    done = run(
        job("suite", seconds=90, needs=("database",)),
        job("lint", seconds=50),
        job("database", seconds=1),
    )
    assert list(done) == ["database", "suite", "lint"]


def test_all_slots_are_busy():
    """Two jobs that wait for each other end."""
    meeting = threading.Barrier(2, timeout=10)

    def meet():
        meeting.wait()
        return GOOD

    assert len(run(job("one", meet), job("two", meet), slots=2)) == 2


def test_no_more_jobs_run_than_there_are_slots():
    """Memory is counted in slots."""
    at_work, most = [], []

    def work():
        at_work.append(1)
        most.append(len(at_work))
        time.sleep(0.02)
        at_work.pop()
        return GOOD

    run(*(job(str(number), work) for number in range(6)), slots=2)
    assert max(most) == 2


def test_a_job_is_not_run_on_the_ruins_of_another():
    """It would fail for another reason than the true one; all else runs."""
    done = run(
        job("database", lambda: BAD), job("suite", needs=("database",)), job("lint")
    )
    assert done["suite"].outcome.complaint == "needs database"
    assert not done["suite"].outcome.good
    assert done["lint"].outcome.good


def test_a_job_that_cannot_run_is_a_failure_with_its_sentence():
    """The others run all the same."""

    def stumble():
        raise LabError("no disk")

    done = run(job("one", stumble), job("two"))
    assert done["one"].outcome.count == Count(failed=1)
    assert done["one"].outcome.details == "no disk"
    assert done["two"].outcome.good


def test_jobs_keep_silent_and_are_heard(capsys):
    """Their words would tear the one report of all apart."""

    def talk():
        with terminal.step("Boiling water") as step:
            step.news("70 degrees")
        return GOOD

    run(job("kettle", talk))
    assert capsys.readouterr().out == ""


def test_an_interruption_ends_the_jobs_at_work():
    """Ctrl-C: each clears up what it has, then the run is over."""
    cleared, working = [], threading.Event()

    def work():
        try:
            while True:
                working.set()
                terminal.Step("x").news("at it")
                time.sleep(0.01)
        except Stopped:
            cleared.append(True)
            raise

    class Impatient(Silent):
        def tick(self, schedule):
            working.wait(10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Schedule([job("endless", work)], 1).run(Impatient())
    assert cleared == [True]


@pytest.mark.parametrize(
    ("busy", "waiting", "slots", "left"),
    [
        ([], [60, 30, 30], 2, 60),
        ([10, 20], [30], 2, 40),
        ([5], [50], 2, 50),
        ([5], [], 2, 5),
    ],
)
def test_the_time_left_is_that_of_the_last_slot(busy, waiting, slots, left):
    """Not the sum of all: several work at once."""
    assert time_left(busy, waiting, slots) == left


def test_each_job_that_ends_is_told_with_what_is_left(capsys):
    """A log of CI is read from above."""
    jobs = [job("one", seconds=120), job("two", lambda: BAD, seconds=60)]
    Schedule(jobs, 1).run(Progress(jobs, 1))
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "2 jobs, 1 at once, about 3.0 min"
    assert "one" in second
    assert "1 passed" in second
    assert second.endswith("1 left, 1.0 min")
    assert "0 passed, 1 FAILED" in third
    assert third.endswith("none left")


def test_what_runs_is_told_from_time_to_time(capsys, monkeypatch):
    """Nobody waits in front of a silent terminal."""
    monkeypatch.setattr("dev.lab.suite.progress.IN_A_LOG", 0.0)
    jobs = [job("shard")]
    schedule = Schedule(jobs, 1)
    progress = Progress(jobs, 1)
    working, over = threading.Event(), threading.Event()

    class Curious:
        over = progress.over

        def tick(self, schedule):
            progress.tick(schedule)
            over.set()

    def work():
        terminal.Step("x").news("(3 of 9) TestPay")
        working.set()
        over.wait(10)
        return GOOD

    schedule.waiting = [job("shard", work)]
    schedule.run(Curious())
    assert "shard (3 of 9) TestPay" in capsys.readouterr().out


def test_failures_are_printed_once_at_the_end(capsys):
    """After them only the table, and the line CI reads."""
    jobs = [job("one", lambda: BAD), job("two")]
    done = Schedule(jobs, 1).run(Silent())
    assert complete.conclude(done, ["stage"]) == 1
    said = capsys.readouterr().out
    assert said.count("1 != 2") == 1
    assert "=== one: 1 failed" in said
    assert said.splitlines()[-1] == "1 passed, 1 failed"
