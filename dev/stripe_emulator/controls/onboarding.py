"""What Stripe and the owner of an account do to the account."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from ..connect import account_links, account_states, onboarding
from .base import Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json


class OnboardingControls(Base):
    """Onboards accounts, and puts them in every state that Stripe knows."""

    def account_state(
        self,
        account_id: str,
        state: str,
        *,
        deadline: int | None = None,
        reason: str = "other",
        requirements: list[str] | None = None,
    ) -> Json:
        """Put an account in a state, and tell; return the account.

        `deadline` is for what is due, `reason` for `rejected`, `requirements` names
        what is due instead of what usually is.
        """
        with self.world.lock:
            row = self._row(account_id, "account")
            names = tuple(requirements or ())
            now = self.world.clock.now
            details = account_states.Details(now, deadline, reason, names)
            try:
                account_states.put(self.world, row, state, details)
            except ValueError as error:
                raise ControlError(str(error)) from error
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def finish_onboarding(self, account_id: str, outcome: str = "submit") -> Json:
        """Do what a button of the onboarding page does; return the account.

        `submit`, `review` (Stripe verifies later), `leave` (half done) or `reject`.
        """
        if outcome not in onboarding.OUTCOMES:
            message = f"outcome is one of {', '.join(onboarding.OUTCOMES)}"
            raise ControlError(message)
        with self.world.lock:
            row = self._row(account_id, "account")
            onboarding.finish(self.world, row, outcome)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def expire_account_links(self, account_id: str) -> None:
        """Let every account link made so far be of no more use."""
        with self.world.lock:
            account_links.expire(self.world, self._row(account_id, "account").id)
            self.world.dirty.set()
