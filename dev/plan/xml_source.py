"""What an XML file of the addon defines and names."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.parsers import expat

from dev.plan.facts import Definition, Mention, Place
from dev.plan.floors import ADDON_NAME
from dev.plan.python_source import MODEL
from dev.plan.rooms import Rooms

MAKERS = {"record", "template", "menuitem", "report"}
POINTERS = ("ref", "inherit_id", "parent", "groups", "t-call")
SPELLED = re.compile(r"%\(([\w.]+)\)d|\bref\(['\"]([\w.]+)['\"]\)")


class XmlFile:
    """A file read element by element, with its line numbers."""

    def __init__(self, root: Path, path: str, rooms: Rooms) -> None:
        """Remember the file and how to place what stands in it."""
        self._text = (root / path).read_bytes()
        self._path, self._rooms = path, rooms
        self._facts: list[Definition | Mention] = []
        self._record = ""
        self._depth = self._arch = 0
        self._parser = expat.ParserCreate()

    def read(self) -> list[Definition | Mention]:
        """Return all definitions and mentions of the file."""
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.buffer_text = True
        self._parser.Parse(self._text, True)
        return self._facts

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Note what an element makes and names."""
        self._depth += 1
        if tag in MAKERS and attributes.get("id"):
            self._record = attributes["id"]
            self._define()
        if tag == "field" and attributes.get("name") == "arch":
            self._arch = self._depth
        elif tag == "field" and self._arch:
            self._mention("attribute", attributes.get("name", ""))
        for name, value in attributes.items():
            if name in POINTERS or (name, tag) == ("action", "menuitem"):
                self._ids(value)
            self._data(value)

    def _end(self, _tag: str) -> None:
        """Leave an element."""
        if self._arch == self._depth:
            self._arch = 0
        self._depth -= 1

    def _data(self, text: str) -> None:
        """Note what a text or an attribute's value spells out."""
        for name in MODEL.findall(text):
            self._mention("model", name)
        for found in SPELLED.finditer(text):
            self._ids(found[1] or found[2])

    def _ids(self, value: str) -> None:
        """Note XML ids, of which ``groups`` may have several."""
        for word in value.split(","):
            module, dot, name = word.strip().lstrip("!").rpartition(".")
            if name and (not dot or module == ADDON_NAME):
                self._mention("xmlid", name)

    def _define(self) -> None:
        """Note the record that begins here."""
        file = self._rooms.file(self._path, self._record)
        name = self._record.removeprefix(f"{ADDON_NAME}.")
        self._facts.append(Definition("xmlid", name, "", self._place(), file))

    def _mention(self, kind: str, name: str) -> None:
        """Note a name used here."""
        self._facts.append(Mention(kind, name, self._place()))

    def _place(self) -> Place:
        """Return where the parser is."""
        room = self._rooms.of(self._path, self._record)
        return Place(self._path, self._parser.CurrentLineNumber, room)


def read(root: Path, path: str, rooms: Rooms) -> Iterator[Definition | Mention]:
    """Yield all definitions and mentions of an XML file."""
    yield from XmlFile(root, path, rooms).read()
