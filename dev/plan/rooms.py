"""Which room a file, or one definition in it, belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dev.plan.floors import ADDON_NAME, ALONE, WHOLE, WINGS


@dataclass(frozen=True)
class Rooms:
    """Rooms by folder or, for a house that is only planned, by a mapping.

    A mapping's key is a path, or ``path::name`` for one definition of it; its value is
    a room, or ``room/file.py`` if it is known where the file goes.
    """

    planned: Mapping[str, str] = field(default_factory=dict)

    def of(self, path: str, *names: str) -> str | None:
        """Return the room of a definition in a file, None if it stands in none."""
        goal = self._goal(path, *names)
        return goal.partition("/")[0] if goal else by_folder(path)

    def file(self, path: str, *names: str) -> str:
        """Return the file in which a definition lies, or will lie."""
        goal = self._goal(path, *names)
        return goal if goal and "/" in goal else path

    def _goal(self, path: str, *names: str) -> str | None:
        """Return what the mapping says of the definition, else of its file."""
        keys = [f"{path}::{name}" for name in names]
        if len(names) > 1:
            keys.insert(0, f"{path}::{'.'.join(reversed(names))}")
        return next((self.planned[k] for k in (*keys, path) if k in self.planned), None)


def by_folder(path: str) -> str | None:
    """Return the room that a path shows."""
    if path in ALONE:
        return ALONE[path]
    parts = PurePosixPath(path).parts
    if parts[0] in WHOLE:
        return parts[0]
    return parts[1] if parts[0] in WINGS and len(parts) > 2 else None


def needs_a_room(path: str) -> bool:
    """Tell whether a file must stand in a room; data and assets need not."""
    return path.partition("/")[0] in WINGS and ALONE.get(path, "") is not None


def read_mapping(file: Path) -> Rooms:
    """Read lines ``old path<TAB>room``; see :class:`Rooms`."""
    return Rooms(dict(_lines(file.read_text())))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield (key, room) of each line that is not a remark."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].replace("→", "\t").replace("->", "\t").split()
        if len(words) not in {0, 2}:
            message = f"line {number}: expected `path<TAB>room`, not {line!r}"
            raise ValueError(message)
        if words:
            yield _key(words[0]), words[1].removeprefix("models/")


def _key(written: str) -> str:
    """Return ``path`` or ``path::name``, relative to the addon."""
    path, _, name = written.replace("::", ":").partition(":")
    path = path.removeprefix(f"{ADDON_NAME}/")
    return f"{path}::{name}" if name else path
