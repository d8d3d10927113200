"""Two databases that were one: the addon of one is upgraded, the other's stays."""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dev.lab import paths, stamps, web, wheel
from dev.lab.commands import Program
from dev.lab.database import Databases, loading
from dev.lab.errors import LabError
from dev.lab.ports import free_port
from dev.lab.processes import Service
from dev.lab.scratch import PREFIX
from dev.lab.stack import ensure_account
from dev.lab.suite import odoo_log, unchanged
from dev.lab.terminal import Step, step
from dev.lab.upgrade import look
from dev.lab.upgrade.compare import Facts

WHEELS = paths.REPO / "tests" / "upgrade" / "wheels"
LIFE = "dev.lab.upgrade.life"
BEGINNING = (
    1761307200  # 2025-10-24 12:00 UTC: no day of today's may change what happens
)
ALL_REQUESTS = 10_000
MEMORY = "stripe.json"
MADE_FROM = (
    "dev/stripe_emulator/**/*.py",
    "dev/lab/upgrade/life.py",
    "dev/lab/upgrade/twins.py",
    "dev/lab/seed.py",
    "dev/lab/stack.py",
)


def wheels() -> list[Path]:
    """Return the versions there are to upgrade from, the newest first."""
    return sorted(WHEELS.glob("*.whl"), key=version_of, reverse=True)


def version_of(file: Path) -> tuple[int, ...]:
    """Return the version of a wheel, to be compared."""
    return tuple(int(part) for part in file.name.split("-")[1].split("."))


@dataclass
class Upgrade:
    """The way from one older version to the addon of today."""

    wheel: Path
    databases: Databases
    folder: Path
    port: int
    before: str = ""
    """The database from which both are copied, once it is made."""

    @property
    def version(self) -> str:
        """Return the older version."""
        return ".".join(map(str, version_of(self.wheel)))

    def twins(self) -> tuple[Facts, Facts]:
        """Return what became of the one that stayed, and of the upgraded one."""
        old = self._old()
        self.before = self._furnished(old)
        with step("Going on with the version before"):
            stayed = self._live(old, "stayed", lambda _name, _current: None)
        with step("The same with the addon of today"):
            upgraded = self._live(self.databases, "upgraded", self._upgrade)
        return stayed, upgraded

    def count_before(self, where: str) -> int:
        """Count what there was before: a table, and a condition in SQL."""
        query = f"SELECT count(*) FROM {where}"  # noqa: S608 - the test's own words
        return int(self.databases.pg.sql(query, database=self.before))

    def clean_up(self) -> None:
        """Leave no database and no file."""
        for purpose in ("stayed", "upgraded"):
            self.databases.drop(self._name(purpose))
        shutil.rmtree(self.folder, ignore_errors=True)

    def _name(self, purpose: str) -> str:
        """Return the name of a database of this process."""
        return f"{PREFIX}_{os.getpid()}_{purpose}"

    # === BEFORE === #

    def _old(self) -> Databases:
        """Return the databases as an Odoo with the older addon sees them."""
        site = self.folder / "site"
        wheel.install(self.wheel, site)
        return replace(self.databases, odoo=replace(self.databases.odoo, site=site))

    def _furnished(self, old: Databases) -> str:
        """Return the template in which the older version has lived for some weeks.

        Stripe's memory of it lies among the database's files.
        """
        base = old.base()

        def make(name: str, current: Step) -> None:
            old.copy(base, name)
            old.odoo_run(name, ["-i", paths.ADDON_NAME], current)
            with self._stripe("before", current):
                ensure_account(self.port)
                self._inside(old, name, "furnish", current)
            shutil.copy(self.folder / "before.json", paths.FILESTORE / name / MEMORY)

        sha = hashlib.sha256(self.wheel.read_bytes()).hexdigest()
        key = stamps.digest(unchanged.key(MADE_FROM, base, sha))
        title = f"Some weeks with version {self.version}"
        return old.template(f"kash_old_{self.version}", key, title, make)

    # === AFTER === #

    def _live(
        self, odoo: Databases, purpose: str, begin: Callable[[str, Step], None]
    ) -> Facts:
        """Go on from what there was before, and look at what came of it."""
        database = self._name(purpose)
        memory = self.folder / f"{purpose}.json"
        odoo.copy(self.before, database)
        shutil.copy(paths.FILESTORE / self.before / MEMORY, memory)
        with step("Going on") as current:
            begin(database, current)
            with self._stripe(purpose, current):
                self._inside(odoo, database, "go_on", current)
                asked = web.get_json(
                    self.port, f"/_control/requests?last={ALL_REQUESTS}"
                )
        return {
            **look.at_odoo(self.databases.pg, database),
            **look.at_stripe(memory, asked),
        }

    def _upgrade(self, database: str, current: Step) -> None:
        """Update the addon; an error in the log is one."""
        config = self.databases.config(database)
        options = ["--no-http", "-u", paths.ADDON_NAME, "--stop-after-init"]
        program = Program(
            [sys.executable, "-m", "odoo", "-c", config, *options],
            log=f"upgrade-{database}",
            env=self.databases.odoo.environment(),
            progress=loading,
        )
        log = program.run(current)
        if complaints := odoo_log.complaints(log):
            raise LabError(f"the update logged errors:\n{complaints}")

    # === BOTH === #

    def _inside(
        self, odoo: Databases, database: str, stage: str, current: Step
    ) -> None:
        """Live a stage inside Odoo."""
        environment = {
            "KASH_STRIPE_API_BASE": f"http://127.0.0.1:{self.port}",
            "KASH_STRIPE_CONNECT_BASE": f"http://127.0.0.1:{self.port}",
            "KASH_LAB_STRIPE_PORT": str(self.port),
        }
        odoo.script(database, f"life.{stage}(env)", environment, current, module=LIFE)

    @contextmanager
    def _stripe(self, purpose: str, current: Step) -> Iterator[None]:
        """Have the emulator, with its memory in a file, where time stands still."""
        stripe = Service(
            f"stripe-{purpose}",
            [
                *(sys.executable, "-m", "dev.stripe_emulator"),
                *("--port", str(self.port), "--state", self.folder / f"{purpose}.json"),
                *("--seed", "upgrade", "--now", str(BEGINNING)),
            ],
            env=os.environ,
            folder=self.folder,
        )
        try:
            stripe.wait_until(
                lambda: web.answers(self.port, "/_control/health"), current
            )
            yield
        finally:
            stripe.stop()


@contextmanager
def upgrade(file: Path, databases: Databases) -> Iterator[Upgrade]:
    """Prepare to upgrade from a wheel; nothing is left of it."""
    folder = paths.folder(paths.JOURNEYS / f"{os.getpid()}-upgrade")
    made = Upgrade(file, databases, folder, free_port())
    try:
        yield made
    finally:
        made.clean_up()
