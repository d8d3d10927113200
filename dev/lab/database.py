"""Databases made once, kept as templates and cloned in a second."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from dev.lab import odoo_config, paths, stamps
from dev.lab.commands import Program
from dev.lab.locks import hold, locked, unless_held
from dev.lab.odoo_source import Odoo
from dev.lab.ports import free_port
from dev.lab.postgres import Postgres
from dev.lab.terminal import Step, step

BASE_MODULES = ("account", "account_payment")
Make = Callable[[str, Step], None]
LOADING = re.compile(r"Loading module (\S+) \((\d+/\d+)\)")


def addon_digest(addon: Path = paths.ADDON) -> str:
    """Hash the files of the addon that a database is made from."""
    files = (file for file in addon.rglob("*") if file.is_file())
    return stamps.digest_files(addon, (file for file in files if _counts(file, addon)))


def _counts(file: Path, addon: Path) -> bool:
    """Tell an addon's own files from its tests and from what tools leave behind."""
    parts = file.relative_to(addon).parts
    left_behind = any(part.startswith((".", "__pycache__")) for part in parts)
    return parts[0] != "tests" and not left_behind


@dataclass(frozen=True)
class Databases:
    """The databases of one Odoo on one server."""

    odoo: Odoo
    pg: Postgres

    def exists(self, name: str) -> bool:
        """Tell whether there is a database of this name."""
        query = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"  # noqa: S608
        return bool(self.pg.sql(query))

    def is_whole(self, name: str) -> bool:
        """Tell whether a database is there with its files."""
        return self.exists(name) and (paths.FILESTORE / name).is_dir()

    def names(self, prefix: str) -> list[str]:
        """Return the databases whose name begins like this."""
        query = (
            f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')"  # noqa: S608
        )
        return self.pg.sql(query).split()

    def clone(self, source: str, target: str) -> None:
        """Copy a database with its files; the copy is an Odoo of its own."""
        self.copy(source, target)
        self.pg.sql(
            "UPDATE ir_config_parameter SET value = gen_random_uuid() "
            "WHERE key = 'database.uuid'",
            database=target,
        )

    def copy(self, source: str, target: str) -> None:
        """Copy a database with its files; the copy takes itself for the same Odoo."""
        self.drop(target)
        self.pg.sql(
            f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY'
        )
        _copy_files(paths.FILESTORE / source, paths.FILESTORE / target)

    def rename(self, source: str, target: str) -> None:
        """Put a finished database in the place of another one."""
        self.drop(target)
        self.pg.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
        if (paths.FILESTORE / source).exists():
            (paths.FILESTORE / source).rename(paths.FILESTORE / target)

    def drop(self, name: str) -> None:
        """Remove a database and its files, if they are there."""
        self.pg.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(paths.FILESTORE / name, ignore_errors=True)
        (paths.CONFIGS / f"{name}.conf").unlink(missing_ok=True)

    def base(self) -> str:
        """Return the template with Odoo's own modules."""
        key = stamps.digest(self.odoo.identity, *BASE_MODULES)

        def make(name: str, current: Step) -> None:
            self.drop(name)
            self.odoo_run(name, ["-i", ",".join(BASE_MODULES)], current)
            self.script(name, "seed.warm_up(env)", {}, current)

        title = f"A database with Odoo's modules {', '.join(BASE_MODULES)}"
        return self.template("kash_base", key, title, make)

    def addon(self) -> str:
        """Return the template with the addon installed on top of Odoo's modules."""
        base = self.base()

        def make(name: str, current: Step) -> None:
            self.clone(base, name)
            self.odoo_run(name, ["-i", paths.ADDON_NAME], current)
            self.script(name, "seed.warm_up(env)", {}, current)

        key = stamps.digest(base, addon_digest())
        title = f"The same database with {paths.ADDON_NAME}"
        return self.template("kash_addon", key, title, make)

    def company(self) -> str:
        """Return the template with the demo company of today, not yet connected."""
        addon = self.addon()

        def make(name: str, current: Step) -> None:
            self.clone(addon, name)
            self.script(name, "seed.make_company(env)", {}, current)

        today = datetime.now(timezone.utc).date()
        key = stamps.digest(addon, paths.SEED.read_text(), today.isoformat())
        return self.template("kash_company", key, "The same with a small company", make)

    def stage(self) -> str:
        """Return the template with the company that tests of the addon look for."""
        addon = self.addon()

        def make(name: str, current: Step) -> None:
            self.clone(addon, name)
            self.script(name, "seed.make_stage(env)", {}, current)

        key = stamps.digest(addon, paths.SEED.read_text())
        return self.template("kash_stage", key, "The same with a chart to test", make)

    def template(self, prefix: str, key: str, title: str, make: Make) -> str:
        """Return a database kept for cloning, made under another name until done."""
        name = f"{prefix}_{key}"
        with locked(prefix):
            hold(name)
            if not self.is_whole(name):
                with step(title) as current:
                    make(f"{name}_half", current)
                    self.rename(f"{name}_half", name)
                self._drop_others(prefix, name)
        return name

    def drop_templates(self) -> None:
        """Forget every template, so that the next use makes it again."""
        for prefix in (
            "kash_base",
            "kash_addon",
            "kash_company",
            "kash_stage",
            "kash_suites",
            "kash_guest",
            "kash_old",
        ):
            with locked(prefix):
                self._drop_others(prefix, "")

    def _drop_others(self, prefix: str, name: str) -> None:
        """Remove the templates this one replaces, but for those another run clones."""
        for old in self.names(f"{prefix}_"):
            with unless_held(old) as free:
                if free and old != name:
                    self.drop(old)

    def odoo_run(self, database: str, arguments: list[str], current: Step) -> str:
        """Run Odoo once on a database and return what it logged."""
        odoo = [sys.executable, "-m", "odoo", "-c", str(self.config(database))]
        return Program(
            [*odoo, "--no-http", *arguments, "--stop-after-init"],
            log=f"odoo-{database}",
            env=self.odoo.environment(),
            progress=loading,
            doing="starting Odoo",
        ).run(current)

    def script(
        self,
        database: str,
        code: str,
        env: Mapping[str, str],
        current: Step,
        *,
        module: str = "dev.lab.seed",
    ) -> None:
        """Run a line of the seed, or of another module, inside Odoo on a database."""
        package, _, name = module.rpartition(".")
        shell = [sys.executable, "-m", "odoo", "shell", "--no-http"]
        Program(
            [*shell, "-c", self.config(database)],
            log=f"{name}-{database}",
            env=self.odoo.environment() | dict(env),
            stdin=f"from {package} import {name}\n{code}\nenv.cr.commit()\n",
            doing="inside Odoo",
            progress=told,
        ).run(current)

    def config(self, database: str) -> Path:
        """Write the configuration for a run without visitors or mail."""
        return odoo_config.write(
            paths.CONFIGS / f"{database}.conf",
            self.odoo,
            self.pg,
            http_port=free_port(),
            smtp_port=free_port(),
            database=database,
        )


def loading(line: str) -> str:
    """Say which module Odoo is loading, from a line of its log."""
    found = LOADING.search(line)
    return f"module {found[1]} ({found[2]})" if found else ""


def told(line: str) -> str:
    """Keep what the seed says of itself, from all the lines of a log."""
    return line.removeprefix("seed: ") if line.startswith("seed: ") else ""


def _copy_files(source: Path, target: Path) -> None:
    """Copy a filestore; its files never change, so links to them will do."""
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link)
