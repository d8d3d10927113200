"""What differs between two twins, and what of it is on purpose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

Facts = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What there is: of each kind, by its name, the value of each field."""
WHOLE = ""
"""The field of a thing that one of the two does not have at all."""
NOTHING = "nothing"
QUOTED = 12  # of a kind; the first few tell what is wrong
LONGEST = 300


@dataclass(frozen=True)
class Difference:
    """A value that the upgraded twin has and the other has not, or has otherwise."""

    kind: str
    name: str
    field: str
    stayed: str
    upgraded: str

    def __str__(self) -> str:
        """Write it for reading."""
        what = f"{self.kind} {self.name}" + (self.field and f" · {self.field}")
        return f"{what}: {self.stayed} → {self.upgraded}"


@dataclass(frozen=True)
class Purpose:
    """A change that was meant; `*` stands for anything."""

    since: str
    """The version it came with: it is seen by upgrades from earlier ones."""
    reason: str
    kind: str
    name: str = "*"
    field: str = "*"

    def explains(self, difference: Difference) -> bool:
        """Tell whether the difference is what was meant."""
        return all(
            fnmatchcase(value, pattern)
            for value, pattern in (
                (difference.kind, self.kind),
                (difference.name, self.name),
                (difference.field, self.field),
            )
        )

    def is_seen_from(self, version: Sequence[int]) -> bool:
        """Tell whether who upgrades from a version meets this change."""
        return tuple(int(part) for part in self.since.split(".")) > tuple(version)


def differences(stayed: Facts, upgraded: Facts) -> Iterator[Difference]:
    """Yield what differs, in the order of kinds and names."""
    for kind in sorted({*stayed, *upgraded}):
        before, after = stayed.get(kind, {}), upgraded.get(kind, {})
        for name in sorted({*before, *after}):
            yield from _of_thing(kind, name, before.get(name), after.get(name))


def _of_thing(
    kind: str,
    name: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Iterator[Difference]:
    """Yield what differs of one thing."""
    if before is None or after is None:
        yield Difference(kind, name, WHOLE, _shown(before), _shown(after))
        return
    for field in sorted({*before, *after}):
        if field not in before or field not in after or before[field] != after[field]:
            shown = (_shown(of.get(field)) for of in (before, after))
            yield Difference(kind, name, field, *shown)


def _shown(value: object) -> str:
    return NOTHING if value is None else str(value)


def complaints(
    found: Sequence[Difference], purposes: Sequence[Purpose], version: Sequence[int]
) -> list[str]:
    """Return what nobody meant, and what somebody meant that is not to be seen."""
    meant = [purpose for purpose in purposes if purpose.is_seen_from(version)]
    faults = [
        difference
        for difference in found
        if not any(purpose.explains(difference) for purpose in meant)
    ]
    idle = [
        f"nothing is explained by: {purpose.reason}"
        for purpose in meant
        if not any(purpose.explains(difference) for difference in found)
    ]
    return [*_by_kind(faults), *idle]


def _by_kind(faults: Sequence[Difference]) -> Iterator[str]:
    """Say how many there are of each kind, and quote some of them."""
    for kind, some in groupby(faults, key=lambda fault: fault.kind):
        quoted = [str(fault)[:LONGEST] for fault in some]
        yield f"{kind}: {len(quoted)} differences"
        yield from (f"    {text}" for text in quoted[:QUOTED])
