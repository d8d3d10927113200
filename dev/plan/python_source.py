"""What a Python file of the addon defines and names, read from its syntax tree."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dev.plan.facts import Definition, Mention, Place
from dev.plan.floors import ADDON_NAME
from dev.plan.rooms import Rooms

MODEL = re.compile(r"kash\.stripe(?:\.\w+)+")
PRIVATE = re.compile(r"(?:kash\.stripe[\w.]*:)?(_[a-z]\w*)")
PACKAGE = f"odoo.addons.{ADDON_NAME}"
NAMING = (ast.Attribute, ast.Constant, ast.Call)
Facts = Iterator[Definition | Mention]


@dataclass(frozen=True)
class PythonFile:
    """A file and how to place what stands in it."""

    root: Path
    path: str
    rooms: Rooms

    def read(self, tree: ast.Module) -> Facts:
        """Yield all definitions and mentions of the file."""
        for statement in tree.body:
            if isinstance(statement, ast.ClassDef):
                yield from self._class(statement)
            else:
                yield from self._plain(statement)

    def _plain(self, node: ast.stmt) -> Facts:
        """Yield what a statement outside of classes makes and names."""
        for name in names_of(node):
            yield self._definition("name", name, "", node, name, alone=False)
        yield from self._mentions(node, *names_of(node))

    def _class(self, node: ast.ClassDef) -> Facts:
        """Yield what a class makes and names."""
        owner, makes = model_of(node)
        yield self._definition("class", node.name, "", node, node.name, alone=False)
        if owner:
            yield self._definition("model", owner, owner, node, node.name, alone=makes)
        for part in (*node.decorator_list, *node.bases):
            yield from self._mentions(part, node.name)
        for statement in node.body:
            names = (*names_of(statement), node.name)
            for name in names[:-1]:
                yield self._definition(
                    _kind(statement), name, owner, statement, *names, alone=makes
                )
            yield from self._mentions(statement, *names)

    def _definition(
        self,
        kind: str,
        name: str,
        owner: str,
        node: ast.stmt,
        *names: str,
        alone: bool,
    ) -> Definition:
        """Make a definition at a node."""
        file = self.rooms.file(self.path, *names)
        return Definition(kind, name, owner, self._place(node, *names), file, alone)

    def _place(self, node: ast.stmt | ast.expr, *names: str) -> Place:
        """Return the line of a node, in the room of the definition it is part of."""
        return Place(self.path, node.lineno, self.rooms.of(self.path, *names))

    def _mentions(self, top: ast.stmt | ast.expr, *names: str) -> Iterator[Mention]:
        """Yield what a statement names."""
        prose = set(_prose(top))
        for node in ast.walk(top):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield from self._imports(node, *names)
            elif isinstance(node, NAMING) and node not in prose:
                place = self._place(node, *names)
                yield from (Mention(k, n, place) for k, n in _named(node))

    def _imports(
        self, node: ast.Import | ast.ImportFrom, *names: str
    ) -> Iterator[Mention]:
        """Yield the files and definitions that an import names."""
        place = self._place(node, *names)
        for module, name in _imported(node, self.path):
            path = self._module(module, name)
            if path:
                room = self.rooms.of(path, name)
                yield Mention("import", f"{module}.{name}".strip("."), place, room)

    def _module(self, module: str, name: str) -> str | None:
        """Return the file of the addon from which ``name`` is imported."""
        folder = module.replace(".", "/")
        inner = f"{folder}/{name}".strip("/")
        candidates = (
            f"{inner}.py",
            f"{inner}/__init__.py",
            f"{folder}.py",
            f"{folder}/__init__.py",
        )
        return next((c for c in candidates if (self.root / c).is_file()), None)


def _imported(
    node: ast.Import | ast.ImportFrom, path: str
) -> Iterator[tuple[str, str]]:
    """Yield (module inside the addon, name) of what comes from the addon."""
    if isinstance(node, ast.Import):
        found = [(alias.name, "") for alias in node.names]
    elif node.level:
        folder = path.split("/")[: -node.level]
        module = ".".join([*folder, *([node.module] if node.module else [])])
        yield from ((module, alias.name) for alias in node.names)
        return
    else:
        found = [(node.module or "", alias.name) for alias in node.names]
    for module, name in found:
        if module == PACKAGE or module.startswith(f"{PACKAGE}."):
            yield module[len(PACKAGE) + 1 :], name


def names_of(node: ast.stmt) -> tuple[str, ...]:
    """Return the names a statement defines."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return (node.name,)
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return tuple(target.id for target in targets if isinstance(target, ast.Name))


def _kind(node: ast.stmt) -> str:
    """Tell methods, fields and plain attributes apart."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "method"
    value = node.value if isinstance(node, ast.Assign) else None
    made_by = value.func if isinstance(value, ast.Call) else None
    if isinstance(made_by, ast.Attribute) and isinstance(made_by.value, ast.Name):
        return "field" if made_by.value.id == "fields" else "attribute"
    return "attribute"


def model_of(node: ast.ClassDef) -> tuple[str, bool]:
    """Return the model of a class, and whether the class makes it."""
    said: dict[str, list[str]] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            for name in {"_name", "_inherit"}.intersection(names_of(statement)):
                said[name] = texts_of(statement.value)
    made, inherited = said.get("_name", []), said.get("_inherit", [])
    if made:
        return made[0], made[0] not in inherited
    return (inherited[0], False) if inherited else ("", False)


def texts_of(node: ast.expr) -> list[str]:
    """Return the strings of a constant, a list or a tuple."""
    parts = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    return [value for value in values if isinstance(value, str)]


def _prose(top: ast.AST) -> Iterator[ast.expr]:
    """Yield docstrings: prose names nothing."""
    for node in ast.walk(top):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _named(node: ast.Attribute | ast.Constant | ast.Call) -> list[tuple[str, str]]:
    """Return (kind, name) of what a node names."""
    if isinstance(node, ast.Attribute):
        return [] if _is_super(node.value) else [("attribute", node.attr)]
    if isinstance(node, ast.Call):
        return [("path", step) for path in _paths(node) for step in path.split(".")]
    if not isinstance(node.value, str):
        return []
    found = [("model", name) for name in MODEL.findall(node.value)]
    private = PRIVATE.fullmatch(node.value)
    return [*found, *([("method", private[1])] if private else [])]


def _is_super(node: ast.expr) -> bool:
    """Tell whether this is ``super()``."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
    )


def _paths(call: ast.Call) -> list[str]:
    """Return the field paths of ``@api.depends(…)`` or of ``related=``."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "depends":
        return [text for argument in call.args for text in texts_of(argument)]
    words = [word.value for word in call.keywords if word.arg == "related"]
    return [text for value in words for text in texts_of(value)]
