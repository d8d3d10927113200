"""The jobs of a complete run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dev.lab import checks, odoo_own, packages, paths, pdf, postgres, scratch
from dev.lab.checks import Check
from dev.lab.database import Databases
from dev.lab.junit import Count
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Outcome
from dev.lab.suite import pytest_run, shard_run, shards, unchanged
from dev.lab.suite.collection import Collection, collect
from dev.lab.suite.job import Job
from dev.lab.suite.weights import Weights

START = 8.0  # seconds from a clone to the first test
CORE = ("tests/core",)
EMULATOR = "tests/dev/test_emulator_*.py"
EMULATOR_INPUTS = (
    EMULATOR,
    "tests/conftest.py",
    "tests/dev/conftest.py",
    "tests/dev/emulator_sdk.py",
    "dev/__init__.py",
    "dev/stripe_emulator/**/*",
)
UPGRADE = "tests/upgrade"
UPGRADE_INPUTS = (f"{UPGRADE}/**/*", "dev/**/*", f"{paths.ADDON_NAME}/**/*")
JOURNEYS = paths.REPO / "tests" / "journeys"
# They bring programs of their own, where all others share one stack, and run before a
# release only: what goes wrong there the addon's tests show sooner, one by one.
LONG = ("test_uninstall.py", "test_website.py", "test_wheel.py", "test_year.py")
INSTALLED = ("packages", "databases")


@dataclass(frozen=True)
class Wishes:
    """How complete the complete run is to be."""

    both: bool = False
    """The addon's whole suite through pytest's door as well."""
    long: bool = False
    """What is slower, and what has not changed."""
    fresh: bool = False
    """Templates made anew, and nothing taken for unchanged."""
    weigh: bool = False
    """Write down how long things took."""

    @property
    def anew(self) -> bool:
        """Tell whether to run what has passed and not changed."""
        return self.long or self.fresh or self.weigh

    @property
    def tags(self) -> set[str]:
        """Return which of Odoo's tests are run."""
        return {"standard", "long"} if self.long else {"standard"}

    @property
    def markers(self) -> list[str]:
        """Return which of pytest's tests are run."""
        return [] if self.long else ["-m", "not long"]


@dataclass
class Jobs:
    """Makes the jobs; what some of them find is used by others."""

    odoo: Odoo
    wishes: Wishes
    weights: Weights
    slots: int
    leaving: ExitStack = field(default_factory=ExitStack)
    databases: Databases | None = None
    addon: str = ""
    stage: str = ""
    collection: Collection | None = None

    def all(self) -> list[Job]:
        """Return every job, in the order of the closing table."""
        return [
            *self._installation(),
            *self._checks(),
            *self._plain(),
            *self._suite(),
            *self._journeys(),
        ]

    def _job(
        self,
        name: str,
        stage: str,
        work: Callable[[], Outcome],
        *,
        needs: Sequence[str] = (),
        seconds: float = 0.0,
    ) -> Job:
        """Return a job with its weight."""
        return Job(name, stage, work, seconds or self.weights.of_job(name), (*needs,))

    # === INSTALLATION === #

    def _installation(self) -> Iterator[Job]:
        """Yield what others need first."""
        yield self._job("packages", "installation", self._packages)
        yield self._job("databases", "installation", self._databases)

    def _packages(self) -> Outcome:
        """Install the programs of PDFs and of the journeys that are missing."""
        pdf.ensure()
        packages.ensure(packages.BROWSER)
        return Outcome(Count())

    def _databases(self) -> Outcome:
        """Have PostgreSQL until the run is over, and the databases to clone."""
        fresh = self.wishes.fresh
        pg = self.leaving.enter_context(postgres.running(repair=fresh))
        self.databases = Databases(self.odoo, pg)
        scratch.sweep(self.databases)
        if fresh:
            self.databases.drop_templates()
        self.addon = self.databases.addon()
        self.stage = self.databases.stage()
        self.databases.company()
        return Outcome(Count())

    # === WITHOUT A DATABASE === #

    def _checks(self) -> Iterator[Job]:
        """Yield lint and types, each tool by itself."""
        for stage, tools in (("lint", checks.LINT), ("types", checks.TYPES)):
            for check in tools:
                yield self._job(check.name, stage, partial(self._check, check))

    def _check(self, check: Check) -> Outcome:
        work = partial(check.outcome, self.odoo)
        if check.speaker and not self.wishes.anew:
            work = partial(self._check_files, check)
        return self._unless_unchanged(check.name, check.inputs, work)

    def _check_files(self, check: Check) -> Outcome:
        """Let a tool judge the files that it has not passed as they are."""
        python = [file for file in unchanged.files(check.inputs) if _is_python(file)]
        return unchanged.by_file(
            check.name,
            unchanged.key([".pylintrc"], self.odoo.identity),
            python,
            lambda files: check.of_files(files).outcome(self.odoo),
        )

    def _plain(self) -> Iterator[Job]:
        """Yield the tests of core and dev; those of the emulator see it alone."""
        emulator = [_name(file) for file in sorted(paths.REPO.glob(EMULATOR))]
        rest = ["tests/dev", *(f"--ignore={file}" for file in emulator)]
        yield self._pytest("core", "core and dev", CORE)
        yield self._stamped("dev", rest, unchanged.EVERYTHING)
        yield self._stamped("emulator", emulator, EMULATOR_INPUTS)

    def _stamped(self, name: str, arguments: list[str], inputs: Sequence[str]) -> Job:
        """Return a job of pytest that is not done again for the same inputs."""
        job = self._pytest(name, "core and dev", arguments)
        work = partial(self._unless_unchanged, name, inputs, job.work)
        return self._job(name, job.stage, work)

    def _unless_unchanged(
        self, name: str, inputs: Sequence[str], work: Callable[[], Outcome]
    ) -> Outcome:
        return unchanged.unless(
            name.replace(" ", "-"),
            lambda: unchanged.key(inputs, self.odoo.identity),
            work,
            anew=self.wishes.anew,
        )

    def _pytest(
        self, name: str, stage: str, arguments: Sequence[str], needs: Sequence[str] = ()
    ) -> Job:
        """Return a job of plain pytest."""
        words = [*pytest_run.PLAIN, *self.wishes.markers, *arguments]
        work = partial(pytest_run.run, name, self.odoo, words)
        return self._job(name, stage, work, needs=needs)

    # === THE ADDON'S SUITE === #

    def _suite(self) -> Iterator[Job]:
        """Yield the suite in shards, update and upgrade, and what pytest runs of it."""
        stage = "addon, Odoo"
        yield self._job("collection", "addon, doors", self._collect)
        long = self.wishes.long
        weights = {
            file: self.weights.of_file(file, long=long) for file in shards.files()
        }
        count = shards.how_many(sum(weights.values()), self.slots)
        for number, shard in enumerate(shards.divide(weights, count), 1):
            seconds = START + sum(weights[file] for file in shard)
            needs = (*INSTALLED, "collection")
            work = partial(self._shard, f"addon-{number}", shard)
            yield self._job(
                f"addon-{number}", stage, work, needs=needs, seconds=seconds
            )
            if self.wishes.both:
                name = f"pytest-{number}"
                work = partial(self._by_pytest, name, [_name(file) for file in shard])
                yield self._job(
                    name, "addon, pytest", work, needs=INSTALLED, seconds=seconds
                )
        yield self._job("update", "addon, update", self._update, needs=["databases"])
        work = partial(self._unless_unchanged, "upgrade", UPGRADE_INPUTS, self._upgrade)
        yield self._job("upgrade", "addon, upgrade", work, needs=["databases"])
        yield self._job("odoo-own", "Odoo's own", self._odoos, needs=["databases"])
        if not self.wishes.both:
            yield self._job(
                "pytest",
                "addon, pytest",
                self._marked,
                needs=[*INSTALLED, "collection"],
            )

    def _collect(self) -> Outcome:
        """Ask both doors which tests there are."""
        self.collection = collect(self.odoo, scratch.logs())
        return self.collection.judge()

    def _shard(self, name: str, shard: Sequence[Path]) -> Outcome:
        """Run some files by Odoo's own runner."""
        assert self.databases and self.collection  # noqa: S101 - the job needs them
        modules = [shards.module(file) for file in shard]
        return shard_run.run(
            name,
            self.databases,
            self.stage,
            shards.test_tags(shard, self.wishes.tags),
            self.collection.of_files(modules, self.wishes.tags),
        )

    def _update(self) -> Outcome:
        """Update the addon where it is installed."""
        assert self.databases  # noqa: S101 - the job needs them
        return shard_run.update("update", self.databases, self.addon)

    def _upgrade(self) -> Outcome:
        """Upgrade from the version before, or from all; each step is told."""
        words = [*pytest_run.PLAIN, *self.wishes.markers, "-s", UPGRADE]
        return pytest_run.run("upgrade", self.odoo, words, pytest_run.steps)

    def _odoos(self) -> Outcome:
        """Run Odoo's own tests of what the addon changes."""
        assert self.databases  # noqa: S101 - the job needs them
        return shard_run.others("odoo-own", self.databases, self.addon, odoo_own.TAGS)

    def _marked(self) -> Outcome:
        """Run by pytest what is marked for it."""
        assert self.collection  # noqa: S101 - the job needs it
        return self._by_pytest("pytest", self.collection.marked)

    def _by_pytest(self, name: str, arguments: Sequence[str]) -> Outcome:
        assert self.databases  # noqa: S101 - the job needs them
        return pytest_run.on_clone(name, self.databases, self.stage, arguments)

    # === JOURNEYS === #

    def _journeys(self) -> Iterator[Job]:
        """Yield the journeys: one stack for all but those that bring their own.

        Those are collected each time: a name they import may have moved.
        """
        apart = [_name(JOURNEYS / file) for file in LONG] if self.wishes.long else []
        shared = [_name(JOURNEYS), *(f"--ignore={file}" for file in apart)]
        yield self._pytest("journeys", "journeys", shared, INSTALLED)
        for file in apart:
            name = f"journey-{Path(file).stem.removeprefix('test_')}"
            yield self._pytest(name, "journeys", [file], INSTALLED)


def _name(file: Path) -> str:
    """Return a file as pytest is given it."""
    return file.relative_to(paths.REPO).as_posix()


def _is_python(file: Path) -> bool:
    """Tell whether a file is code, by its own name: the addon's tests have two."""
    return file.suffix == ".py" and file.resolve() == file
