"""What the benchmark makes of its figures; the runs themselves are not tested."""

import json

import pytest

from dev.bench import plan, report


def figures(ms, *, rows=100, memory=20.0, waited=3.0):
    """Return what a run writes down in which each row took ``ms`` of work."""
    return {
        "rows": rows,
        "seconds": waited * ms * rows / 1000,
        "busy_seconds": ms * rows / 1000,
        "queries": 5 * rows,
        "memory_growth_mb": memory,
    }


@pytest.fixture
def runs():
    """Return runs of every way, three of them of one."""
    return {
        "daily": [figures(2), figures(90), figures(3)],
        "unallocated": [figures(6)],
        "transaction": [figures(30)],
        "oca": [figures(75)],
        "linked": [figures(50)],
        "floor": [figures(25)],
        "framework": [figures(200)],
        "size_10000": [figures(6, rows=10_000)],
        "size_100000": [figures(9, rows=100_000, memory=180.0)],
    }


TITLES = {way.name: way.title for way in (*plan.ELSEWHERE, *plan.PAYMENTS)} | {
    "size_10000": "ten thousand",
    "size_100000": "a hundred thousand",
}


def test_a_ratio_is_of_medians_of_work_whoever_else_used_the_machine(runs):
    """One slow run, or a busy machine, moves nothing."""
    told = report.summary(runs)
    assert told["daily_vs_oca"] == 25
    assert told["unallocated_vs_oca"] == 12.5
    assert told["transaction_vs_oca"] == 2.5
    assert told["linked_vs_odoo"] == 4
    assert told["linked_vs_floor"] == 2
    assert told["growth_100k_vs_10k"] == 1.5


def test_memory_is_that_of_the_largest_size(runs):
    """The promise is about many rows, not about a start."""
    assert report.summary(runs)["memory_growth_mb"] == 180


def test_the_json_has_every_promise_and_the_raw_figures(runs):
    """Whoever doubts a ratio can compute it anew."""
    told = json.loads(json.dumps(report.summary(runs)))
    assert {ratio.key for ratio in plan.RATIOS} <= set(told)
    assert told["runs"]["linked"] == [figures(50)]
    assert told["ms_per_row"]["oca"] == 75


def test_a_promise_that_is_missed_is_marked_in_the_table(runs):
    """A figure that is not good enough is not to be overlooked."""
    lines = report.table(report.summary(runs), TITLES).splitlines()
    assert "| summed, times OCA's speed | ≥ 25 | 25 |" in lines
    assert "| linked, times the framework's speed | ≥ 5 | **4**, missed |" in lines
    assert "| ours, linked payments | 100 | 50.0 | 150.0 | 5.0 | 20 |" in lines


def test_undoing_is_compared_with_the_recording_of_the_same_rows():
    """In the same process: no other run, and no other day, comes between."""
    undone = {
        **figures(6),
        "recorded": {"seconds": 1, "busy_seconds": 0.4},
        "parts": {"dialog": 1.5, "press": 0.25, "undo": 60.0},
    }
    told = report.summary({"undo_linked": [undone]})
    assert told["undo_linked_vs_recorded"] == 1.5
    assert told["undo_unallocated_vs_recorded"] is None
    assert told["request_seconds"] == 1.5
    lines = report.table(told, TITLES).splitlines()
    assert "| undone payments, times their recording | ≤ 2 | 1.5 |" in lines
    assert "| longest request of an undo, s | ≤ 5 | 1.5 |" in lines


def test_what_was_not_run_is_said_and_no_ratio_made_up():
    """Half a comparison is none."""
    told = report.summary({"linked": [figures(50)], "oca": [{"skipped": "no pip"}]})
    assert told["linked_vs_odoo"] is None
    assert told["memory_growth_mb"] is None
    lines = report.table(told, TITLES).splitlines()
    assert "| OCA's statement import | | no pip | | | |" in lines
    assert "| linked, times the framework's speed | ≥ 5 | not measured |" in lines
