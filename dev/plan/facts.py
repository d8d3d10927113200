"""What is read from a source file: where it stands, what it defines, what it names."""

from dataclasses import dataclass

from dev.plan.floors import ADDON_NAME


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file of the addon, and the room it belongs to."""

    path: str
    line: int
    room: str | None


@dataclass(frozen=True)
class Definition:
    """A model, method, field or XML id, where it is made.

    ``owner`` is the model of a method or field, "" for a class that is no model.
    """

    kind: str
    name: str
    owner: str
    place: Place
    file: str
    """The file it lies in once the house is built: rule 3 counts these."""
    alone: bool = False
    """Whether the model is made here, by its own ``_name``."""


@dataclass(frozen=True)
class Mention:
    """A name used at a place; an import knows its room by itself."""

    kind: str
    name: str
    place: Place
    room: str | None = None


@dataclass(frozen=True, order=True)
class Arrow:
    """A room that names another, and the line that does it."""

    place: Place
    target: str
    kind: str
    name: str

    @property
    def source(self) -> str:
        """Return the room that does the naming."""
        return self.place.room or ""


@dataclass(frozen=True, order=True)
class Offence:
    """A line that breaks a rule, and what to do about it."""

    rule: str
    path: str
    line: int
    key: str
    """What names the offence in an allow-list: it does not move with lines."""
    text: str
    advice: str

    def __str__(self) -> str:
        """Say where, what and what to do, in one line."""
        path = f"{ADDON_NAME}/{self.path}"
        where = f"{path}:{self.line}" if self.line else path
        return f"{where}: {self.text}. {self.advice}"
