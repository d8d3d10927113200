"""Run some of the addon's test files by Odoo's own runner, on a clone of their own."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from dev.lab import paths, scratch
from dev.lab.commands import Program, last_words
from dev.lab.database import Databases, loading
from dev.lab.junit import Count
from dev.lab.outcome import Outcome
from dev.lab.suite import odoo_log
from dev.lab.terminal import step

STARTING = re.compile(r"Starting (\w+\.\w+)")


class Steps:
    """Says which module or test Odoo is at, from the lines of its log."""

    def __init__(self, total: int) -> None:
        """Begin to count; a total of 0 is not known."""
        self.total, self.begun = total, 0

    def __call__(self, line: str) -> str:
        """Return what a line tells, or nothing."""
        found = STARTING.search(line)
        if not found:
            return loading(line)
        self.begun += 1
        of_all = f" of {self.total}" if self.total else ""
        return f"({self.begun}{of_all}) {found[1]}"


def run(
    name: str, databases: Databases, source: str, tags: str, expected: Sequence[str]
) -> Outcome:
    """Run the tests of a shard, all those that are expected and no other."""
    options = ["--test-tags", tags, odoo_log.DURATIONS]
    with scratch.clone(databases, source, name.replace("-", "_")) as database:
        program = _odoo(name, databases, database, options, Steps(len(expected)))
        with step(name) as current:
            code, log = program.attempt(current)
    return judge(program, code, log, expected)


def others(name: str, databases: Databases, source: str, tags: str) -> Outcome:
    """Run tests of Odoo's own where the addon is installed."""
    with scratch.clone(databases, source, name.replace("-", "_")) as database:
        program = _odoo(name, databases, database, ["--test-tags", tags], loading)
        with step(name) as current:
            code, log = program.attempt(current)
    return explained(program, odoo_log.read_verdict(code, log), log)


def update(name: str, databases: Databases, source: str) -> Outcome:
    """Update the addon on a database that has it; an error in the log is one."""
    with scratch.clone(databases, source, name) as database:
        program = _odoo(name, databases, database, ["-u", paths.ADDON_NAME], loading)
        with step(name) as current:
            code, log = program.attempt(current)
    complaints = odoo_log.complaints(log)
    if not code and not complaints:
        return Outcome(Count(passed=1))
    details = (
        f"{complaints or last_words(program.log_file)}\n  Its log: {program.where}"
    )
    return Outcome(Count(failed=1), f"Odoo ended with {code}", details)


def _odoo(
    name: str,
    databases: Databases,
    database: str,
    options: Sequence[str],
    progress: Callable[[str], str],
) -> Program:
    """Return Odoo as a program that runs once."""
    config = databases.config(database)
    return Program(
        [sys.executable, "-m", "odoo", "-c", config, *options, "--stop-after-init"],
        log=f"{scratch.logs()}/{name}",
        env=databases.odoo.environment(),
        progress=progress,
    )


def judge(program: Program, code: int, log: str, expected: Sequence[str]) -> Outcome:
    """Say what came of a shard: one that died is a failure, never a shorter run."""
    outcome = odoo_log.read_verdict(code, log)
    if differs := odoo_log.compare(expected, odoo_log.started(log)):
        complaint = "; ".join(filter(None, (outcome.complaint, differs)))
        outcome = replace(outcome, complaint=complaint)
    return explained(program, outcome, log)


def explained(program: Program, outcome: Outcome, log: str) -> Outcome:
    """Add to an outcome what the log says of failures, and where it lies."""
    if outcome.good:
        return outcome
    said = odoo_log.complaints(log) or last_words(program.log_file)
    return replace(outcome, details=f"{said}\n  Its log: {program.where}")
