"""Which room names which: the first rule of the house, to the letter."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dev.plan.facts import Arrow, Mention, Place
from dev.plan.floors import HOOKS, PLAIN
from dev.plan.house import House

# How records are asked for something.
BY_RECORDS = {"attribute", "method", "path"}
# What moments and spans of time have, as `days`: no field either.
OF_PYTHON = {*dir(datetime), *dir(timedelta)}


@dataclass(frozen=True)
class Vague:
    """A private method that several rooms define, named from elsewhere."""

    mention: Mention
    rooms: tuple[str, ...]


class Arrows:
    """The arrows of a house; a name that no single room owns makes none."""

    def __init__(self, house: House) -> None:
        """Learn who owns which name."""
        self._models = house.models
        self._ids = _rooms(house.places("xmlid")) | {
            f"model_{name.replace('.', '_')}": {room}
            for name, room in house.models.items()
        }
        self._methods = {
            name: rooms
            for name, rooms in _rooms(house.places("method")).items()
            if name.startswith("_") and not name.startswith("__")
            if name not in house.odoo.methods and HOOKS not in rooms
        }
        self._all_fields = self._fields(house, own=False)
        self._own_fields = self._fields(house, own=True)
        self.vague: list[Vague] = []
        self.all = sorted({a for m in house.mentions for a in self._of(m)})

    def counts(self) -> dict[tuple[str, str], int]:
        """Return {(room, room it names): how many lines do}."""
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for arrow in self.all:
            counts[arrow.source, arrow.target] += 1
        return dict(sorted(counts.items()))

    def _fields(self, house: House, *, own: bool) -> dict[str, str]:
        """Return {field: its room} of fields that say by name alone whose they are."""
        taken = house.odoo.fields | house.odoo.methods | _plain_names(house)
        rooms: dict[str, set[str | None]] = defaultdict(set)
        for found in house.definitions:
            if found.kind == "field" and (not own or found.owner in house.models):
                rooms[found.name].add(found.place.room)
        return {
            name: room
            for name, [room, *more] in ((n, list(r)) for n, r in rooms.items())
            if room and not more and name not in taken
        }

    def _of(self, mention: Mention) -> Iterator[Arrow]:
        """Yield the arrow that a mention makes, if it leaves its room."""
        source = mention.place.room
        if source is None or (source in PLAIN and mention.kind in BY_RECORDS):
            return
        target = self._target(mention)
        if target and target != source:
            yield Arrow(mention.place, target, self._kind(mention), mention.name)

    def _kind(self, mention: Mention) -> str:
        """Return what the name is to the room it points to."""
        if mention.kind != "attribute":
            return "field path" if mention.kind == "path" else mention.kind
        return "method" if mention.name in self._methods else "field"

    def _target(self, mention: Mention) -> str | None:
        """Return the one room that owns the name."""
        name = mention.name
        if mention.kind == "import":
            return mention.room
        if mention.kind == "model":
            return self._model(name)
        if mention.kind == "xmlid":
            return _only(self._ids.get(name))
        if mention.kind == "path":
            return self._all_fields.get(name)
        if name in self._methods:
            return self._method(mention)
        return self._own_fields.get(name) if mention.kind == "attribute" else None

    def _model(self, name: str) -> str | None:
        """Return the room of a model, also of one with words after its name."""
        while name:
            if name in self._models:
                return self._models[name]
            name = name.rpartition(".")[0]
        return None

    def _method(self, mention: Mention) -> str | None:
        """Return the one room that defines a private method; note if several do."""
        rooms = self._methods[mention.name]
        if len(rooms) > 1 and mention.place.room not in rooms:
            self.vague.append(Vague(mention, tuple(sorted(r for r in rooms if r))))
        return _only(rooms)


def _rooms(places: dict[str, list[Place]]) -> dict[str, set[str]]:
    """Return {name: the rooms that define it}, without what stands in no room."""
    return {
        name: {place.room or "" for place in found} for name, found in places.items()
    }


def _only(rooms: set[str] | None) -> str | None:
    """Return the room if there is exactly one."""
    return next(iter(rooms)) or None if rooms and len(rooms) == 1 else None


def _plain_names(house: House) -> set[str]:
    """Return names of classes and modules that are no models: they are no fields."""
    return OF_PYTHON | {
        found.name
        for found in house.definitions
        if (not found.owner and found.kind in {"method", "attribute"})
        or (found.kind == "name" and found.place.room in PLAIN)
    }
