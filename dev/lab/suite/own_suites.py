"""Run Odoo's own tests of a module where all modules are loaded, the addon too or not.

`-u account --test-enable` would run the tests of installing (`at_install`) while the
modules above are not in the registry yet, the addon among them. Odoo's shell has a
runner for both kinds of tests (`odoo/tests/shell.py`) that begins with all loaded.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dev.lab import paths, scratch, stamps
from dev.lab.commands import Program
from dev.lab.database import Databases, addon_digest
from dev.lab.junit import Count
from dev.lab.outcome import Outcome
from dev.lab.suite import odoo_log, own_log, shard_run
from dev.lab.suite.kept import Kept
from dev.lab.suite.own_log import Heard
from dev.lab.terminal import Step, step

RUN = "from odoo.tests.shell import run_tests\nrun_tests(env, '{}', ['{}'])\n"
# Debian's package of Odoo lacks it, and a script that is not there fails every tour.
MISSING = (
    "web.assets_backend",
    "mail/static/lib/selfie_segmentation/selfie_segmentation.js",
)
UNLIMITED = "--limit-memory-hard=0"  # the limit is a worker's; this is one process


@dataclass(frozen=True)
class Verdict:
    """What came of a run."""

    outcome: Outcome
    """In Odoo's words, which knows of nothing that is kept."""
    heard: Heard
    seconds: float

    def after(self, again: "Verdict", doubted: Sequence[str]) -> "Verdict":
        """Return the same once the tests in doubt were run again: twice is a failure.

        Where the second run came to no verdict the first one stands.
        """
        if again.outcome.count == Count():
            return self
        passed = set(doubted) - set(again.heard.failed)
        failed = {t: why for t, why in self.heard.failed.items() if t not in passed}
        details = again.outcome.details if failed else ""
        return Verdict(
            replace(self.outcome, details=details),
            Heard(self.heard.ran | again.heard.ran, failed),
            self.seconds,
        )


@dataclass(frozen=True)
class Suites:
    """Odoo's own suites, and the database that each of them gets a copy of."""

    databases: Databases
    modules: tuple[str, ...]
    addon: bool

    def template(self) -> str:
        """Return the database with all modules, and the addon on top or not."""
        return self._with_addon() if self.addon else self._without()

    def _without(self) -> str:
        """Return the database of Odoo's modules, without the script that is missing."""
        databases, base = self.databases, self.databases.base()

        def make(name: str, current: Step) -> None:
            databases.clone(base, name)
            words = ["-i", ",".join(self.modules), UNLIMITED]
            databases.odoo_run(name, words, current)
            code = f"seed.blank(env, *{MISSING!r})\nseed.warm_up(env)"
            databases.script(name, code, {}, current)

        key = stamps.digest(base, *self.modules, *MISSING)
        title = "A database with the modules whose tests are run"
        return databases.template("kash_suites", key, title, make)

    def _with_addon(self) -> str:
        """Return the database with the addon above Odoo's modules."""
        databases, source = self.databases, self._without()

        def make(name: str, current: Step) -> None:
            databases.clone(source, name)
            databases.odoo_run(name, ["-i", paths.ADDON_NAME, UNLIMITED], current)
            databases.script(name, "seed.warm_up(env)", {}, current)

        key = stamps.digest(source, addon_digest())
        title = f"The same with {paths.ADDON_NAME}"
        return databases.template("kash_guest", key, title, make)

    def run(self, module: str, source: str, kept: Kept) -> Verdict:
        """Run a module's suite on a copy of the database, and twice what fails.

        A tour fails now and then because its browser was slower than its clicks.
        """
        known = kept.of(module) if self.addon else {}
        expected = kept.tests.get(module, 0)
        said = self._once(module, module, source, "standard", expected)
        doubted = [test for test in said.heard.failed if test not in known]
        if not doubted:
            return said
        name = f"{module}_again"
        again = self._once(name, module, source, tags(doubted), len(doubted))
        return said.after(again, doubted)

    def _once(
        self, name: str, module: str, source: str, wanted: str, expected: int
    ) -> Verdict:
        """Run some tests of a module on a copy of the database."""
        with scratch.clone(self.databases, source, f"suite_{name}") as database:
            program = self._odoo(name, database, RUN.format(wanted, module), expected)
            with step(f"The tests of {name}") as current:
                code, log = program.attempt(current)
        outcome = shard_run.explained(program, odoo_log.read_verdict(code, log), log)
        return Verdict(outcome, own_log.heard(log), current.seconds)

    def _odoo(self, name: str, database: str, stdin: str, expected: int) -> Program:
        """Return Odoo's shell as a program that runs tests."""
        config = self.databases.config(database)
        return Program(
            [sys.executable, "-m", "odoo", "shell", "-c", config, UNLIMITED],
            log=f"{scratch.logs()}/suite-{name}",
            env=self.databases.odoo.environment(),
            stdin=stdin,
            doing="starting Odoo",
            progress=shard_run.Steps(expected),
        )


def tags(tests: Sequence[str]) -> str:
    """Return what names these tests to Odoo; what fails for a class is all of it."""
    named = set()
    for test in tests:
        module, _, rest = test.partition(".")
        case, method = rest.split(".")[-2:]
        one = f".{method}" if method.startswith("test") else ""
        named.add(f"/{module}:{case}{one}")
    return ",".join(sorted(named))
