"""The complete run: every job, the report of all, and what they add up to."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack

from dev.lab import paths, scratch
from dev.lab.junit import Count
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Outcome, Table
from dev.lab.suite import odoo_log, slots
from dev.lab.suite.job import Done
from dev.lab.suite.jobs import Jobs, Wishes
from dev.lab.suite.progress import Progress
from dev.lab.suite.scheduler import Schedule
from dev.lab.suite.weights import Weights
from dev.lab.terminal import say


def run(odoo: Odoo, wishes: Wishes) -> int:
    """Run all there is; return the exit code."""
    places = slots.available()
    with ExitStack() as leaving:
        jobs = Jobs(odoo, wishes, Weights.load(), places, leaving).all()
        done = Schedule(jobs, places).run(Progress(jobs, places))
    if wishes.weigh:
        weigh(done)
    stages = dict.fromkeys(job.stage for job in jobs)
    return conclude(done, stages)


def conclude(done: Sequence[Done], stages: Iterable[str]) -> int:
    """Print what failed, each job once, then the table and the verdict."""
    for one in done:
        if not one.outcome.good:
            complaint = one.outcome.complaint or f"{one.outcome.count.failed} failed"
            say(f"\n=== {one.job.name}: {complaint}\n{one.outcome.details}")
    table = Table()
    for stage in stages:
        parts = [one for one in done if one.job.stage == stage]
        outcome = sum((one.outcome for one in parts), Outcome(Count()))
        if outcome.good and outcome.is_empty:
            continue
        table.note(stage, outcome, sum(one.seconds for one in parts))
    return table.conclude()


def weigh(done: Sequence[Done]) -> None:
    """Write down how long each file and each job took."""
    files: dict[str, float] = {}
    for log in (paths.LOGS / scratch.logs()).glob("addon-*.log"):
        files |= odoo_log.durations(log.read_text(errors="replace"))
    jobs = {
        one.job.name: one.seconds
        for one in done
        if not one.job.name.startswith(("addon-", "pytest-"))
    }
    Weights(files, jobs).save()
