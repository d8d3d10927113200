"""The doors named tests go through, on this terminal: pytest, and pytest with Odoo."""

import subprocess
import sys
from collections.abc import Sequence

from dev.lab import paths, scratch
from dev.lab.database import Databases
from dev.lab.junit import Count, count
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Outcome
from dev.lab.suite import pytest_run

NO_TESTS = 5


def plain(name: str, odoo: Odoo, arguments: Sequence[str]) -> Outcome:
    """Run tests that need no Odoo registry, by pytest alone."""
    return _pytest(name, odoo, [*pytest_run.PLAIN, *arguments])


def pytest_odoo(databases: Databases, arguments: Sequence[str]) -> Outcome:
    """Run tests of the addon by pytest on a database that has the addon."""
    with scratch.clone(databases, databases.addon(), "pytest") as database:
        options = pytest_run.odoo_options(databases, database)
        outcome = _pytest("addon", databases.odoo, [*options, *arguments])
    return pytest_run.no_skips(outcome)


def _pytest(name: str, odoo: Odoo, arguments: Sequence[str]) -> Outcome:
    """Run pytest on this terminal and count what its report says."""
    report = paths.folder(paths.LOGS / scratch.logs()) / f"{name}.xml"
    words = [sys.executable, "-m", "pytest", f"--junitxml={report}"]
    with pytest_run.own_temp() as temp:
        ran = subprocess.run(
            [*words, temp, *arguments],
            cwd=paths.REPO,
            env=odoo.environment(),
            check=False,
        )
    if ran.returncode == NO_TESTS:
        return Outcome(Count())
    counted = count(report)
    complaint = f"pytest ended with {ran.returncode}" if ran.returncode else ""
    return Outcome(counted, "" if counted.failed else complaint)
