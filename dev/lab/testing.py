"""`python3 -m dev test`: lint, types and every test, or what arguments name."""

from dev.lab import doors, odoo_source, packages, pdf, postgres, scratch
from dev.lab.database import Databases
from dev.lab.errors import LabError
from dev.lab.odoo_source import Odoo
from dev.lab.outcome import Table
from dev.lab.selection import Selection, select
from dev.lab.suite import complete
from dev.lab.suite.jobs import Wishes

OPTIONS = ("--fresh", "--both", "--long", "--weigh")


def run_test(arguments: list[str]) -> int:
    """Run the tests that pytest's arguments name, without any all there is."""
    wished = {word for word in arguments if word in OPTIONS}
    named = [word for word in arguments if word not in OPTIONS]
    if not named:
        wishes = _wishes(wished)
        return complete.run(odoo_source.find(repair=wishes.fresh), wishes)
    if unfit := sorted(wished - {"--fresh"}):
        raise LabError(
            f"{' '.join(unfit)} is for the complete run, which names nothing."
        )
    return _run_named(select(named), fresh="--fresh" in wished)


def _wishes(words: set[str]) -> Wishes:
    """Read how complete the complete run is to be; before a release it is all."""
    return Wishes(
        both=bool({"--both", "--long"} & words),
        long="--long" in words,
        fresh="--fresh" in words,
        weigh="--weigh" in words,
    )


def _run_named(selection: Selection, *, fresh: bool) -> int:
    """Run what is named on this terminal, one door after the other."""
    odoo = odoo_source.find(repair=fresh)
    options = selection.options
    table = Table()
    if selection.plain:
        words = [*selection.plain, *options]
        table.add("core and dev", lambda: doors.plain("plain", odoo, words))
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
    pdf.ensure()
    packages.ensure(packages.BROWSER)
    with postgres.running(repair=fresh) as pg:
        databases = Databases(odoo, pg)
        scratch.sweep(databases)
        if fresh:
            databases.drop_templates()
        if selection.addon:
            words = [*selection.addon, *selection.options]
            table.add("addon, pytest", lambda: doors.pytest_odoo(databases, words))
        if selection.journeys:
            journeys = [*selection.journeys, *selection.options]
            table.add("journeys", lambda: doors.plain("journeys", odoo, journeys))
