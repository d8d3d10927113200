"""Odoo's own suites: with the addon they do what they do without it, or it is told."""

import json

import pytest

from dev.lab import suites
from dev.lab.errors import LabError
from dev.lab.junit import Count
from dev.lab.outcome import Outcome
from dev.lab.suite import own_log, own_suites, shard_run
from dev.lab.suite.kept import Kept
from dev.lab.suite.own_log import Heard
from dev.lab.suite.own_suites import Verdict

STAMP = "2026-01-01 10:00:00,123 77"
SALE = f"{STAMP} INFO db odoo.addons.sale.tests"
WRONG = f"{STAMP} ERROR db odoo.addons.sale.tests"
SUITE = f"{STAMP} ERROR db odoo.tests.suite"
TOUR = "sale.test_tours.TestTour.test_shop"
FONT = "sale.test_print.TestPrint.test_code"
LOG = f"""{SALE}.test_order: Starting TestOrder.test_sum ...
{SALE}.test_order: Starting TestOrder.test_tax ...
{WRONG}.test_order: ERROR: Subtest TestOrder.test_tax (rate=7)
Traceback (most recent call last):
ValueError: 7

{WRONG}.test_order: FAIL: Subtest TestOrder.test_tax (rate=19)
Traceback (most recent call last):
AssertionError: 19 != 7

{SALE}.common.test_far: Starting TestFar.test_away ...
{SALE}.common.test_far: skipped TestFar.test_away : no network
{SUITE}: ERROR: setUpClass (odoo.addons.sale.tests.test_x.TestX)
Traceback (most recent call last):
KeyError: 'chart'
{STAMP} ERROR db odoo.sql_db: bad query: a test that wants an error to be logged
"""
NINE = frozenset({TOUR, FONT, *(f"sale.test_m.TestM.test_{n}" for n in range(7))})
KEPT = Kept(tests={"sale": 9}, failing={FONT: "no font here", "mail.test_m.M.t": "x"})


def verdict(ran, failed):
    """Return what came of a run in which some tests failed."""
    count = Count(passed=len(ran) - len(failed), failed=len(failed))
    heard = Heard(frozenset(ran), failed)
    return Verdict(Outcome(count, details="Traceback …"), heard, 1.0)


def test_a_log_tells_what_ran_and_what_failed():
    """A skipped test did not run; a test of many parts is one; a class may fail too."""
    assert own_log.heard(LOG) == Heard(
        ran=frozenset(
            {
                "sale.test_order.TestOrder.test_sum",
                "sale.test_order.TestOrder.test_tax",
            }
        ),
        failed={
            "sale.test_order.TestOrder.test_tax": "ValueError: 7",
            "sale.test_x.TestX.setUpClass": "KeyError: 'chart'",
        },
    )


def test_what_fails_without_the_addon_is_no_difference():
    """The list of another module has nothing to do with it."""
    heard = Heard(NINE, {FONT: "OSError: cannot open resource"})
    assert KEPT.difference("sale", heard) == []


def test_a_test_that_fails_with_the_addon_is_told():
    """The one thing all this is for."""
    heard = Heard(NINE, {FONT: "x", TOUR: "TimeoutError"})
    told = f"1 fail that pass without the addon: {TOUR}"
    assert KEPT.difference("sale", heard) == [told]


def test_a_test_that_vanished_is_told():
    """A class that skips itself where the addon is installed would be green."""
    assert KEPT.difference("sale", Heard(NINE - {TOUR}, {FONT: "x"})) == [
        "8 tests ran, 9 are kept"
    ]


def test_a_test_of_the_list_that_passes_is_told():
    """The list only ever gets shorter, and hides nothing."""
    assert KEPT.difference("sale", Heard(NINE)) == [f"1 of the kept list pass: {FONT}"]


def test_what_is_known_to_fail_counts_as_skipped():
    """The run is good, and the table does not say that they passed."""
    said = verdict(NINE, {FONT: "x"})
    outcome = suites.compared(KEPT, "sale", said)
    assert (outcome.good, outcome.count) == (True, Count(passed=8, skipped=1))


def test_a_difference_is_a_failure_with_what_the_log_says():
    """Once, at the end, like any job's."""
    outcome = suites.compared(KEPT, "sale", verdict(NINE, {TOUR: "x", FONT: "x"}))
    assert outcome.counted().count.failed == 1
    assert (TOUR in outcome.complaint, outcome.details) == (True, "Traceback …")


def test_what_fails_is_run_again_and_fails_only_twice():
    """A browser that was slow for once is no difference."""
    first = verdict(NINE, {TOUR: "x", FONT: "x"})
    assert own_suites.tags([TOUR, "sale.test_x.TestX.setUpClass"]) == (
        "/sale:TestTour.test_shop,/sale:TestX"
    )
    assert first.after(verdict({TOUR}, {}), [TOUR]).heard == Heard(NINE, {FONT: "x"})
    assert first.after(verdict({TOUR}, {TOUR: "x"}), [TOUR]).heard == first.heard
    died = Verdict(Outcome(Count(), "Odoo gave no verdict"), Heard(), 1.0)
    assert first.after(died, [TOUR]) == first


def test_a_run_without_the_addon_is_kept(tmp_path):
    """Reasons that a person gave stay, what passes now leaves the list."""
    heard = Heard(NINE, {FONT: "OSError", TOUR: "TimeoutError"})
    kept = KEPT.learned("sale", heard, 61.4)
    kept.save(tmp_path / "kept.json")
    assert Kept.load(tmp_path / "kept.json") == Kept(
        tests={"sale": 9},
        seconds={"sale": 61},
        failing={"mail.test_m.M.t": "x", FONT: "no font here", TOUR: "TimeoutError"},
    )
    assert kept.learned("sale", Heard(NINE), 61).of("sale") == {}


def test_a_failure_without_a_reason_excuses_nothing(tmp_path):
    """Whoever reads the list must be able to judge it."""
    file = tmp_path / "kept.json"
    file.write_text(json.dumps({"failing": {FONT: ""}}))
    with pytest.raises(LabError, match="says no reason"):
        Kept.load(file)


def test_every_suite_is_kept_with_its_number():
    """The committed file speaks of what is run, of all of it and of nothing else."""
    kept = Kept.load()
    assert set(kept.tests) == set(suites.MODULES)
    assert {test.partition(".")[0] for test in kept.failing} <= set(suites.MODULES)


def test_a_suite_nobody_has_is_refused():
    """Not run in silence as none."""
    assert suites._modules("sale,mail") == ("sale", "mail")
    with pytest.raises(LabError, match="no suite of sail is run here, but account"):
        suites._modules("sail")


def test_progress_without_a_known_number_still_counts():
    """The first run of a module."""
    line = f"{SALE}.test_order: Starting TestOrder.test_sum ..."
    assert shard_run.Steps(0)(line) == "(1) TestOrder.test_sum"
