"""`python3 -m dev plan`: rooms, arrows between them, and what breaks a rule."""

import argparse
from pathlib import Path

from dev.lab import odoo_source, paths
from dev.lab.errors import LabError
from dev.lab.terminal import say
from dev.plan import odoo_names, report, rules
from dev.plan.arrows import Arrows
from dev.plan.house import House
from dev.plan.rooms import Rooms, read_mapping


def run_plan(arguments: list[str]) -> int:
    """Print the plan of the addon; return 1 if something breaks a rule."""
    wishes = _wishes(arguments)
    house = House(paths.ADDON, _rooms(wishes.planned), names())
    arrows = Arrows(house)
    found = rules.offences(house, arrows)
    for part in (
        report.rooms(house),
        report.between(arrows, each=wishes.arrows),
        report.broken(found),
    ):
        say("\n".join(part) + "\n")
    return 1 if found else 0


def names() -> odoo_names.OdooNames:
    """Return the names that the lab's Odoo defines."""
    odoo = odoo_source.find()
    return odoo_names.read(odoo.home, odoo.identity, paths.LAB / "plan")


def _wishes(arguments: list[str]) -> argparse.Namespace:
    """Read the command's options."""
    parser = argparse.ArgumentParser(prog="python3 -m dev plan", description=__doc__)
    parser.add_argument(
        "--as",
        dest="planned",
        type=Path,
        metavar="FILE",
        help="rooms of a layout that is only planned: lines `path<TAB>room`"
        " or `path::name<TAB>room`",
    )
    parser.add_argument("--arrows", action="store_true", help="each arrow by its line")
    return parser.parse_args(arguments)


def _rooms(planned: Path | None) -> Rooms:
    """Return the rooms of today's folders, or those of a mapping."""
    if planned is None:
        return Rooms()
    try:
        return read_mapping(planned)
    except (OSError, ValueError) as error:
        raise LabError(f"{planned}: {error}") from None
