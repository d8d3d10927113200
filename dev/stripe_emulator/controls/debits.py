"""What the banks say of debits, days later."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from ..resources import debit
from .base import Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row


class DebitControls(Base):
    """Ends bank debits before the clock does, and returns them after."""

    def succeed_debit(self, charge_id: str) -> Json:
        """Let a bank debit succeed now."""
        with self.world.lock:
            row = self._debit(charge_id, "pending")
            debit.succeed(self.world, row)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def fail_debit(
        self,
        charge_id: str,
        code: str = "insufficient_funds",
        amount: int | None = None,
    ) -> Json:
        """Let a bank debit fail now; another `amount` may go than had come."""
        with self.world.lock:
            row = self._debit(charge_id, "pending")
            debit.fail(self.world, row, code, amount)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def return_debit(
        self,
        charge_id: str,
        reason: str = "insufficient_funds",
        by: str = "dispute",
        amount: int | None = None,
    ) -> Json:
        """Take back a debit that had succeeded, `by` dispute or by reversal.

        The dispute is lost from the beginning: nobody can answer it. A reversal may
        take another `amount` than there was, in minor units of the balance.
        """
        if by not in ("dispute", "reversal"):
            message = "by is dispute or reversal"
            raise ControlError(message)
        with self.world.lock:
            row = self._debit(charge_id, "succeeded")
            if by == "dispute":
                debit.dispute(self.world, row, reason)
            else:
                debit.reverse(self.world, row, amount)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def _debit(self, charge_id: str, status: str) -> Row:
        row = self._row(charge_id, "charge")
        if row.id.startswith("ch_") or row.data["status"] != status:
            message = f"{charge_id} is no {status} bank debit."
            raise ControlError(message)
        return row
