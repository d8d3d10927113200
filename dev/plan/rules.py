"""The rules of the house, each as a list of the lines that break it."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from dev.plan import order
from dev.plan.arrows import Arrows, Vague
from dev.plan.facts import Definition, Offence
from dev.plan.floors import ranks
from dev.plan.house import House
from dev.plan.rooms import needs_a_room

LONGEST = 450
RULES = ("rooms", "down", "once", "one-file", "length", "order")


def unroomed(house: House) -> Iterator[Offence]:
    """Every file of models, wizards and views stands in a room of the list."""
    floors = ranks()
    for path in house.files:
        room = house.rooms.of(path)
        if room is None and needs_a_room(path):
            yield Offence(
                "rooms",
                path,
                0,
                path,
                "stands in no room",
                f"Move it to {path.partition('/')[0]}/<room>/",
            )
        elif room is not None and room not in floors:
            yield Offence(
                "rooms",
                path,
                0,
                path,
                f"the room {room!r} is not on the list of floors",
                "Add it, with its reason, to dev/plan/floors.py, or move the file",
            )


def misplanned(house: House) -> Iterator[Offence]:
    """A mapping names only what there is."""
    names = {(d.place.path, d.name) for d in house.definitions}
    for key in house.rooms.planned:
        path, _, name = key.partition("::")
        known = not name or (path, name.rpartition(".")[2]) in names
        if path not in house.files or not known:
            yield Offence(
                "rooms",
                path,
                0,
                key,
                f"the mapping names {name or 'a file'}, which is not there",
                "Correct the mapping",
            )


def not_downward(arrows: Arrows) -> Iterator[Offence]:
    """A room names only rooms on lower floors."""
    floors = ranks()
    for arrow in arrows.all:
        source, target = floors.get(arrow.source), floors.get(arrow.target)
        if source is None or target is None or target < source:
            continue
        way = "up" if target > source else "sideways"
        yield Offence(
            "down",
            arrow.place.path,
            arrow.place.line,
            f"{arrow.place.path} {arrow.kind} {arrow.name} -> {arrow.target}",
            f"{arrow.source} names {arrow.target}, {way}, by the {arrow.kind}"
            f" `{arrow.name}`",
            f"Move `{arrow.name}` down, or this line up; if several rooms have a step"
            " here, the hall models/hooks/ calls each",
        )
    yield from (_vague(vague) for vague in arrows.vague if _is_above(vague))


def _is_above(vague: Vague) -> bool:
    """Tell whether no room that defines the method lies below the one that names it."""
    floors = ranks()
    source = floors.get(vague.mention.place.room or "")
    if source is None:
        return False
    return all(floors.get(room, source) >= source for room in vague.rooms)


def _vague(vague: Vague) -> Offence:
    """Say which rooms could be meant."""
    name, place = vague.mention.name, vague.mention.place
    rooms = " and ".join(vague.rooms)
    return Offence(
        "down",
        place.path,
        place.line,
        f"{place.path} method {name} -> {'|'.join(vague.rooms)}",
        f"{place.room} names `{name}`, which {rooms} define, none of them below",
        f"Define `{name}` once in a lower room for these to complete, or give each a"
        " name of its own and call them from the hall models/hooks/",
    )


def self_overrides(house: House) -> Iterator[Offence]:
    """A method is defined once per model in this addon."""
    defined: dict[tuple[str, str], list[Definition]] = defaultdict(list)
    for found in house.definitions:
        if found.kind == "method" and found.owner:
            defined[found.owner, found.name].append(found)
    for (model, name), places in sorted(defined.items()):
        if len({(one.place.path, one.place.line) for one in places}) > 1:
            others = [f"{one.place.path}:{one.place.line}" for one in places[1:]]
            yield Offence(
                "once",
                places[0].place.path,
                places[0].place.line,
                f"{model}.{name} {len(places)}",
                f"`{name}` of {model} is defined here and at {', '.join(others)}",
                "Define it once; steps of several rooms get names of their own, called"
                " in order by models/hooks/ or by the room above them",
            )


def scattered(house: House) -> Iterator[Offence]:
    """A room has one file for a model."""
    files: dict[tuple[str, str], set[str]] = defaultdict(set)
    for found in house.definitions:
        room = found.place.room
        if found.kind in {"model", "method", "field"} and found.owner and room:
            files[room, found.owner].add(found.file)
    for (room, model), paths in sorted(files.items()):
        if len(paths) > 1:
            first, *others = sorted(paths)
            yield Offence(
                "one-file",
                first,
                0,
                f"{room} {model}",
                f"{room} has {len(paths)} files for {model}, also {', '.join(others)}",
                "Merge them, or make a part a service model with its own _name",
            )


def too_long(house: House) -> Iterator[Offence]:
    """A file can be read in one sitting."""
    for path, lines in house.lines.items():
        if path.endswith(".py") and lines > LONGEST:
            yield Offence(
                "length",
                path,
                0,
                path,
                f"has {lines} lines, more than {LONGEST}",
                "Cut it where its topics part",
            )


def offences(house: House, arrows: Arrows) -> list[Offence]:
    """Return every line that breaks a rule, each once."""
    found = [
        *unroomed(house),
        *misplanned(house),
        *not_downward(arrows),
        *self_overrides(house),
        *scattered(house),
        *too_long(house),
        *order.tied(house),
    ]
    return list(dict.fromkeys(found))


def tally(found: list[Offence]) -> dict[str, int]:
    """Return how many lines break each rule."""
    return dict(Counter(offence.rule for offence in found))
