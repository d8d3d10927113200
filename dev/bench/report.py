"""From the figures of all runs to a table, and to the promises."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from dev.bench.plan import MEMORY_TARGET_MB, RATIOS, REQUEST_TARGET_SECONDS

Figures = dict[str, Any]
Runs = Mapping[str, Sequence[Figures]]


def summary(runs: Runs) -> dict[str, Any]:
    """Return the ratios, beside the raw figures they are made of.

    They are ratios of work, not of waiting: other programs on the machine do not count.

    :param runs: {way: figures of each run}; a ratio is None if a way of it is missing
    """
    pace = {name: _pace(figures) for name, figures in runs.items()}
    pace |= {f"{name}_recorded": _pace(_recorded(runs[name])) for name in runs}
    ratios: dict[str, float | None] = {}
    for ratio in RATIOS:
        over, under = pace.get(ratio.over), pace.get(ratio.under)
        ratios[ratio.key] = round(over / under, 2) if over and under else None
    return {
        **ratios,
        "memory_growth_mb": _memory(runs),
        "request_seconds": _longest_request(runs),
        "ms_per_row": {
            name: ms and round(ms, 2) for name, ms in pace.items() if ms or name in runs
        },
        "runs": {name: list(figures) for name, figures in runs.items()},
    }


def table(told: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return the figures as a person reads them."""
    lines = [
        "| way | rows | ms a row | by the clock | queries a row | MB |",
        "|---|---|---|---|---|---|",
    ]
    for name, figures in told["runs"].items():
        lines.append(_row(titles[name], figures, told["ms_per_row"][name]))
    lines += ["", "| promise | target | measured |", "|---|---|---|"]
    for ratio in RATIOS:
        verdict = _verdict(told[ratio.key], ratio.holds)
        lines.append(f"| {ratio.title} | {ratio.promise} | {verdict} |")
    memory = _verdict(told["memory_growth_mb"], lambda mb: mb < MEMORY_TARGET_MB)
    lines.append(
        f"| memory at the largest size, MB | < {MEMORY_TARGET_MB:g} | {memory} |"
    )
    waited = _verdict(
        told["request_seconds"], lambda seconds: seconds <= REQUEST_TARGET_SECONDS
    )
    lines.append(
        f"| longest request of an undo, s | ≤ {REQUEST_TARGET_SECONDS:g} | {waited} |"
    )
    return "\n".join(lines)


def _row(title: str, figures: Sequence[Figures], pace: float | None) -> str:
    """Return the line of one way."""
    done = [run for run in figures if "seconds" in run]
    if not done:
        reason = figures[0]["skipped"] if figures else "not run"
        return f"| {title} | | {reason} | | | |"
    queries = median(run["queries"] / run["rows"] for run in done)
    clock = median(1000 * run["seconds"] / run["rows"] for run in done)
    memory = max(run["memory_growth_mb"] for run in done)
    return (
        f"| {title} | {done[0]['rows']} | {pace:.1f} | {clock:.1f} | {queries:.1f}"
        f" | {memory:.0f} |"
    )


def _pace(figures: Sequence[Figures]) -> float | None:
    """Return the median of what Odoo and its database worked on a row (ms)."""
    paces = [
        1000 * run["busy_seconds"] / run["rows"] for run in figures if "seconds" in run
    ]
    return median(paces) if paces else None


def _recorded(figures: Sequence[Figures]) -> list[Figures]:
    """Return what recording took where the same rows were undone afterwards."""
    return [
        {"rows": run["rows"], **run["recorded"]} for run in figures if "recorded" in run
    ]


def _longest_request(runs: Runs) -> float | None:
    """Return how long a person waited at most who undid something (seconds)."""
    waits = [
        run["parts"][name]
        for figures in runs.values()
        for run in figures
        if "recorded" in run
        for name in ("dialog", "press")
    ]
    return round(max(waits), 2) if waits else None


def _memory(runs: Runs) -> float | None:
    """Return what the largest run of ours held above rest (megabytes)."""
    sizes = [run for name in runs if name.startswith("size_") for run in runs[name]]
    done = [run for run in sizes if "seconds" in run]
    if not done:
        return None
    largest = max(done, key=lambda run: run["rows"])
    return round(float(largest["memory_growth_mb"]), 1)


def _verdict(value: float | None, holds: Any) -> str:
    """Return a measured value, marked when it breaks its promise."""
    if value is None:
        return "not measured"
    return f"{value:g}" if holds(value) else f"**{value:g}**, missed"
