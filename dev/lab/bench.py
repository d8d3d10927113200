"""`python3 -m dev bench`: how fast rows get into the books, beside other ways."""

import argparse
import json
from pathlib import Path
from typing import Any

from dev.bench import page, plan, report
from dev.bench.stage import Stage
from dev.bench.year import Year
from dev.lab import odoo_source, postgres
from dev.lab.database import Databases
from dev.lab.terminal import Step, say

SIZES = (1_000, 10_000, 100_000)
MOST_COMPARED = 10_000
MOST_PAYMENTS = 1_000


def run_bench(arguments: list[str]) -> int:
    """Run everything in alternation, print a table, and write the figures."""
    if arguments[:1] == ["page"]:
        return page.run_page(arguments[1:])
    wishes = _wishes(arguments)
    started, odoo = Step("bench"), odoo_source.find()
    with postgres.running() as pg:
        stage = Stage(
            Databases(odoo, pg),
            min(wishes.rows, MOST_COMPARED),
            min(wishes.rows, wishes.first or MOST_PAYMENTS, MOST_PAYMENTS),
            wishes.seed,
            profile=wishes.profile,
        )
        runs = _all_runs(stage, wishes)
    told = report.summary(runs)
    told |= {"rows": wishes.rows, "seed": wishes.seed, "rounds": wishes.rounds}
    if wishes.json:
        wishes.json.write_text(json.dumps(told, indent=2) + "\n")
    say(f"\n{report.table(told, _titles(wishes.rows))}")
    say(f"\n{started.seconds / 60:.0f} minutes.")
    return 0


def _wishes(arguments: list[str]) -> argparse.Namespace:
    """Read the command's options."""
    parser = argparse.ArgumentParser(prog="python3 -m dev bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="of the year (10000)")
    parser.add_argument("--seed", type=int, default=1, help="another year (1)")
    parser.add_argument(
        "--first", type=int, help="compare on the year's first rows alone, for a hurry"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each way (3)")
    parser.add_argument(
        "--only", help="names of ways, with commas: " + ", ".join(_titles(100_000))
    )
    parser.add_argument(
        "--profile", action="store_true", help="leave .lab/bench/*.prof for pstats"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    return parser.parse_args(arguments)


def _all_runs(stage: Stage, wishes: argparse.Namespace) -> dict[str, Any]:
    """Run each way, in turns; return {name: figures of its runs}."""
    runs: dict[str, Any] = {}
    only = set((wishes.only or ",".join(_titles(wishes.rows))).split(","))
    elsewhere = Year.make(stage.rows, stage.seed, first=wishes.first)
    payments = Year.make(stage.rows, stage.seed, first=stage.payments, linked=True)
    groups: list[tuple[tuple[plan.Way, ...], Year]] = [
        (plan.ELSEWHERE, elsewhere),
        (plan.PAYMENTS, payments),
    ]
    for ways, year in groups:
        for number in range(1, wishes.rounds + 1):
            for way in ways:
                if _is_wanted(way.name, only):
                    figures = stage.run(way, year, number)
                    runs.setdefault(way.name, []).append(figures)
    for rows in _sizes(wishes.rows):
        if _is_wanted(_size(rows), only):
            year = Year.make(rows, stage.seed)
            runs[_size(rows)] = [stage.run(plan.UNSUMMED, year, 1)]
    return runs


def _is_wanted(name: str, only: set[str]) -> bool:
    """Tell whether a way is named; the first word alone names all that begin so."""
    return bool({name, name.partition("_")[0]} & only)


def _sizes(rows: int) -> list[int]:
    """Return the sizes at which time and memory per row are compared."""
    return [size for size in SIZES if size <= rows]


def _size(rows: int) -> str:
    """Return what a run of this many rows is called."""
    return f"size_{rows}"


def _titles(rows: int) -> dict[str, str]:
    """Return {name: what it is} of each way."""
    ways = {way.name: way.title for way in (*plan.ELSEWHERE, *plan.PAYMENTS)}
    return ways | {
        _size(size): f"ours, a line a row, {size} rows" for size in _sizes(rows)
    }
