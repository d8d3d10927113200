"""Circles of imports in a package: who imports whom must have a first and a last."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path


def import_circles(package_root: Path) -> list[list[str]]:
    """Return the groups of modules of a package that import each other, if any.

    Imports inside functions and for types alone count: they name as much as others.
    """
    edges = {
        name: set(_imports(file, name, set(_modules(package_root))))
        for name, file in _modules(package_root).items()
    }
    reach = reachable(edges)
    circles = {
        frozenset(other for other in reach[name] if name in reach[other])
        for name in edges
        if name in reach[name]
    }
    return sorted(sorted(circle) for circle in circles)


def reachable(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return {node: all nodes that one gets to from it}."""
    return {start: _from(start, edges) for start in edges}


def _from(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """Return all nodes that one gets to by one arrow or more."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        fresh = edges.get(ahead.pop(), set()) - seen
        seen |= fresh
        ahead.extend(fresh)
    return seen


def _modules(package_root: Path) -> dict[str, Path]:
    """Return {dotted name: file} of a package; a package's own file has its name."""
    top = package_root
    while (top.parent / "__init__.py").is_file():
        top = top.parent
    modules = {}
    for file in sorted(package_root.rglob("*.py")):
        parts = file.relative_to(top.parent).with_suffix("").parts
        modules[".".join(parts).removesuffix(".__init__")] = file
    return modules


def _imports(file: Path, name: str, modules: set[str]) -> Iterator[str]:
    """Yield the modules of the package that a file imports."""
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name in modules)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, package)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield from (
                    {inner, source} & modules if inner not in modules else [inner]
                )


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """Return the dotted name of what a file imports from."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])
