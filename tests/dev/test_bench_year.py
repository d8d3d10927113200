"""The year that the benchmark serves: the same each time, and as Stripe lists it."""

import json

from dev.bench.year import SECONDS, START, Year, attempt, intent

END = START + SECONDS


def pages(year, limit=100):
    """Read a year to its end, as the mirror does."""
    rows, after, more = [], None, True
    while more:
        texts, more = year.page(START, END, after, limit)
        rows += map(json.loads, texts)
        after = rows[-1]["id"]
    return rows


def test_pages_have_each_row_once_newest_first():
    """A row left out, or served twice, would make a way look fast or slow."""
    year = Year.make(250, seed=1)
    rows = pages(year)
    assert len({row["id"] for row in rows}) == len(rows) == 250
    assert rows == sorted(rows, key=lambda row: row["id"], reverse=True)
    assert rows == pages(Year.make(250, seed=1), limit=7)
    assert rows != pages(Year.make(250, seed=2))


def test_its_rows_add_up_and_take_back_what_was_there():
    """Net is amount less fee; what is refunded was charged, and before."""
    rows = pages(Year.make(400, seed=1))
    assert all(row["net"] == row["amount"] - row["fee"] for row in rows)
    charges = {r["source"]["id"]: r for r in rows if r["type"] == "charge"}
    refunds = [row for row in rows if row["type"] == "refund"]
    assert refunds
    for refund in refunds:
        charge = charges[refund["source"]["charge"]]
        assert charge["amount"] == -refund["amount"]
        assert charge["created"] <= refund["created"]


def test_linked_payments_are_numbered_as_the_attempts_in_odoo_are():
    """Each belongs to an attempt of its own, and nothing else is among them."""
    rows = pages(Year.make(100, seed=1, first=30, linked=True))
    assert {row["type"] for row in rows} == {"charge"}
    told = [row["source"] for row in reversed(rows)]
    assert [charge["metadata"] for charge in told] == [attempt(n) for n in range(30)]
    assert [charge["payment_intent"] for charge in told] == [
        intent(n) for n in range(30)
    ]
