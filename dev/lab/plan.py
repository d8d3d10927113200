"""`python3 -m dev plan`: rooms, arrows between them, and what breaks a rule."""

import argparse
from pathlib import Path

from dev.lab import odoo_source, paths
from dev.lab.errors import LabError
from dev.lab.odoo_source import Odoo
from dev.lab.terminal import say
from dev.plan import odoo_names, picture, report, rules
from dev.plan.arrows import Arrows
from dev.plan.house import House
from dev.plan.rooms import Rooms, read_mapping

PAGE = paths.REPO / "docs" / "architecture.md"


def run_plan(arguments: list[str]) -> int:
    """Print the plan of the addon; return 1 if something breaks a rule."""
    wishes = _wishes(arguments)
    house = House(paths.ADDON, _rooms(wishes.planned), names(odoo_source.find()))
    arrows = Arrows(house)
    found = rules.offences(house, arrows)
    for part in (
        report.rooms(house),
        report.between(arrows, each=wishes.arrows),
        report.in_order(house),
        report.broken(found),
    ):
        say("\n".join(part) + "\n")
    if wishes.write:
        PAGE.write_text(page(arrows))
    return 1 if found else 0


def today() -> House:
    """Return the addon as it stands, for tests: they fetch no Odoo."""
    odoo = odoo_source.present()
    if odoo is None:
        raise LabError(
            "The plan needs Odoo's source, to know which names are Odoo's own, and"
            " there is none. `python3 -m dev plan` fetches it;"
            f" {odoo_source.HOME_VARIABLE} names one you have."
        )
    return House(paths.ADDON, Rooms(), names(odoo))


def names(odoo: Odoo) -> odoo_names.OdooNames:
    """Return the names that an Odoo defines."""
    return odoo_names.read(odoo.home, odoo.identity, paths.LAB / "plan")


def page(arrows: Arrows) -> str:
    """Return the architecture page with the picture of these arrows."""
    try:
        return picture.inserted(PAGE.read_text(), arrows)
    except ValueError as error:
        raise LabError(f"{PAGE.relative_to(paths.REPO)}: {error}.") from None


def _wishes(arguments: list[str]) -> argparse.Namespace:
    """Read the command's options."""
    parser = argparse.ArgumentParser(prog="python3 -m dev plan", description=__doc__)
    parser.add_argument("--arrows", action="store_true", help="each arrow by its line")
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--as",
        dest="planned",
        type=Path,
        metavar="FILE",
        help="rooms of a layout that is only planned: lines `path<TAB>room`"
        " or `path::name<TAB>room`",
    )
    either.add_argument(
        "--write", action="store_true", help="draw the picture in docs/architecture.md"
    )
    return parser.parse_args(arguments)


def _rooms(planned: Path | None) -> Rooms:
    """Return the rooms of today's folders, or those of a mapping."""
    if planned is None:
        return Rooms()
    try:
        return read_mapping(planned)
    except (OSError, ValueError) as error:
        raise LabError(f"{planned}: {error}") from None
