"""Movements that nobody asked for, and the currencies that money settles in."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from .. import fees
from ..resources import balance_transaction
from ..resources.balance_transaction import Movement
from .base import Account, Base, ControlError

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Tenant

# The reporting category of a type, where it is not the type's own name.
CATEGORIES: dict[str, str | None] = {
    "adjustment": "other_adjustment",
    "application_fee": "platform_earning",
    "application_fee_refund": "platform_earning_refund",
    "payment": "charge",
    "payment_failure_refund": "charge_failure",
    "payment_refund": "refund",
    "payment_reversal": None,
    "payment_unreconciled": "unreconciled_customer_funds",
    "payout_cancel": "payout_reversal",
    "payout_failure": "payout_reversal",
    "reserve_hold": "risk_reserved_funds",
    "reserve_release": "risk_reserved_funds",
    "reserve_transaction": "connect_reserved_funds",
    "reserved_funds": "risk_reserved_funds",
    "stripe_fee": "fee",
    "stripe_fx_fee": "fee",
    "tax_fee": "tax",
    "transfer_cancel": "transfer_reversal",
    "transfer_failure": "transfer_reversal",
    "transfer_refund": "transfer_reversal",
}
OWN = "the type's own"


class LedgerControls(Base):
    """Moves money for reasons of its own."""

    def book(
        self,
        account_id: str | Account,
        *,
        type: str,
        amount: int,
        currency: str = "usd",
        fee: int = 0,
        fee_type: str = "stripe_fee",
        tax: int = 0,
        category: str | None = OWN,
        source: str | None = None,
        description: str | None = None,
        balance_type: str = "payments",
        available: bool = True,
        livemode: bool | None = None,
    ) -> Json:
        """Book a balance transaction of any type, be it one that nobody knows.

        `amount` is signed: out of the balance is negative. `fee` and `tax` become
        `fee_details`. Without `available` it is pending for the usual delay.
        """
        entries = [
            fees.detail(fee, currency, kind=fee_type),
            fees.detail(tax, currency, "VAT", "tax"),
        ]
        usual = CATEGORIES.get(type, type)
        movement = Movement(
            kind=type,
            category=usual if category == OWN else category,
            amount=amount,
            currency=currency,
            source=source,
            description=description,
            fees=[entry for entry in entries if entry["amount"]],
            available_on=self.world.clock.now if available else None,
            balance_type=balance_type,
        )
        with self.world.lock:
            return self._book(self._tenant(account_id, livemode), movement)

    def _book(self, tenant: Tenant, movement: Movement) -> Json:
        row = balance_transaction.book(self.world, tenant, movement)
        self.world.dirty.set()
        return copy.deepcopy(row.data)

    def reserve(
        self,
        account_id: str | Account,
        amount: int,
        currency: str = "usd",
        *,
        livemode: bool | None = None,
    ) -> list[Json]:
        """Let Stripe hold back money: out of the balance, into the reserve."""
        kind = "reserve_hold"
        return self._move_reserve(account_id, kind, amount, currency, livemode)

    def release_reserve(
        self,
        account_id: str | Account,
        amount: int,
        currency: str = "usd",
        *,
        livemode: bool | None = None,
    ) -> list[Json]:
        """Let Stripe give back what it held."""
        kind = "reserve_release"
        return self._move_reserve(account_id, kind, -amount, currency, livemode)

    def _move_reserve(
        self,
        account_id: str | Account,
        kind: str,
        held: int,
        currency: str,
        livemode: bool | None,
    ) -> list[Json]:
        legs = ((-held, "payments"), (held, "risk_reserved"))
        return [
            self.book(
                account_id,
                type=kind,
                amount=amount,
                currency=currency,
                balance_type=balance_type,
                livemode=livemode,
            )
            for amount, balance_type in legs
        ]

    def settle_in(self, account_id: str | Account, currencies: list[str]) -> None:
        """Let charges in other currencies be converted into one of these.

        Into the account's own, if it is among them, else into the first. As long as
        nothing is said, every charge settles in its own currency.
        """
        if not currencies:
            message = "An account settles in at least one currency."
            raise ControlError(message)
        with self.world.lock:
            owner = self._row(self._tenant(account_id).account, "account")
            owner.private["settles_in"] = list(currencies)
            self.world.dirty.set()
