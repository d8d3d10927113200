"""What payers do, or do not do, after they have left the page."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from .. import bank_accounts, customer, vouchers, waiting
from ..forms import DebitForm, VoucherForm
from .base import Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json
    from ..forms import Typed
    from ..store import Row


class WaitingControls(Base):
    """Takes vouchers, pays them or lets them expire; verifies bank accounts."""

    def take_voucher(
        self,
        session_id: str,
        method: str = "multibanco",
        name: str = "Ada Lovelace",
        email: str = "ada@example.com",
    ) -> Json:
        """Complete a session by a voucher that is not paid yet; return the intent."""
        if method not in vouchers.VOUCHERS:
            message = f"No voucher: {method}"
            raise ControlError(message)
        typed = VoucherForm(method=method, name=name, email=email)
        return self._leave(session_id, typed)

    def pay_voucher(self, session_id: str) -> Json:
        """Pay it at the counter, be it after its last day; return the charge."""
        with self.world.lock:
            row = self._waiting(session_id)
            if row.data["status"] == "succeeded":
                message = "It was paid already."
                raise ControlError(message)
            made = waiting.pay(self.world, row)
            self.world.dirty.set()
            return copy.deepcopy(made.data)

    def ask_verification(
        self,
        session_id: str,
        account: str | None = None,
        kind: str = "descriptor_code",
        name: str = "Ada Lovelace",
        email: str = "ada@example.com",
    ) -> Json:
        """Type a bank account that a micro-deposit has to verify; return the intent."""
        if kind not in vouchers.TRIES:
            message = f"kind is one of {', '.join(vouchers.TRIES)}"
            raise ControlError(message)
        method = "us_bank_account"
        typed = DebitForm(
            number=account or bank_accounts.usual(method),
            bank=bank_accounts.BANKS[method],
            verify=kind,
            name=name,
            email=email,
        )
        return self._leave(session_id, typed)

    def verify(self, session_id: str, *, right: bool = True) -> Json:
        """Type what the statement says, or something else; return the intent."""
        with self.world.lock:
            row = self._waiting(session_id)
            if row.data["status"] != "requires_action":
                message = f"The intent is {row.data['status']}."
                raise ControlError(message)
            waiting.verify(self.world, row, right=right)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def end_waiting(self, session_id: str) -> Json:
        """Let the last day pass: of a voucher, of a verification; the intent."""
        with self.world.lock:
            row = self._waiting(session_id)
            if row.data["status"] != "requires_action":
                message = f"The intent is {row.data['status']}."
                raise ControlError(message)
            waiting.end(self.world, row)
            self.world.dirty.set()
            return copy.deepcopy(row.data)

    def _leave(self, session_id: str, typed: Typed) -> Json:
        with self.world.lock:
            self.world.clock.tick()
            session = self._row(session_id, "checkout.session")
            if typed.method not in session.data["payment_method_types"]:
                message = f"The session does not offer {typed.method}."
                raise ControlError(message)
            outcome = customer.submit(self.world, session, typed)
            self.world.dirty.set()
            if outcome.kind != "waits":
                message = f"Nothing is left to the payer: {outcome.kind}"
                raise ControlError(message)
            return copy.deepcopy(self._row(session.data["payment_intent"]).data)

    def _waiting(self, session_id: str) -> Row:
        session = self._row(session_id, "checkout.session")
        row = self._row(session.data["payment_intent"] or "", "payment_intent")
        if "waits_with" not in row.private:
            message = "Nothing was left to the payer."
            raise ControlError(message)
        return row
