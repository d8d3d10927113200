"""Run pytest with its output in a log, as a job among others."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from dev.lab import paths, scratch
from dev.lab.commands import Program, last_words
from dev.lab.database import Databases
from dev.lab.junit import count
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Outcome
from dev.lab.terminal import step

STEP = re.compile(r"(?:• |\d+ s  )(.+)")
PERCENT = re.compile(r"\[ *(\d+%)\]$")
HEADING = re.compile(r"^=+ (ERRORS|FAILURES) =+$", re.MULTILINE)
PLAIN = ("-p", "no:odoo")


def run(
    name: str,
    odoo: Odoo,
    arguments: Sequence[str],
    progress: Callable[[str], str] | None = None,
) -> Outcome:
    """Run pytest and count what its report says."""
    log = f"{scratch.logs()}/{name}"
    report = paths.LOGS / f"{log}.xml"
    words = ["-v", f"--junitxml={report}", "-p", "no:cacheprovider", *arguments]
    with step(name) as current, own_temp() as temp:
        program = Program(
            [sys.executable, "-m", "pytest", *words, temp],
            log=log,
            env=odoo.environment(),
            progress=progress or percent,
        )
        code, output = program.attempt(current)
    counted = count(report)
    if not code:
        return Outcome(counted)
    complaint = "" if counted.failed else f"pytest ended with {code}"
    said = failures(output) or last_words(program.log_file)
    return Outcome(counted, complaint, f"{said}\n  Its log: {program.where}")


@contextmanager
def own_temp() -> Iterator[str]:
    """Have a folder for `tmp_path`: a second pytest would lock others out of its own.

    It shuts /tmp/pytest-of-<user> at its start, where PostgreSQL's user must get in.
    """
    with TemporaryDirectory(prefix="kash-") as folder:
        yield f"--basetemp={folder}/tests"


def on_clone(
    name: str, databases: Databases, source: str, arguments: Sequence[str]
) -> Outcome:
    """Run tests of the addon on a database of their own; none may be skipped."""
    with scratch.clone(databases, source, name.replace("-", "_")) as database:
        outcome = run(
            name, databases.odoo, [*odoo_options(databases, database), *arguments]
        )
    return no_skips(outcome)


def odoo_options(databases: Databases, database: str) -> list[str]:
    """Return how pytest is told of Odoo and a database."""
    config = databases.config(database)
    return [f"--odoo-config={config}", f"--odoo-database={database}", "--odoo-http"]


def no_skips(outcome: Outcome) -> Outcome:
    """Complain about tests of the addon that were skipped."""
    if outcome.count.skipped and not outcome.complaint:
        return Outcome(outcome.count, f"{outcome.count.skipped} tests were skipped")
    return outcome


def percent(line: str) -> str:
    """Say how far pytest is, from a line of its log."""
    found = PERCENT.search(line)
    return found[1] if found else ""


def steps(line: str) -> str:
    """Say at which step a long test is, from a line of its log (`pytest -s`)."""
    found = STEP.fullmatch(line)
    return found[1] if found else ""


def failures(output: str) -> str:
    """Return what pytest says of the tests that failed."""
    found = HEADING.search(output)
    return output[found.start() :].strip() if found else ""
