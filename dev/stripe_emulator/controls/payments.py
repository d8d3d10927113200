"""The customer, time, and money."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .. import bank_accounts, cards, customer, redirects
from ..forms import CardForm, DebitForm, RedirectForm
from ..money import CURRENCIES
from ..resources import payment_intent, payment_method
from .base import Account, Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json
    from ..forms import Typed


class PaymentControls(Base):
    """Pays, fails to pay, and lets money arrive."""

    def pay(
        self,
        session_id: str,
        card: str = "4242424242424242",
        name: str = "Ada Lovelace",
        email: str = "ada@example.com",
        *,
        method: str = "card",
        account: str | None = None,
        **form: Any,
    ) -> Json:
        """Pay an open session as its customer would; return the charge.

        3-D Secure is passed. A declined card is an error: use `decline` for that.
        `method` is card, a debit of `bank_accounts` or one of `redirects`, whose page
        is confirmed; `account` is the number of a test bank account, else one that
        pays.
        """
        typed = self._typed(method, card, account, name=name, email=email, **form)
        outcome = self._submit(session_id, typed)
        if outcome.kind not in ("paid", "processing") or outcome.charge is None:
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
        typed = self._typed("card", card, None, name=name, email=email, **form)
        outcome = self._submit(session_id, typed)
        if outcome.charge is None:
            message = f"The session is {outcome.kind}."
            raise ControlError(message)
        return copy.deepcopy(outcome.charge.data)

    def ask_authentication(
        self,
        session_id: str,
        card: str = "4000002500003155",
        name: str = "Ada Lovelace",
        email: str = "ada@example.com",
        **form: Any,
    ) -> Json:
        """Type a card whose bank asks for 3-D Secure, and stop there; the intent."""
        typed = self._typed("card", card, None, name=name, email=email, **form)
        outcome = self._submit(session_id, typed, passed=False)
        if outcome.kind != "authenticate":
            message = f"Nobody is asked anything: {outcome.kind} {outcome.message}"
            raise ControlError(message)
        return self._intent_of(session_id)

    def fail_authentication(self, session_id: str) -> Json:
        """Answer the bank's question wrongly; return the intent."""
        with self.world.lock:
            self.world.clock.tick()
            session = self._row(session_id, "checkout.session")
            outcome = customer.authenticate(self.world, session, passed=False)
            self.world.dirty.set()
        if outcome.kind != "declined":
            message = f"Nothing was asked: the session is {outcome.kind}."
            raise ControlError(message)
        return self._intent_of(session_id)

    def _intent_of(self, session_id: str) -> Json:
        session = self._row(session_id, "checkout.session")
        return copy.deepcopy(self._row(session.data["payment_intent"]).data)

    def _typed(self, method: str, card: str, account: str | None, **form: Any) -> Typed:
        """Return what the customer types."""
        if method == "card":
            return CardForm(number=card, **form)
        if method in redirects.REDIRECTS:
            return RedirectForm(method=method, **form)
        if method not in bank_accounts.FATES:
            message = f"No such method: {method}"
            raise ControlError(message)
        number = account or bank_accounts.usual(method)
        if number not in bank_accounts.FATES[method]:
            message = f"Not a test account of {method}: {number}"
            raise ControlError(message)
        bank = bank_accounts.BANKS.get(method)
        return DebitForm(number=number, method=method, bank=bank, **form)

    def _submit(
        self,
        session_id: str,
        typed: Typed,
        *,
        passed: bool = True,
    ) -> customer.Outcome:
        with self.world.lock:
            self.world.clock.tick()
            session = self._row(session_id, "checkout.session")
            if typed.method not in session.data["payment_method_types"]:
                message = f"The session does not offer {typed.method}."
                raise ControlError(message)
            outcome = customer.submit(self.world, session, typed)
            if outcome.kind == "authenticate" and passed:
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
        method: str = "card",
        account: str | None = None,
        paid_by: Json | None = None,
        livemode: bool | None = None,
    ) -> Json:
        """Take a payment that no Checkout Session of ours knows of.

        :param paid_by: what its `payment_method_details` say of a method that no page
            here offers: ``{"type": "card_present", "card_present": {"brand": …}}``
        """
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
                types=[method],
            )
            typed = self._typed(method, card, account)
            means = payment_method.make(self.world, tenant, typed)
            if paid_by:
                means.private["paid_by"] = paid_by
            made = payment_intent.confirm(self.world, intent, means)
            self.world.dirty.set()
            return copy.deepcopy(made.data)

    def settle(self) -> None:
        """Let every waiting charge get its balance transaction now."""
        with self.world.lock:
            self.clock.advance(seconds=self.world.settings.bt_delay)
            for row in list(self.world.store):
                if row.kind == "charge":
                    self.world.do("settle_charge", row.id)
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
