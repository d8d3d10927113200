"""Every object of every account, in the form the API shows it."""

from __future__ import annotations

import bisect
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .errors import Json


class Tenant(NamedTuple):
    """One account in one mode: test and live are separate worlds."""

    account: str
    livemode: bool


@dataclass
class Row:
    """An object as shown (`data`), and what only the emulator knows (`private`)."""

    kind: str
    tenant: Tenant
    seq: int
    data: Json
    private: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The object's id."""
        return str(self.data["id"])

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in lists: by creation, then by order of arrival."""
        return (self.true("created"), self.seq)

    def true(self, name: str) -> Any:
        """Return a field as it was before it was falsified: what lists go by."""
        return self.private.get("true", {}).get(name, self.data[name])


class Store:
    """Rows by id, and per account, mode and kind in order of creation."""

    def __init__(self) -> None:
        self._by_id: dict[str, Row] = {}
        self._lists: defaultdict[tuple[Tenant, str], list[Row]] = defaultdict(list)

    def __iter__(self) -> Iterator[Row]:
        rows = list(self._by_id.values())
        return (row for row in rows if not row.private.get("deleted"))

    def insert(self, kind: str, tenant: Tenant, data: Json, **private: object) -> Row:
        """Keep a new object."""
        row = Row(kind, tenant, len(self._by_id), data, dict(private))
        self._by_id[row.id] = row
        bisect.insort(self._lists[tenant, kind], row, key=lambda other: other.place)
        return row

    def delete(self, row: Row) -> None:
        """Forget an object; its id stays taken, so that order numbers stay unique."""
        self._lists[row.tenant, row.kind].remove(row)
        row.private["deleted"] = True

    def find(self, object_id: str) -> Row | None:
        """Return the object with this id, whoever owns it."""
        row = self._by_id.get(object_id)
        return None if row is None or row.private.get("deleted") else row

    def linked(self, object_id: str) -> Row:
        """Return an object that another one names: it is there.

        :raises KeyError: it is not, which is a fault of the emulator's
        """
        row = self.find(object_id)
        if row is None:
            raise KeyError(object_id)
        return row

    def get(self, tenant: Tenant, kind: str, object_id: str) -> Row | None:
        """Return an account's own object of this kind."""
        row = self.find(object_id)
        owned = row is not None and row.tenant == tenant and row.kind == kind
        return row if owned else None

    def rows(self, tenant: Tenant, kind: str, since: int | None = None) -> list[Row]:
        """Return an account's objects of a kind, oldest first, from `since` on."""
        rows = self._lists[tenant, kind]
        if since is None:
            return list(rows)
        return rows[bisect.bisect_left(rows, (since, -1), key=lambda row: row.place) :]
