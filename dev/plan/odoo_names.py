"""The names that Odoo's own classes define: these are nobody's in particular."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

METHOD = re.compile(r"^[ \t]+(?:async )?def (\w+)", re.MULTILINE)
FIELD = re.compile(r"^[ \t]+(\w+)[ \t]*=[ \t]*fields\.", re.MULTILINE)
# Raise it when something else is read, so that no old cache is believed.
EDITION = 1


@dataclass(frozen=True)
class OdooNames:
    """Methods and fields that Odoo or one of its addons defines."""

    methods: frozenset[str]
    fields: frozenset[str]


def read(home: Path, identity: str, cache: Path) -> OdooNames:
    """Return the names of an Odoo, from the cache if it was read before."""
    key = hashlib.sha256(f"{EDITION} {identity}".encode()).hexdigest()[:16]
    kept = cache / f"odoo-names-{key}.json"
    if not kept.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(_scan(home)))
        fresh.replace(kept)
    names = json.loads(kept.read_text())
    return OdooNames(frozenset(names["methods"]), frozenset(names["fields"]))


def _scan(home: Path) -> dict[str, list[str]]:
    """Read every source file: by line, since parsing them all takes a minute."""
    methods: set[str] = set()
    fields: set[str] = set()
    for file in _sources(home):
        text = file.read_text(errors="replace")
        methods.update(METHOD.findall(text))
        fields.update(FIELD.findall(text))
    return {"methods": sorted(methods), "fields": sorted(fields)}


def _sources(home: Path) -> Iterator[Path]:
    """Yield Odoo's source files, without its tests."""
    for folder in (home / "odoo", home / "addons"):
        for place, folders, names in os.walk(folder, followlinks=True):
            folders[:] = [name for name in folders if name != "tests"]
            yield from (Path(place, name) for name in names if name.endswith(".py"))
