"""Lint and types: the tools, what they look at, and what they say."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from dev.lab import odoo_source, paths
from dev.lab.errors import LabError
from dev.lab.junit import Count
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Outcome, Table
from dev.lab.suite import unchanged
from dev.lab.terminal import say, step

ODOO_CODE = (paths.ADDON_NAME, "tests/addon")
TYPED_CODE = ("kash_stripe_connect/core", "kash_stripe_connect/gateway", "dev")


@dataclass(frozen=True)
class Check:
    """A tool with its arguments."""

    name: str
    arguments: Sequence[str]
    inputs: Sequence[str] = ()
    """Globs of the files that its answer depends on."""
    speaker: str = ""
    """For a tool that judges each file by itself: the one that is always judged.

    It speaks for files that the tool looks at, but cannot be given.
    """

    def of_files(self, files: Sequence[Path]) -> "Check":
        """Return the tool with some files, and the one that speaks for others."""
        names = {file.relative_to(paths.REPO).as_posix() for file in files}
        tool = self.arguments[0]
        return replace(self, arguments=[tool, *sorted({*names, self.speaker})])

    def outcome(self, odoo: Odoo) -> Outcome:
        """Run the tool and count it as a test."""
        with step(self.name) as current:
            current.news("at work")
            complaints = self.complaints(odoo)
        failed = bool(complaints)
        counted = Count(passed=int(not failed), failed=int(failed))
        return Outcome(counted, details=complaints)

    def complaints(self, odoo: Odoo) -> str:
        """Run the tool and return what it complains about."""
        ran = subprocess.run(
            [sys.executable, "-m", *self.arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=paths.REPO,
            env=odoo.environment(),
            check=False,
        )
        return f"{self.name}:\n{ran.stdout}" if ran.returncode else ""


PYTHON = ("**/*.py",)
ODOO_INPUTS = [".pylintrc", *(f"{folder}/**/*" for folder in ODOO_CODE)]
LINT = (
    Check(
        "pylint-odoo",
        ["pylint", *ODOO_CODE],
        ODOO_INPUTS,
        f"{paths.ADDON_NAME}/__manifest__.py",
    ),
    Check(
        "ruff check",
        ["ruff", "check", "--quiet", "--output-format=concise", "."],
        PYTHON,
    ),
    Check("ruff format", ["ruff", "format", "--check", "--quiet", "."], PYTHON),
    Check("codespell", ["codespell_lib"], unchanged.EVERYTHING),
)
TYPED_INPUTS = [f"{folder}/**/*.py" for folder in TYPED_CODE]
TYPES = (Check("mypy --strict", ["mypy", *TYPED_CODE], TYPED_INPUTS),)


def run_lint(arguments: list[str]) -> int:
    """Run lint and types alone."""
    if arguments:
        raise LabError(f"`lint` takes no arguments, not {' '.join(arguments)}.")
    odoo = odoo_source.find()
    table = Table()
    table.add("lint", lambda: outcome("Lint", LINT, odoo))
    table.add("types", lambda: outcome("Types", TYPES, odoo))
    return table.conclude()


def outcome(title: str, checks: Sequence[Check], odoo: Odoo) -> Outcome:
    """Run tools side by side, show their complaints, count each as a test."""
    names = ", ".join(check.name for check in checks)
    with step(f"{title}: {names}"), ThreadPoolExecutor(len(checks)) as pool:
        answers = list(pool.map(lambda check: check.complaints(odoo), checks))
    bad = [answer for answer in answers if answer]
    for answer in bad:
        say(answer)
    return Outcome(Count(passed=len(answers) - len(bad), failed=len(bad)))
