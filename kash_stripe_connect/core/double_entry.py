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
from .reasons import Reason

Role = Literal[
    "clearing",
    "fees",
    "receivable",
    "in_process",
    "unallocated",
    "income",
    "disputed",
    "in_transit",
    "suspense",
]

# Rows by which a customer's money of an Odoo transaction arrives.
# https://docs.stripe.com/reports/balance-transaction-types
CHARGE_TYPES = frozenset({"charge", "payment"})
# Rows by which it goes back.
REFUND_TYPES = frozenset({"refund", "payment_refund"})
# Rows that take a charge back, or give back what took it.
_UNDOING_TYPES = frozenset(
    """
    refund payment_refund refund_failure payment_failure_refund payment_reversal
    """.split()
)
# What takes back something that is no payment.
_REVERSING_TYPES = frozenset(
    """
    payout_cancel payout_failure topup_reversal inbound_transfer_reversal
    """.split()
)
# Of an adjustment its reporting category says what it is.
MAY_UNDO_TYPES = _UNDOING_TYPES | _REVERSING_TYPES | {"adjustment"}
# Rows that are a fee: their amount is what Stripe took.
FEE_TYPES = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee"})
_TRANSIT_TYPES = frozenset(
    """
    payout payout_cancel payout_failure topup topup_reversal inbound_transfer
    inbound_transfer_reversal
    """.split()
)
# The business's own: no customer stands behind them.
OWN_TYPES = sorted(FEE_TYPES | _TRANSIT_TYPES)
# Money that leaves for the bank, and what brings it back.
PAYOUT_TYPES = frozenset({"payout", "payout_cancel", "payout_failure"})
# An adjustment tells by its category what it adjusts.
_CATEGORIES: dict[str, Role] = {
    "dispute": "disputed",
    "dispute_reversal": "disputed",
    "refund": "unallocated",
    "refund_failure": "unallocated",
    "fee": "fees",
    "network_cost": "fees",
    "tax": "fees",
}
OWN_CATEGORIES = sorted(name for name, role in _CATEGORIES.items() if role == "fees")


@dataclass(frozen=True)
class Leg:
    """One side of an entry: debit positive, credit negative (minor units)."""

    role: Role
    amount: int
    fee_type: str | None = None


class Unbalanced(Reason):
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


def undoes(kind: str, category: str | None) -> bool:
    """Tell whether a row takes another one of the same document back.

    :param kind: the row's type
    :param category: its reporting category, which Stripe leaves out at times
    """
    if kind == "adjustment":
        return category in {"refund", "refund_failure", "dispute_reversal"}
    return kind in MAY_UNDO_TYPES


def counterpart(kind: str, category: str | None) -> Role:
    """Return where the amount of a row belongs that is no payment of ours.

    What nobody has heard of goes to suspense: it is never skipped and never guessed.
    https://docs.stripe.com/reports/balance-transaction-types
    """
    if kind in CHARGE_TYPES or kind in _UNDOING_TYPES:
        return "unallocated"
    if kind in FEE_TYPES:
        return "fees"
    if kind in _TRANSIT_TYPES:
        return "in_transit"
    return _CATEGORIES.get(category or "", "suspense")


def row_legs(row: BalanceTransactionFacts, role: Role) -> tuple[Leg, ...]:
    """Return all legs of a row whose amount belongs to ``role``.

    A row that is a fee carries it as its amount, and its type says which.

    :raises Unbalanced: net is not amount − fee
    """
    _check(row)
    kind = row.type if role == "fees" else None
    fees = tuple(leg for leg in fee_legs(row) if leg.role == "fees")
    return (Leg("clearing", row.net), *fees, Leg(role, -row.amount, kind))


def row_gross_legs(row: BalanceTransactionFacts, role: Role) -> tuple[Leg, ...]:
    """Return the legs of a row without its fee, which is recorded another time.

    :raises Unbalanced: net is not amount − fee
    """
    _check(row)
    kind = row.type if role == "fees" else None
    return Leg("clearing", row.amount), Leg(role, -row.amount, kind)


def charge_legs(row: BalanceTransactionFacts) -> tuple[Leg, ...]:
    """Return all legs of a customer's payment; together they move clearing by net.

    :raises Unbalanced: net is not amount − fee
    """
    _check(row)
    return (*gross_legs(row), *fee_legs(row))


def check(name: str, *, amount: int, fee: int, net: int) -> None:
    """Refuse a row whose own figures (minor units) do not agree.

    :param name: the row's id, for the person who reads the reason
    :raises Unbalanced: net is not amount − fee
    """
    if net != amount - fee:
        raise Unbalanced(f"{name}: net {net} is not amount {amount} − fee {fee}")


def _check(row: BalanceTransactionFacts) -> None:
    check(row.id, amount=row.amount, fee=row.fee, net=row.net)
