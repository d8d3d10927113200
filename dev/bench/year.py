"""A year of Stripe activity, the same for the same seed, as Stripe would list it."""

import json
import random
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from dev.bench import specimens

START = 1735689600  # 2025-01-01, 0:00 UTC
SECONDS = 365 * 86400
# Of a hundred rows: payments, what takes some back, payouts, Stripe's own charges.
KINDS = {"charge": 92, "refund": 3, "payout": 4, "adjustment": 0.5, "stripe_fee": 0.5}
UUID = "00000000-0000-4000-8000-000000000bec"


class Line(NamedTuple):
    """What tells a row from others of its kind (amount and fee in minor units)."""

    kind: str
    created: int
    amount: int
    fee: int
    document: int
    """The number of the charge that it is of; its own for all others."""


@dataclass(frozen=True)
class Year:
    """Rows in the order of their creation, written out when asked for."""

    lines: list[Line]
    texts: Mapping[str, str]
    linked: bool = False
    """Whether the charges are of attempts in Odoo, see :func:`attempt`."""

    @classmethod
    def make(
        cls, rows: int, seed: int, *, first: int | None = None, linked: bool = False
    ) -> "Year":
        """Make a year of ``rows``, or its ``first`` ones; linked: payments alone."""
        lines = list(_lines(rows, random.Random(seed)))  # noqa: S311 - no secret
        if linked:
            charges = (line for line in lines if line.kind == "charge")
            lines = [line._replace(document=i) for i, line in enumerate(charges)]
        return cls(lines[:first], _texts(), linked)

    def page(
        self, first: int, end: int, after: str | None, limit: int
    ) -> tuple[list[str], bool]:
        """Return rows created in [first, end), newest first, and if there are more."""
        low = bisect_left(self.lines, first, key=lambda line: line.created)
        high = bisect_left(self.lines, end, key=lambda line: line.created)
        if after:
            high = min(high, int(after.removeprefix("txn_bench")))
        start = max(low, high - limit)
        texts = [self.text(number) for number in range(high - 1, start - 1, -1)]
        return texts, start > low

    def text(self, number: int) -> str:
        """Return a row in Stripe's JSON."""
        line = self.lines[number]
        facts: dict[str, Any] = {
            "amount": line.amount,
            "gross": abs(line.amount),
            "fee": line.fee,
            "net": line.amount - line.fee,
            "created": line.created,
            "metadata": attempt(line.document) if self.linked else {},
        }
        text = self.texts[line.kind]
        for name, value in facts.items():
            text = text.replace(f'"@{name}"', json.dumps(value))
        return text.replace("@number", f"{number:09}").replace(
            "@document", f"{line.document:09}"
        )


def attempt(number: int) -> dict[str, str]:
    """Return what a charge carries that was paid for an invoice of Odoo's."""
    return {"kash_db": UUID, "kash_attempt": reference(number)}


def intent(number: int) -> str:
    """Return the payment intent of an attempt, which its charge names."""
    return f"pi_bench{number:09}"


def reference(number: int) -> str:
    """Return the reference of the attempt that led to a charge."""
    return f"BENCH-{number:09}"


def _lines(rows: int, dice: random.Random) -> Iterator[Line]:
    """Iterate over what happens in a year; each charge is taken back once at most."""
    moments = sorted(dice.randrange(START, START + SECONDS) for _ in range(rows))
    whole: list[tuple[int, int]] = []  # number and amount of charges nobody took back
    for number, moment in enumerate(moments):
        [kind] = dice.choices(list(KINDS), list(KINDS.values()))
        if kind in {"refund", "adjustment"} and whole:
            charge, amount = whole.pop(dice.randrange(len(whole)))
            fee = 1500 if kind == "adjustment" else 0
            yield Line(kind, moment, -amount, fee, charge)
        elif kind in {"payout", "stripe_fee"}:
            top = 200_000 if kind == "payout" else 2_000
            yield Line(kind, moment, -dice.randrange(100, top), 0, number)
        else:
            amount = dice.randrange(500, 50_000)
            whole.append((number, amount))
            yield Line("charge", moment, amount, amount * 29 // 1000 + 30, number)


def _texts() -> dict[str, str]:
    """Return the JSON of a row of each kind, with `@names` to fill in."""
    found = specimens.collect()
    return {kind: json.dumps(_blank(row)) for kind, row in found.items()}


def _blank(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with `@names` in place of what tells it from others."""
    kind, source = row["type"], row["source"]
    of_charge = kind in {"charge", "refund", "adjustment"}
    number = "@document" if of_charge else "@number"
    if source:
        source = {**source, "amount": "@gross", "created": "@created"}
        prefix = source["id"].split("_")[0]
        # A refund and a dispute are things of their own; each charge has one at most.
        source["id"] = f"{prefix}_bench{number}"
        source["balance_transaction"] = "txn_bench@number"
        if kind == "charge":
            source["metadata"] = "@metadata"
            source["payment_intent"] = f"pi_bench{number}"
            source["receipt_url"] = None  # at the port of that moment
        elif of_charge:
            source["charge"] = "ch_bench@document"
    return {
        **row,
        "id": "txn_bench@number",
        "amount": "@amount",
        "fee": "@fee",
        "net": "@net",
        "created": "@created",
        "available_on": "@created",
        "fee_details": [{**fee, "amount": "@fee"} for fee in row["fee_details"]],
        "source": source,
    }
