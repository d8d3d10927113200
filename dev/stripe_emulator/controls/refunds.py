"""Refunds: made in the dashboard, and ended by the bank."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from .. import refunding
from ..errors import ApiError
from ..resources import refund
from .base import Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row


class RefundControls(Base):
    """Gives money back, or finds that it did not arrive."""

    def refund(
        self,
        charge_id: str,
        amount: int | None = None,
        *,
        reason: str | None = None,
        email: str | None = None,
    ) -> Json:
        """Refund a charge as the seller does in the dashboard, all of it or a part.

        With `email` the refund waits (`requires_action`) until the customer says
        where to send it.
        """
        with self.world.lock:
            paid = self._row(charge_id, "charge")
            left = paid.data["amount"] - paid.data["amount_refunded"]
            part = left if amount is None else amount
            try:
                refund.check_amount(self.world, paid, part)
                row = refunding.make(self.world, paid, part, reason=reason, email=email)
            except (ApiError, refunding.Short) as error:
                raise ControlError(str(error) or "Insufficient funds.") from error
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def succeed_refund(self, refund_id: str) -> Json:
        """Let a refund that waits arrive."""
        with self.world.lock:
            row = self._row(refund_id, "refund")
            if row.data["status"] not in ("pending", "requires_action"):
                message = f"The refund is {row.data['status']} already."
                raise ControlError(message)
            refunding.succeed(self.world, row)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def fail_refund(
        self, refund_id: str, reason: str = "expired_or_canceled_card"
    ) -> Json:
        """Let a refund come back, be it days after it succeeded."""
        with self.world.lock:
            row = self._unended(refund_id)
            refunding.fail(self.world, row, reason)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def cancel_refund(self, refund_id: str) -> Json:
        """Cancel a refund in the dashboard."""
        with self.world.lock:
            row = self._unended(refund_id)
            refunding.cancel(self.world, row)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def _unended(self, refund_id: str) -> Row:
        row = self._row(refund_id, "refund")
        if row.data["status"] in ("failed", "canceled"):
            message = f"The refund is {row.data['status']} already."
            raise ControlError(message)
        return row
