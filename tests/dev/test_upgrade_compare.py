"""The upgrade test's eyes: what it takes for a difference, and for a purpose."""

import json

from dev.lab.suite import pytest_run
from dev.lab.upgrade import look, twins
from dev.lab.upgrade.compare import Difference, Purpose, complaints, differences

ENTRY = {"INV/1": {"date": "2025-11-02", "balance": 120.0}}
PROGRAMS = Purpose("19.0.2.0.0", "Kept elsewhere.", "account", field="*_until")
BEFORE = (19, 0, 1, 1, 0)


def compared(stayed, upgraded):
    """Compare two entries and return the differences."""
    return list(differences({"entry": stayed}, {"entry": upgraded}))


def moved(field="mirrored_until"):
    """Return a difference of a cursor."""
    return Difference("account", "1", field, "2025-11-07", "nothing")


# === DIFFERENCES === #


def test_twins_that_are_alike_do_not_differ():
    """Whatever the order."""
    other = {"date": ENTRY["INV/1"]["date"], "balance": 120.0}
    assert compared(ENTRY, {"INV/1": dict(reversed(other.items()))}) == []


def test_a_changed_amount_is_a_difference():
    """Named by kind, thing and field, so that one finds it."""
    [found] = compared(ENTRY, {"INV/1": {**ENTRY["INV/1"], "balance": 119.99}})
    assert str(found) == "entry INV/1 · balance: 120.0 → 119.99"


def test_what_is_missing_and_what_is_new_are_differences():
    """Whole things, columns, and kinds of things."""
    [missing] = compared(ENTRY, {})
    [new] = compared({}, ENTRY)
    assert (missing.upgraded, new.stayed) == ("nothing", "nothing")
    [column] = compared(ENTRY, {"INV/1": {"date": "2025-11-02"}})
    assert (column.field, column.upgraded) == ("balance", "nothing")
    assert list(differences({}, {"stream": {"1": {}}}))


def test_a_column_that_is_empty_is_no_column_that_is_gone():
    """Dropping one is a change that somebody has to have meant."""
    assert compared({"INV/1": {"ref": None}}, {"INV/1": {}})


# === ON PURPOSE === #


def test_what_was_meant_is_no_complaint():
    """Its kind, its name and its field fit."""
    assert complaints([moved()], [PROGRAMS], BEFORE) == []


def test_what_nobody_meant_is_a_complaint():
    """Of another field, or of another kind."""
    [count, quoted] = complaints([moved("reread_at"), moved()], [PROGRAMS], BEFORE)
    assert count == "account: 1 differences"
    assert "reread_at" in quoted


def test_a_purpose_that_explains_nothing_is_a_complaint():
    """A list that only grows would excuse the next fault."""
    assert complaints([], [PROGRAMS], BEFORE) == [
        "nothing is explained by: Kept elsewhere."
    ]


def test_a_purpose_counts_for_upgrades_from_before_it_only():
    """From its own version on there is nothing to be seen of it."""
    assert complaints([], [PROGRAMS], (19, 0, 2, 0, 0)) == []
    assert complaints([moved()], [PROGRAMS], (19, 0, 2, 0, 0))


def test_of_each_kind_some_are_quoted():
    """Hundreds of one kind must not hide the one of another."""
    many = [Difference("a", str(number), "", "1", "2") for number in range(100)]
    told = complaints([*many, Difference("b", "1", "", "1", "2")], [], BEFORE)
    assert "a: 100 differences" in told
    assert "b: 1 differences" in told
    assert len(told) < 20


# === STRIPE === #


def record(key=None, **values):
    """Return a request as the emulator logs it."""
    return {
        "method": "POST",
        "path": "/v1/refunds",
        "params": {"amount": 100},
        "idempotency_key": key,
        "status": 200,
        **values,
    }


def test_a_request_made_twice_is_a_difference():
    """Also under the same key."""
    once, twice = look.requests([record("k1")]), look.requests([record("k1")] * 2)
    [found] = differences({"request": once}, {"request": twice})
    assert (found.stayed, found.upgraded) == ("1", "2")


def test_a_request_under_another_key_is_a_difference():
    """A second refund is money."""
    [one], [two] = look.requests([record("k1")]), look.requests([record("k2")])
    assert one != two


def test_a_key_drawn_by_lot_is_no_difference():
    """Stripe's package draws one where nothing is made."""
    keys = (
        "fe27bb20-60c3-3910-6fac-f85b2664f649",
        "ef476dac-8bfc-e816-85d0-321f1e788ee7",
    )
    [one], [two] = (look.requests([record(key)]) for key in keys)
    assert one == two
    events = [
        {"request": {"id": f"req_{key[:8]}", "idempotency_key": key}} for key in keys
    ]
    [first, second] = [look.without_requests(event) for event in events]
    assert first == second


def test_the_amount_of_a_request_counts():
    """Who asks for more is seen, though nothing else has changed."""
    [one], [two] = look.requests([record()]), look.requests([record(params={})])
    assert one != two


def test_what_is_at_stripe_is_read_from_its_memory(tmp_path):
    """Objects by id, and what was made under which key."""
    memory = tmp_path / "stripe.json"
    answer = {"path": "/v1/refunds", "status": 200, "body": '{"id": "re_1"}'}
    rows = [["refund", ["acct_1", False], {"id": "re_1", "amount": 100}, {}]]
    told = {"rows": rows, "answers": [[["acct_1", False], "kash-1", answer]]}
    memory.write_text(json.dumps(told))
    facts = look.at_stripe(memory, [])
    assert facts["at Stripe"] == {"refund re_1": {"id": "re_1", "amount": 100}}
    assert facts["idempotency key"]["kash-1"]["id"] == "re_1"


# === NAMES === #


def test_things_of_one_name_are_numbered():
    """None hides another."""
    things = [("Fee", {"n": 1}), ("Fee", {"n": 2}), ("Row", {"n": 3})]
    assert list(look.numbered(things)) == ["Fee", "Fee (2)", "Row"]


def test_the_newest_wheel_comes_first(tmp_path, monkeypatch):
    """By numbers: 19.0.1.10.0 is newer than 19.0.1.9.0."""
    for version in ("19.0.1.9.0", "19.0.1.10.0", "19.0.1.1.0"):
        (tmp_path / f"addon-{version}-py3-none-any.whl").touch()
    monkeypatch.setattr(twins, "WHEELS", tmp_path)
    versions = [file.name.split("-")[1] for file in twins.wheels()]
    assert versions == ["19.0.1.10.0", "19.0.1.9.0", "19.0.1.1.0"]


def test_there_is_a_version_to_upgrade_from():
    """A test that has none would pass for ever."""
    assert twins.wheels()


def test_the_steps_of_a_long_test_are_told():
    """From lines as they stand in a log, stripped; others say nothing."""
    assert pytest_run.steps("• Going on") == "Going on"
    assert pytest_run.steps("7 s  inside Odoo") == "inside Odoo"
    assert pytest_run.steps("tests/upgrade/test_upgrade.py::test_it PASSED") == ""
