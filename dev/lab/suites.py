"""`python3 -m dev suites`: Odoo's own tests of what the addon extends, all of them.

With the addon installed they must do what they do without it: that is what kept.json
says. `--without` writes it.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from dev.lab import odoo_source, packages, pdf, postgres, scratch
from dev.lab.database import Databases
from dev.lab.errors import LabError
from dev.lab.junit import Count
from dev.lab.outcome import Outcome
from dev.lab.suite import complete, slots
from dev.lab.suite.job import Job
from dev.lab.suite.kept import Kept
from dev.lab.suite.own_log import Heard
from dev.lab.suite.own_suites import Suites, Verdict
from dev.lab.suite.progress import Progress
from dev.lab.suite.scheduler import Schedule
from dev.lab.terminal import Step, say

MODULES = (
    "account",
    "account_payment",
    "mail",
    "payment",
    "payment_demo",
    "payment_stripe",
    "portal",
    "sale",
    "test_mail",
    "website_payment",
)
SECONDS = 120.0  # of a module that was never measured


@dataclass
class Run:
    """A run of some modules' suites: beside what is kept, or to be kept."""

    suites: Suites
    kept: Kept
    source: str
    learning: Lock = field(default_factory=Lock)

    def job(self, module: str) -> Job:
        """Return the job of a module."""
        seconds = self.kept.seconds.get(module, SECONDS)
        return Job(module, module, partial(self._work, module), seconds)

    def _work(self, module: str) -> Outcome:
        """Run a module's suite and compare, or learn what without the addon is so."""
        said = self.suites.run(module, self.source, self.kept)
        if said.outcome.count == Count():
            return said.outcome
        if self.suites.addon:
            return compared(self.kept, module, said)
        with self.learning:
            self.kept = self.kept.learned(module, said.heard, said.seconds)
            self.kept.save()
        return Outcome(counted(said.heard))


def compared(kept: Kept, module: str, said: Verdict) -> Outcome:
    """Return what a suite comes to: only what is not as without the addon counts."""
    complaint = "; ".join(kept.difference(module, said.heard))
    details = said.outcome.details if complaint else ""
    return Outcome(counted(said.heard), complaint, details)


def counted(heard: Heard) -> Count:
    """Count a suite's tests: those known to fail are skipped, in the table's words."""
    return Count(len(heard.ran - set(heard.failed)), skipped=len(heard.failed))


def run_suites(arguments: list[str]) -> int:
    """Run the suites side by side; return 0 if they do what they do without us."""
    wishes, started = _wishes(arguments), Step("suites")
    odoo = odoo_source.find()
    pdf.ensure()
    packages.ensure(packages.BROWSER)
    with postgres.running() as pg:
        databases = Databases(odoo, pg)
        scratch.sweep(databases)
        suites = Suites(databases, MODULES, addon=not wishes.without)
        run = Run(suites, Kept.load(), suites.template())
        jobs = [run.job(module) for module in wishes.only]
        places = min(wishes.at_once, len(jobs))
        done = Schedule(jobs, places).run(Progress(jobs, places))
    code = complete.conclude(done, wishes.only)
    say(f"{verdict(run, wishes.only, good=not code)} {started.seconds / 60:.0f} min.")
    return code


def verdict(run: Run, modules: Sequence[str], *, good: bool) -> str:
    """Say what it all means."""
    if not run.suites.addon:
        return "Kept in dev/lab/suite/kept.json; a new failure in it wants your reason."
    if not good:
        return "Odoo's own tests differ with the addon installed, see above."
    number = sum(run.kept.tests[module] for module in modules)
    known = sum(len(run.kept.of(module)) for module in modules)
    return (
        f"No difference: {number} tests ran, as many as are kept; the {known} that"
        " failed do so without the addon."
    )


def _wishes(arguments: list[str]) -> argparse.Namespace:
    """Read the command's options."""
    parser = argparse.ArgumentParser(prog="python3 -m dev suites", description=__doc__)
    parser.add_argument(
        "--only", type=_modules, default=MODULES, help="modules, with commas"
    )
    parser.add_argument(
        "--without", action="store_true", help="without the addon: writes kept.json"
    )
    parser.add_argument(
        "--at-once",
        type=int,
        default=slots.available(),
        metavar="N",
        help="suites side by side, each on a database of its own (%(default)s)",
    )
    return parser.parse_args(arguments)


def _modules(words: str) -> tuple[str, ...]:
    """Read names of modules."""
    names = tuple(words.split(","))
    if unknown := [name for name in names if name not in MODULES]:
        raise LabError(
            f"no suite of {', '.join(unknown)} is run here, but {', '.join(MODULES)}."
        )
    return names
