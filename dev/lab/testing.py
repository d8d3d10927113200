"""`python3 -m dev test`: lint, types and every test, through each of its doors."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from dev.lab import alive, checks, doors, odoo_source, packages, paths, postgres
from dev.lab.database import Databases
from dev.lab.errors import LabError
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Outcome, Table
from dev.lab.processes import stop_left_over
from dev.lab.selection import Selection, select

PREFIX = "kash_test"


def run_test(arguments: list[str]) -> int:
    """Run the tests that pytest's arguments name, without any all there is."""
    fresh = "--fresh" in arguments
    selection = select([word for word in arguments if word != "--fresh"])
    odoo = odoo_source.find(repair=fresh)
    table = Table()
    if selection.everything:
        table.add("lint", lambda: checks.outcome("Lint", checks.LINT, odoo))
        table.add("types", lambda: checks.outcome("Types", checks.TYPES, odoo))
    if selection.plain:
        table.add("core and dev", lambda: _plain(selection, odoo))
    if selection.addon or selection.journeys:
        try:
            _with_database(selection, odoo, table, fresh=fresh)
        except LabError as error:
            table.fail("installation", error)
    return table.conclude()


def _with_database(
    selection: Selection, odoo: Odoo, table: Table, *, fresh: bool
) -> None:
    """Run the stages that need PostgreSQL and the machine's programs."""
    packages.ensure({**packages.PDF, **packages.BROWSER})
    with postgres.running(repair=fresh) as pg:
        databases = Databases(odoo, pg)
        sweep(databases)
        if fresh:
            databases.drop_templates()
        if selection.addon:
            table.add("addon, pytest", lambda: _pytest_odoo(selection, databases))
        if selection.everything:
            table.add("addon, Odoo", lambda: _odoo_runner(databases))
        if selection.journeys:
            table.add("journeys", lambda: _journeys(selection, odoo))


def _plain(selection: Selection, odoo: Odoo) -> Outcome:
    """Run what needs neither database nor browser."""
    arguments = [*selection.plain, *selection.options]
    return doors.plain("plain", odoo, arguments, whole=selection.everything)


def _pytest_odoo(selection: Selection, databases: Databases) -> Outcome:
    """Run the addon's suite through the contributor's door."""
    arguments = [*selection.addon, *selection.options]
    with _clone(databases, "pytest") as database:
        return doors.pytest_odoo(
            databases, database, arguments, whole=selection.everything
        )


def _odoo_runner(databases: Databases) -> Outcome:
    """Run the addon's suite through Odoo's and the OCA's door."""
    with _clone(databases, "odoo") as database:
        return doors.odoo_runner(databases, database)


def _journeys(selection: Selection, odoo: Odoo) -> Outcome:
    """Run the journeys of people through a real stack."""
    arguments = [*selection.journeys, *selection.options]
    return doors.plain("journeys", odoo, arguments, whole=selection.everything)


@contextmanager
def _clone(databases: Databases, purpose: str) -> Iterator[str]:
    """Have a database with the addon for a while, under a name of this process."""
    database = f"{PREFIX}_{os.getpid()}_{purpose}"
    databases.clone(databases.addon(), database)
    try:
        yield database
    finally:
        databases.drop(database)


def sweep(databases: Databases) -> None:
    """Clear away what earlier runs left: programs and databases only if killed."""
    for folder in paths.JOURNEYS.glob("*"):
        if not alive.born(int(folder.name.partition("-")[0])):
            stop_left_over(folder)
            shutil.rmtree(folder)
    for name in databases.names(f"{PREFIX}_"):
        if not alive.born(int(name.split("_")[2])):
            databases.drop(name)
