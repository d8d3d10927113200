"""How long Odoo works for the pay page, beside its own page of the same invoice."""

import argparse
import json
import os
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from dev.lab import odoo_source, paths, postgres, web
from dev.lab.database import Databases
from dev.lab.stack import Stack, temporary
from dev.lab.terminal import say, step

TARGET = 0.5
WARM = 3


def run_page(arguments: list[str]) -> int:
    """Ask for both pages in turns, print the medians and their ratio."""
    wishes = _wishes(arguments)
    with postgres.running() as pg:
        databases = Databases(odoo_source.find(), pg)
        name, folder = f"kash_bench_page_{os.getpid()}", paths.LAB / "bench" / "page"
        company = databases.company()
        with temporary(
            databases, name, folder, lambda: databases.clone(company, name)
        ) as stack:
            times = _measure(stack, wishes.rounds)
    told = {f"{page}_ms": round(median(took) * 1000, 1) for page, took in times.items()}
    told["page_vs_odoo"] = round(median(times["page"]) / median(times["odoo"]), 2)
    say(f"\npay page {told['page_ms']} ms, Odoo's page {told['odoo_ms']} ms")
    say(f"ratio {told['page_vs_odoo']}, promised at most {TARGET}")
    if wishes.json:
        wishes.json.write_text(json.dumps(told, indent=2) + "\n")
    return 0


def _wishes(arguments: list[str]) -> argparse.Namespace:
    """Read the command's options."""
    parser = argparse.ArgumentParser(
        prog="python3 -m dev bench page", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=50, help="looks at each (50)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    return parser.parse_args(arguments)


def _measure(stack: Stack, rounds: int) -> dict[str, list[float]]:
    """Look at both pages in turns; return how long each look took, in seconds."""
    addresses = _addresses(stack)
    times: dict[str, list[float]] = {name: [] for name in addresses}
    with step(f"{rounds} looks at each page"):
        for look in range(WARM + rounds):
            for name, address in addresses.items():
                begun = time.perf_counter()
                web.get(stack.odoo_port, address)
                if look >= WARM:
                    times[name].append(time.perf_counter() - begun)
    return times


def _addresses(stack: Stack) -> dict[str, str]:
    """Return where the same unpaid invoice is seen, here and in Odoo's portal."""
    move = json.loads(stack.report.read_text())["invoice"]
    [read] = stack.rpc("account.move", "read", [move], ["kash_stripe_link_url"])
    portal = stack.rpc("account.move", "get_portal_url", [move])
    return {"page": urlsplit(read["kash_stripe_link_url"]).path, "odoo": portal}
