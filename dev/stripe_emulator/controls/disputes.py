"""Disputes, as the customer's bank opens and ends them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from .. import chargebacks
from ..resources import early_fraud_warning
from .base import Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json

# How a dispute came to a status that none begins with.
WAYS = {
    "under_review": ("needs_response", "under_review"),
    "won": ("needs_response", "won"),
    "warning_under_review": ("warning_needs_response", "warning_under_review"),
    "warning_closed": ("warning_needs_response", "warning_closed"),
    "appeal_needs_response": ("lost", "appeal_needs_response"),
    "appeal_under_review": ("lost", "appeal_needs_response", "appeal_under_review"),
}
BEGINNINGS = ("warning_needs_response", "needs_response", "lost", "prevented")


class DisputeControls(Base):
    """Lets customers complain to their bank."""

    def dispute(
        self,
        charge_id: str,
        *,
        reason: str = "fraudulent",
        status: str = "needs_response",
        amount: int | None = None,
        withdraw: bool = True,
    ) -> Json:
        """Dispute a charge, all of it or a part; bring the dispute to any status.

        Without `withdraw` the money stays until `withdraw_dispute`.
        """
        first, *rest = WAYS.get(status, (status,))
        if first not in BEGINNINGS:
            message = f"status is one of {', '.join((*BEGINNINGS, *WAYS))}"
            raise ControlError(message)
        with self.world.lock:
            paid = self._row(charge_id, "charge")
            if paid.data["status"] != "succeeded":
                message = f"The charge is {paid.data['status']}."
                raise ControlError(message)
            row = chargebacks.make(
                self.world,
                paid,
                reason=reason,
                status=first,
                amount=amount,
                withdraw_now=withdraw,
            )
            for step in rest:
                chargebacks.move(self.world, row, step)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def move_dispute(self, dispute_id: str, status: str) -> Json:
        """Let a dispute come to its next status: won, lost, under_review, …

        An inquiry that comes to `needs_response` has become a dispute.
        """
        with self.world.lock:
            row = self._row(dispute_id, "dispute")
            try:
                chargebacks.move(self.world, row, status)
            except chargebacks.NotNext as error:
                raise ControlError(str(error)) from error
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def withdraw_dispute(self, dispute_id: str) -> Json:
        """Take the disputed money out of the balance, if that did not happen yet."""
        with self.world.lock:
            row = self._row(dispute_id, "dispute")
            if row.private["rows"]:
                message = "The money is gone already."
                raise ControlError(message)
            chargebacks.withdraw(self.world, row)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def adjust_dispute(
        self, dispute_id: str, amount: int, *, category: str = "dispute"
    ) -> Json:
        """Move more money of a dispute: out of the balance is negative."""
        with self.world.lock:
            row = self._row(dispute_id, "dispute")
            if not row.private["rows"]:
                message = "No money has moved yet."
                raise ControlError(message)
            chargebacks.adjust(self.world, row, amount, category)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def win_dispute(self, dispute_id: str) -> Json:
        """Get the money back."""
        return self.move_dispute(dispute_id, "won")

    def lose_dispute(self, dispute_id: str) -> Json:
        """Lose the money for good."""
        return self.move_dispute(dispute_id, "lost")

    def early_fraud_warning(self, charge_id: str) -> Json:
        """Let the card's bank suspect a charge."""
        with self.world.lock:
            row = early_fraud_warning.make(self.world, self._row(charge_id, "charge"))
            self.world.dirty.set()
            return copy.deepcopy(row.data)
