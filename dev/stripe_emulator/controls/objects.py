"""Objects, events, and trouble on order."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .. import metadata as labels
from ..deliverer import send
from ..errors import ApiError
from ..faults import Fault
from ..resources import event
from .base import Account, Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json
    from ..outbox import Delivery

_METADATA_NEWS = {
    "charge": ("charge.updated",),
    "refund": ("refund.updated", "charge.refund.updated"),
}


class ObjectControls(Base):
    """Shows and falsifies objects, tells of them, and lets requests fail."""

    def object(self, object_id: str) -> Json:
        """Return an object as the API would show it."""
        with self.world.lock:
            return copy.deepcopy(self._row(object_id).data)

    def objects(
        self,
        kind: str,
        account: str | Account | None = None,
        *,
        livemode: bool | None = None,
    ) -> list[Json]:
        """Return all objects of a kind, oldest first; of one account or of all."""
        with self.world.lock:
            if account is not None:
                rows = self.world.store.rows(self._tenant(account, livemode), kind)
            else:
                rows = [row for row in self.world.store if row.kind == kind]
            return [copy.deepcopy(row.data) for row in rows]

    def tamper(self, object_id: str, **fields: Any) -> Json:
        """Change a stored object behind everybody's back: no event, no check."""
        with self.world.lock:
            row = self._row(object_id)
            was = {name: row.data[name] for name in fields if name in row.data}
            row.private["true"] = {**was, **row.private.get("true", {})}
            row.data.update(fields)
            row.private["falsified"] = True
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def edit_metadata(self, object_id: str, metadata: dict[str, str] | str) -> Json:
        """Edit an object's metadata as the seller does in the dashboard.

        An empty value takes a key away, `""` all of them. Of charges and refunds
        Stripe tells; intents and sessions have no such event.
        """
        with self.world.lock:
            row = self._row(object_id)
            try:
                after = labels.merge(row.data["metadata"], metadata)
            except ApiError as error:
                raise ControlError(str(error)) from error
            previous = self.world.change(row, metadata=after)
            for type_ in _METADATA_NEWS.get(row.kind, ()) if previous else ():
                self.world.emit(type_, row, previous)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def emit(
        self, type: str, obj_id: str, account: str | Account | None = None
    ) -> Json:
        """Make an event about an object as it is now."""
        with self.world.lock:
            row = self._row(obj_id)
            tenant = row.tenant if account is None else self._tenant(account)
            self.world.dirty.set()
            return copy.deepcopy(event.make(self.world, tenant, type, row.data).data)

    def emit_raw(
        self,
        account: str | Account,
        type: str,
        data: Json,
        *,
        livemode: bool | None = None,
    ) -> Json:
        """Make an event of any type about anything, sent to every endpoint.

        The endpoints' filters are passed over: this is how a type arrives that
        nobody subscribed to.
        """
        with self.world.lock:
            tenant = self._tenant(account, livemode)
            self.world.dirty.set()
            made = event.make(self.world, tenant, type, data, to_all=True)
            return copy.deepcopy(made.data)

    def deliver(self) -> list[Delivery]:
        """Send everything that is pending, once and in order; return what was sent.

        Not inside Odoo's own tests: there the test takes and posts by itself.
        """
        sent = self.outbox.pending
        for delivery in sent:
            send(self.world, delivery)
        return sent

    def fail_next(
        self,
        method: str = "*",
        path: str = "*",
        *,
        status: int | None = None,
        times: int = 1,
        body: Any = None,
        should_retry: bool | None = None,
        timeout: float | None = None,
        after: bool = False,
        retry_after: int | None = None,
        skip: int = 0,
    ) -> None:
        """Let the next matching requests fail (500 unless said otherwise).

        `timeout` alone: the request takes effect, its answer is held back so long.
        `after`: the request takes effect, then the error is answered.
        `retry_after`: the header of that name, in seconds.
        `skip`: how many matching requests go through before.
        """
        fault = Fault(
            method,
            path,
            status,
            times,
            body,
            should_retry,
            timeout,
            after,
            retry_after,
            skip,
        )
        with self.world.lock:
            self.world.faults.waiting.append(fault)

    def fail_no_more(self) -> None:
        """Forget the faults that still wait for their request."""
        with self.world.lock:
            self.world.faults.waiting.clear()
