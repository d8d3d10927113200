"""The addon as a whole: its files, what they define, and what they name."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dev.plan import python_source, xml_source
from dev.plan.facts import Definition, Mention, Place
from dev.plan.odoo_names import OdooNames
from dev.plan.rooms import Rooms

UNREAD = {"tests", "static", "i18n", "readme"}


@dataclass(frozen=True)
class House:
    """An addon's folder, the rooms of its files, and the names Odoo has already."""

    root: Path
    rooms: Rooms
    odoo: OdooNames

    @cached_property
    def files(self) -> list[str]:
        """Return each Python and XML file, relative to the addon."""
        paths = (path.relative_to(self.root) for path in self.root.rglob("*.*"))
        return sorted(
            path.as_posix()
            for path in paths
            if path.suffix in {".py", ".xml"} and path.parts[0] not in UNREAD
        )

    @cached_property
    def lines(self) -> dict[str, int]:
        """Return how many lines each file has."""
        return {path: len(self.text(path).splitlines()) for path in self.files}

    def text(self, path: str) -> str:
        """Return what stands in a file."""
        return (self.root / path).read_text()

    def tree(self, path: str) -> ast.Module:
        """Return a Python file's syntax tree."""
        return ast.parse(self.text(path), path)

    @cached_property
    def definitions(self) -> list[Definition]:
        """Return all that the addon defines."""
        return [fact for fact in self._facts if isinstance(fact, Definition)]

    @cached_property
    def mentions(self) -> list[Mention]:
        """Return all that the addon names."""
        return [fact for fact in self._facts if isinstance(fact, Mention)]

    @cached_property
    def _facts(self) -> list[Definition | Mention]:
        return [fact for path in self.files for fact in self._read(path)]

    def _read(self, path: str) -> Iterator[Definition | Mention]:
        if path.endswith(".xml"):
            yield from xml_source.read(self.root, path, self.rooms)
        else:
            file = python_source.PythonFile(self.root, path, self.rooms)
            yield from file.read(self.tree(path))

    def places(self, kind: str) -> dict[str, list[Place]]:
        """Return {name: where it is defined} of one kind of thing."""
        places: dict[str, list[Place]] = defaultdict(list)
        for found in self.definitions:
            if found.kind == kind:
                places[found.name].append(found.place)
        return places

    @cached_property
    def models(self) -> dict[str, str]:
        """Return {own model: its room}."""
        return {
            found.name: found.place.room
            for found in self.definitions
            if found.kind == "model" and found.alone and found.place.room
        }
