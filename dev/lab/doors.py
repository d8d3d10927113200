"""The doors a test can be run through: pytest, pytest-odoo, Odoo's own runner."""

import re
import subprocess
import sys
from collections.abc import Sequence

from dev.lab import paths
from dev.lab.commands import Program, last_words
from dev.lab.database import Databases, loading
from dev.lab.junit import Count, count
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Outcome
from dev.lab.terminal import say, step

NO_TESTS = 5
VERDICT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
STARTING = re.compile(r"Starting (\w+\.\w+)")
BAD = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) ")


def plain(name: str, odoo: Odoo, arguments: Sequence[str], *, whole: bool) -> Outcome:
    """Run tests that need no Odoo registry, by pytest alone."""
    return _pytest(name, odoo, ["-p", "no:odoo", *arguments], whole=whole)


def pytest_odoo(
    databases: Databases, database: str, arguments: Sequence[str], *, whole: bool
) -> Outcome:
    """Run the addon's suite by pytest on a database that has the addon."""
    config = databases.config(database)
    options = [f"--odoo-config={config}", f"--odoo-database={database}", "--odoo-http"]
    outcome = _pytest("addon", databases.odoo, [*options, *arguments], whole=whole)
    if outcome.count.skipped and not outcome.complaint:
        return Outcome(outcome.count, f"{outcome.count.skipped} tests were skipped")
    return outcome


def odoo_runner(databases: Databases, database: str) -> Outcome:
    """Run the addon's suite by Odoo itself, updating the addon on the way."""
    name = paths.ADDON_NAME
    arguments = ["-u", name, "--test-tags", f"/{name}", "--stop-after-init"]
    config = databases.config(database)
    program = Program(
        [sys.executable, "-m", "odoo", "-c", config, *arguments],
        log="odoo-tests",
        env=databases.odoo.environment(),
        progress=test_or_module,
    )
    with step(f"odoo --test-tags /{name}") as current:
        code, output = program.attempt(current)
    outcome = read_verdict(code, output)
    if not outcome.good:
        say("\n".join(line for line in output.splitlines() if BAD.match(line)))
        say(f"  {last_words(program.log_file)}")
    return outcome


def test_or_module(line: str) -> str:
    """Say which test or module Odoo is at, from a line of its log."""
    found = STARTING.search(line)
    return found[1] if found else loading(line)


def read_verdict(code: int, output: str) -> Outcome:
    """Believe Odoo's runner only if its exit code and its last count agree."""
    verdicts = VERDICT.findall(output)
    if not verdicts:
        return Outcome(Count(), "Odoo gave no verdict")
    failures, errors, tests = (int(number) for number in verdicts[-1])
    bad = failures + errors
    counted = Count(passed=max(0, tests - bad), failed=bad)
    if not tests:
        return Outcome(counted, "Odoo ran no tests")
    complaint = f"Odoo ended with {code}" if code and not bad else ""
    return Outcome(counted, complaint)


def _pytest(name: str, odoo: Odoo, arguments: Sequence[str], *, whole: bool) -> Outcome:
    """Run pytest on this terminal and count what its report says."""
    report = paths.folder(paths.LAB / "reports") / f"{name}.xml"
    report.unlink(missing_ok=True)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments],
        cwd=paths.REPO,
        env=odoo.environment(),
        check=False,
    )
    if ran.returncode == NO_TESTS:
        return Outcome(Count(), "there are no tests" if whole else "")
    counted = count(report)
    complaint = f"pytest ended with {ran.returncode}" if ran.returncode else ""
    return Outcome(counted, "" if counted.failed else complaint)
