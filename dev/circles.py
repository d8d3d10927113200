"""Who imports whom in a folder of Python files, and who does so in a circle.

An import counts wherever it stands, in a function or under `TYPE_CHECKING` too:
who reads a file has to read what it names. Nothing is run; the syntax tree is read.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Graph = Mapping[str, set[str]]


def graph(root: Path, package: str) -> dict[str, set[str]]:
    """Return the modules under a folder that is a package, and what each imports."""
    files = {_name(path, root, package): path for path in sorted(root.rglob("*.py"))}
    return {
        name: {run for target in _imports(path, name) for run in _runs(target)}
        & (set(files) - set(_runs(name)))
        for name, path in files.items()
    }


def reachable(arrows: Graph) -> dict[str, set[str]]:
    """Return {node: all nodes that one gets to from it, by one arrow or more}."""
    return {start: _reached(arrows, start) for start in arrows}


def circles(arrows: Graph) -> list[list[str]]:
    """Return every group of modules that reach one another, each sorted."""
    ahead = reachable(arrows)
    groups = {
        tuple(sorted(other for other in ahead[module] if module in ahead[other]))
        for module in arrows
    }
    return [list(group) for group in sorted(groups) if group]


def _name(path: Path, root: Path, package: str) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join([package, *parts]).removesuffix(".__init__")


def _imports(path: Path, name: str) -> Iterator[str]:
    """Yield every dotted name that a file imports; some are no modules."""
    here = [*name.split("."), ""] if path.name == "__init__.py" else name.split(".")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else []
            base = [*base, node.module] if node.module else base
            yield from (".".join([*base, alias.name]) for alias in node.names)


def _runs(name: str) -> Iterator[str]:
    """Return what importing a name runs: itself and each package around it."""
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(len(parts), 0, -1))


def _reached(arrows: Graph, start: str) -> set[str]:
    """Return what a module imports, and what that imports, and so on."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = arrows.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return reached
