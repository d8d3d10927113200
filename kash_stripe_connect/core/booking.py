# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Double entry of Stripe's rows, in minor units, without accounts or dates.

The rule that always balances: clearing += net, fees += fee, counterpart −= amount.
https://docs.stripe.com/api/balance_transactions/object
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from .facts import BalanceTransactionFacts, FeeFacts

Role = Literal["clearing", "fees", "receivable"]

# Rows by which a customer's money of an Odoo transaction arrives.
# https://docs.stripe.com/reports/balance-transaction-types
CHARGE_TYPES = frozenset({"charge", "payment"})


@dataclass(frozen=True)
class Leg:
    """One side of an entry: debit positive, credit negative (minor units)."""

    role: Role
    amount: int
    fee_type: str | None = None


class Unbalanced(ValueError):
    """Stripe's row contradicts itself: net is not amount − fee."""


def fee_parts(
    fee: int, details: tuple[FeeFacts, ...], *, currency: str
) -> dict[str, int]:
    """Split ``fee`` by type; what the details do not explain is named ``other``.

    Details in another currency than the row's cannot be added: they count as ``other``.
    """
    parts: Counter[str] = Counter()
    for line in details:
        if line.currency == currency:
            parts[line.type] += line.amount
    parts["other"] += fee - parts.total()
    return {kind: amount for kind, amount in parts.items() if amount}


def gross_legs(row: BalanceTransactionFacts) -> tuple[Leg, Leg]:
    """Return the customer's payment: the whole amount into clearing, off receivable."""
    return Leg("clearing", row.amount), Leg("receivable", -row.amount)


def fee_legs(row: BalanceTransactionFacts) -> tuple[Leg, ...]:
    """Return Stripe's fee: each type onto fees, the whole off clearing."""
    parts = fee_parts(row.fee, row.fees, currency=row.currency)
    legs = tuple(Leg("fees", amount, kind) for kind, amount in sorted(parts.items()))
    return (*legs, Leg("clearing", -row.fee)) if legs else ()


def charge_legs(row: BalanceTransactionFacts) -> tuple[Leg, ...]:
    """Return all legs of a customer's payment; together they move clearing by net.

    :raises Unbalanced: net is not amount − fee
    """
    if row.net != row.amount - row.fee:
        raise Unbalanced(
            f"{row.id}: net {row.net} is not amount {row.amount} − fee {row.fee}"
        )
    return (*gross_legs(row), *fee_legs(row))
