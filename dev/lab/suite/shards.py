"""Divide the addon's test files into shards that take about equally long."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dev.lab import paths

TESTS = paths.REPO / "tests" / "addon"
SECONDS_OF_A_SHARD = 180.0


def files() -> list[Path]:
    """Return the files with tests of the addon."""
    return sorted(TESTS.rglob("test_*.py"))


def how_many(seconds: float, slots: int) -> int:
    """Return how many shards fill the slots evenly; each costs a start of Odoo."""
    return max(slots, math.ceil(seconds / SECONDS_OF_A_SHARD))


def divide(weights: Mapping[Path, float], count: int) -> list[list[Path]]:
    """Give the longest file left to the shard with the least to do."""
    shards: list[list[Path]] = [[] for _ in range(count)]
    loads = [0.0] * count
    for file in sorted(weights, key=lambda file: (-weights[file], file)):
        lightest = loads.index(min(loads))
        shards[lightest].append(file)
        loads[lightest] += weights[file]
    return [sorted(shard) for shard in shards if shard]


def test_tags(shard: Sequence[Path], tags: Iterable[str]) -> str:
    """Write a shard as Odoo's `--test-tags` names files and what is run of them."""
    folder = f"/{paths.ADDON_NAME}/tests"
    return ",".join(
        f"{tag}{folder}/{file.relative_to(TESTS).as_posix()}"
        for tag in sorted(tags)
        for file in shard
    )


def module(file: Path) -> str:
    """Return what the ids of a file's tests begin with."""
    return ".".join(file.relative_to(TESTS).with_suffix("").parts)
