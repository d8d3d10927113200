"""The databases the runs start from, made once, and the programs beside them."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dev.bench import server
from dev.bench.plan import Way
from dev.bench.year import Year
from dev.lab import paths, stamps
from dev.lab.commands import Program
from dev.lab.database import Databases
from dev.lab.terminal import Step, say, step
from dev.lab.venv import pip_news
from dev.stripe_emulator import StripeEmulator

HERE = Path(__file__).parent
WANTED = HERE / "requirements.txt"
FOLDER = paths.LAB / "bench"
SITE = FOLDER / "site"
OCA_MODULE = "account_statement_import_online_stripe"


@dataclass(frozen=True)
class Stage:
    """A database of each kind for one year, and a way to run something on a copy."""

    databases: Databases
    rows: int
    payments: int
    seed: int
    profile: bool = False

    def run(self, way: Way, year: Year, number: int) -> dict[str, Any]:
        """Run one way on a fresh copy of its database; return its figures."""
        source, name = self.template(way.stage), f"kash_bench_run_{os.getpid()}"
        databases = self._databases(way.stage)
        result = paths.folder(FOLDER) / f"{name}.result.json"
        databases.clone(source, name)
        try:
            with server.serving(year) as url, step(_title(way, year, number)) as now:
                job = {
                    "run": way.run,
                    "settings": dict(way.settings),
                    "rows": len(year.lines),
                    "until": year.lines[-1].created,
                    "url": url,
                    "result": str(result),
                    "profile": str(FOLDER / f"{way.name}.prof") if self.profile else "",
                }
                self._inside(databases, name, "measure.run(env)", url, now, job)
            figures: dict[str, Any] = json.loads(result.read_text())
        finally:
            databases.drop(name)
            result.unlink(missing_ok=True)
        if "seconds" in figures:
            work = 1000 * figures["busy_seconds"] / len(year.lines)
            say(f"    {work:.1f} ms of work a row")
        return {"rows": len(year.lines), **figures}

    def template(self, kind: str) -> str:
        """Return the database that runs of this kind start from."""
        databases, base = self._databases(kind), self._base(kind)

        def make(name: str, current: Step) -> None:
            databases.clone(base, name)
            if modules := _MODULES.get(kind):
                databases.odoo_run(name, ["-i", modules], current)
            with _stripe() as (url, keys):
                code = f"furnish.{kind}(env)"
                self._inside(databases, name, code, url, current, {}, keys)
            databases.pg.sql("VACUUM ANALYZE", database=name)

        key = stamps.digest(base, *self._made_from(kind))
        title = f"The database to measure {_TITLES[kind]}"
        return databases.template(f"kash_bench_{kind}", key, title, make)

    def _made_from(self, kind: str) -> list[str]:
        """Return what a database of this kind depends on."""
        files = [HERE / "furnish.py", HERE / "year.py"]
        sizes = [] if kind == "oca" else [self.rows, self.payments, self.seed]
        return [*(file.read_text() for file in files), *map(str, sizes)]

    def _base(self, kind: str) -> str:
        """Return the database of the lab to go on from."""
        return self.databases.addon() if kind == "ours" else self.databases.base()

    def _databases(self, kind: str) -> Databases:
        """Return the databases with the Odoo that has the modules of this kind."""
        if kind != "oca":
            return self.databases
        return replace(self.databases, odoo=replace(self.databases.odoo, site=_site()))

    def _inside(
        self,
        databases: Databases,
        name: str,
        code: str,
        url: str,
        current: Step,
        job: Mapping[str, Any],
        more: Mapping[str, str] | None = None,
    ) -> None:
        """Run code of the benchmark inside Odoo."""
        file = paths.folder(FOLDER) / f"{name}.job.json"
        file.write_text(json.dumps(dict(job)))
        module = code.partition(".")[0]
        env = {
            "TZ": "UTC",  # OCA's import takes the machine's zone for Stripe's
            "KASH_STRIPE_API_BASE": url,
            "KASH_STRIPE_CONNECT_BASE": url,
            "KASH_BENCH_JOB": str(file),
            "KASH_BENCH_ROWS": str(self.rows),
            "KASH_BENCH_PAYMENTS": str(self.payments),
            "KASH_BENCH_SEED": str(self.seed),
            **(more or {}),
        }
        try:
            lines = f"from dev.bench import {module}\n{code}"
            databases.script(name, lines, env, current)
        finally:
            file.unlink()


_MODULES = {"framework": "payment_demo", "oca": OCA_MODULE}
_TITLES = {
    "ours": "ours",
    "framework": "Odoo's payment framework",
    "oca": "OCA's statement import",
}


def _title(way: Way, year: Year, number: int) -> str:
    """Say what is run."""
    return f"Round {number}: {way.title}, {len(year.lines)} rows"


@contextmanager
def _stripe() -> Iterator[tuple[str, dict[str, str]]]:
    """Have the emulator for a while, to connect to; with its account's keys."""
    with StripeEmulator(seed=1) as stripe:
        account = stripe.create_account(country="US", currency="usd", timezone="UTC")
        yield (
            stripe.url,
            {
                "KASH_BENCH_SECRET_KEY": account.secret_key,
                "KASH_BENCH_PUBLISHABLE_KEY": account.publishable_key,
            },
        )


def _site() -> Path:
    """Return the folder with OCA's addons, fetched by pip the first time."""
    pip = [sys.executable, "-m", "pip", "install", "--no-input", "--no-deps"]
    options = ["--progress-bar=off", "--disable-pip-version-check", "--upgrade"]

    def install(current: Step) -> None:
        Program(
            [*pip, *options, "--target", SITE, "-r", WANTED],
            log="pip-bench",
            progress=pip_news,
        ).run(current)

    stamps.ensure(
        "bench-site",
        stamps.digest(WANTED.read_text()),
        "OCA's statement import, into a folder of its own",
        install,
        sound=(SITE / "odoo" / "addons" / OCA_MODULE).is_dir,
    )
    return SITE
