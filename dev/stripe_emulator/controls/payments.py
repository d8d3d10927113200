"""The customer, time, and money."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .. import cards, customer
from ..money import CURRENCIES
from ..resources import charge, payment_intent, payment_method
from .base import Account, Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json


class PaymentControls(Base):
    """Pays, fails to pay, and lets money arrive."""

    def pay(
        self,
        session_id: str,
        card: str = "4242424242424242",
        name: str = "Ada Lovelace",
        email: str = "ada@example.com",
        **form: Any,
    ) -> Json:
        """Pay an open session as its customer would; return the charge.

        3-D Secure is passed. A declined card is an error: use `decline` for that.
        """
        outcome = self._submit(session_id, card, name, email, form)
        if outcome.kind != "paid" or outcome.charge is None:
            message = f"The session could not be paid: {outcome.kind} {outcome.message}"
            raise ControlError(message)
        return copy.deepcopy(outcome.charge.data)

    def decline(
        self,
        session_id: str,
        card: str = "4000000000000002",
        name: str = "Ada Lovelace",
        email: str = "ada@example.com",
        **form: Any,
    ) -> Json:
        """Try to pay with a card that is refused; return the failed charge."""
        if cards.lookup(card).decline is None:
            message = f"Card {card} is not declined."
            raise ControlError(message)
        outcome = self._submit(session_id, card, name, email, form)
        if outcome.charge is None:
            message = f"The session is {outcome.kind}."
            raise ControlError(message)
        return copy.deepcopy(outcome.charge.data)

    def _submit(
        self, session_id: str, card: str, name: str, email: str, form: Json
    ) -> customer.Outcome:
        with self.world.lock:
            self.world.clock.tick()
            session = self._row(session_id, "checkout.session")
            typed = customer.CardForm(number=card, name=name, email=email, **form)
            outcome = customer.submit(self.world, session, typed)
            if outcome.kind == "authenticate":
                outcome = customer.authenticate(self.world, session, passed=True)
            self.world.dirty.set()
            return outcome

    def charge_elsewhere(
        self,
        account_id: str | Account,
        *,
        amount: int,
        currency: str = "usd",
        description: str | None = None,
        card: str = "4242424242424242",
        livemode: bool | None = None,
    ) -> Json:
        """Take a payment that no Checkout Session of ours knows of."""
        if amount < 1 or currency not in CURRENCIES:
            message = f"Not an amount: {amount} {currency}"
            raise ControlError(message)
        with self.world.lock:
            tenant = self._tenant(account_id, livemode)
            intent = payment_intent.make(
                self.world,
                tenant,
                amount=amount,
                currency=currency,
                description=description,
            )
            form = customer.CardForm(number=card)
            method = payment_method.make(self.world, tenant, form)
            made = payment_intent.confirm(self.world, intent, method)
            self.world.dirty.set()
            return copy.deepcopy(made.data)

    def settle(self) -> None:
        """Let every waiting charge get its balance transaction now."""
        with self.world.lock:
            self.clock.advance(seconds=self.world.settings.bt_delay)
            for row in list(self.world.store):
                if row.kind == "charge" and row.data["paid"]:
                    charge.settle(self.world, row.id)
            self.world.dirty.set()

    def balance(
        self,
        account_id: str | Account,
        currency: str = "usd",
        *,
        livemode: bool | None = None,
    ) -> dict[str, int]:
        """Return what an account has, available and pending."""
        with self.world.lock:
            tenant = self._tenant(account_id, livemode)
            return self.world.ledger.balance(tenant, currency)

    def check_invariant(self) -> None:
        """Raise unless every balance is the sum of its balance transactions."""
        with self.world.lock:
            self.world.ledger.prove(self.world.store)
