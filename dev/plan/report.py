"""The plan in words: rooms, arrows, and what breaks a rule."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from dev.plan import order
from dev.plan.arrows import Arrows
from dev.plan.facts import Offence
from dev.plan.floors import ADDON_NAME, FLOORS, ranks
from dev.plan.house import House
from dev.plan.rooms import needs_a_room
from dev.plan.rules import RULES, tally

NOWHERE = "(no room)"
BESIDE = "(beside)"  # data, security, and the files that load the others


def rooms(house: House) -> Iterator[str]:
    """Yield a line for each room: its floor, files and lines, from the top."""
    files: dict[str, list[str]] = defaultdict(list)
    for path in house.files:
        nowhere = NOWHERE if needs_a_room(path) else BESIDE
        files[house.rooms.of(path) or nowhere].append(path)
    floors = ranks()
    yield f"{'floor':>5}  {'room':<12} {'files':>5} {'lines':>6}  {'longest':>7}"
    for room in [*reversed([r.name for f in FLOORS for r in f]), *unlisted(files)]:
        lengths = [house.lines[path] for path in files.get(room, [])] or [0]
        yield (
            f"{floors.get(room, '?'):>5}  {room:<12} {len(files.get(room, [])):>5}"
            f" {sum(lengths):>6}  {max(lengths):>7}"
        )


def unlisted(files: dict[str, list[str]]) -> list[str]:
    """Return rooms that are not on the list of floors."""
    return sorted(files.keys() - ranks().keys())


def between(arrows: Arrows, *, each: bool) -> Iterator[str]:
    """Yield the rooms that each room names and, if asked, every line that does."""
    floors = ranks()
    named: dict[str, list[str]] = defaultdict(list)
    for (source, target), count in arrows.counts().items():
        bad = floors.get(target, 99) >= floors.get(source, -99)
        named[source].append(f"{'!' if bad else ''}{target} {count}")
    for source in sorted(named, key=lambda room: -floors.get(room, 99)):
        yield f"{source:<12} → {', '.join(named[source])}"
    if each:
        yield ""
        for arrow in sorted(arrows.all, key=lambda a: (a.source, a.target, a.place)):
            yield (
                f"{arrow.source} → {arrow.target}  {ADDON_NAME}/{arrow.place.path}:"
                f"{arrow.place.line}  {arrow.kind} {arrow.name}"
            )


def in_order(house: House) -> Iterator[str]:
    """Yield what runs after what."""
    yield "steps of a sync:"
    yield from (f"  {step}" for step in order.steps(house) or ["none listed"])
    yield "booking rules:"
    booking = order.booking_rules(house)
    yield from _places(booking)
    others = [rule for rule in order.rules(house) if rule not in booking]
    for family, rules in groupby(others, key=lambda rule: rule.family):
        yield f"rules of {family}:"
        yield from _places(list(rules))


def _places(rules: list[order.Rule]) -> Iterator[str]:
    """Yield each rule with its place."""
    lines = [f"{rule.order:>4} {rule.model}" for rule in rules]
    yield from (f"  {line}" for line in lines or ["none with a place"])


def broken(found: list[Offence]) -> Iterator[str]:
    """Yield what breaks a rule, rule by rule, then the sums."""
    for offence in sorted(found, key=lambda o: (RULES.index(o.rule), o)):
        yield f"[{offence.rule}] {offence}"
    sums = ", ".join(f"{rule}: {count}" for rule, count in tally(found).items())
    yield ""
    yield f"Offences: {len(found)} ({sums})" if found else "No offence."
