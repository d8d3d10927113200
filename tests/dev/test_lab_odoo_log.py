"""A shard of the addon's suite is believed only as far as its log goes."""

import os
import sys

import pytest

from dev.lab import paths
from dev.lab.commands import Program
from dev.lab.junit import Count
from dev.lab.outcome import Outcome
from dev.lab.suite import odoo_log, shard_run
from dev.lab.terminal import Step

VERDICT = "odoo.tests.result: {} failed, {} error(s) of {} tests when loading"
STAMP = "2026-01-01 10:00:00,123 77"
TESTS = f"{STAMP} INFO db odoo.addons.kash_stripe_connect.tests"
BEGUN = f"{TESTS}.test_pay: Starting TestPay.test_{{}} ... "
IDS = ["test_pay.TestPay.test_one", "test_pay.TestPay.test_two"]


@pytest.fixture
def own_logs(tmp_path, monkeypatch):
    """Keep the logs of this machine's lab out of it."""
    monkeypatch.setattr(paths, "LOGS", tmp_path)


def test_odoos_runner_is_believed_when_all_agree():
    """Exit code and count."""
    assert odoo_log.read_verdict(0, VERDICT.format(0, 0, 7)) == Outcome(Count(passed=7))


def test_odoos_failures_and_errors_are_both_counted():
    """Odoo tells them apart, CI does not."""
    outcome = odoo_log.read_verdict(1, VERDICT.format(1, 2, 7))
    assert (outcome.count, outcome.good) == (Count(passed=4, failed=3), False)


@pytest.mark.parametrize(
    ("code", "output", "complaint"),
    [
        (0, "", "Odoo gave no verdict (exit code 0)"),
        (0, VERDICT.format(0, 0, 0), "Odoo ran no tests"),
        (1, VERDICT.format(0, 0, 7), "Odoo ended with 1"),
    ],
)
def test_odoos_runner_is_not_believed_otherwise(code, output, complaint):
    """A dangling link to the tests makes Odoo run none, in silence."""
    assert odoo_log.read_verdict(code, output).complaint == complaint


def test_what_ran_is_read_from_the_log():
    """A file may lie in a room of its own; other modules' tests are not ours."""
    log = "\n".join(
        [
            BEGUN.format("one"),
            f"{TESTS}.refunds.test_part: Starting TestPart.test_half ... ",
            f"{STAMP} INFO db odoo.addons.mail.tests.test_m: Starting TestM.test_x",
        ]
    )
    assert odoo_log.started(log) == [IDS[0], "refunds.test_part.TestPart.test_half"]


def test_a_green_run_that_left_a_test_out_is_no_success(own_logs):
    """Odoo counts what it ran; nobody but the lab knows what it should have run."""
    log = f"{BEGUN.format('one')}\n{VERDICT.format(0, 0, 1)}"
    program = Program([sys.executable, "-c", f"print({log!r})"], log="x")
    outcome = shard_run.judge(program, *program.attempt(Step("x")), IDS)
    assert not outcome.good
    assert outcome.complaint == f"1 did not run: {IDS[1]}"


def test_a_test_that_ran_twice_is_told_too():
    """Two shards, or two names of one file."""
    said = odoo_log.compare(IDS, [*IDS, IDS[0]])
    assert said == f"1 ran though nobody collected them: {IDS[0]}"


def test_a_few_of_many_missing_tests_are_named():
    """A dead shard misses hundreds."""
    said = odoo_log.compare([f"t{number:02}" for number in range(30)], [])
    assert said.startswith("30 did not run: t00, t01,")
    assert said.endswith("t09 and 20 more")


def test_a_shard_that_is_killed_is_a_failure_with_its_log(own_logs):
    """Out of memory: not a shorter green run."""
    code = f"import os; print({BEGUN.format('one')!r}, flush=True); os.kill({{}}, 9)"
    words = [sys.executable, "-c", code.format("os.getpid()")]
    program = Program(words, log="addon-1", env=dict(os.environ))
    outcome = shard_run.judge(program, *program.attempt(Step("x")), IDS)
    assert outcome.counted().count == Count(failed=1)
    assert outcome.complaint == (
        f"Odoo gave no verdict (exit code -9); 1 did not run: {IDS[1]}"
    )
    assert outcome.complaint not in outcome.details  # it is the heading above them
    assert "Starting TestPay.test_one" in outcome.details
    assert program.where in outcome.details


def test_a_failure_is_told_with_its_traceback_and_nothing_else():
    """Out of a log of thousands of lines."""
    log = f"""{BEGUN.format("one")}
{STAMP} ERROR db odoo.addons.x: FAIL: TestPay.test_one
Traceback (most recent call last):
AssertionError: 1 != 2

{STAMP} INFO db odoo.addons.x: and so on
"""
    assert odoo_log.complaints(log).splitlines() == [
        f"{STAMP} ERROR db odoo.addons.x: FAIL: TestPay.test_one",
        "Traceback (most recent call last):",
        "AssertionError: 1 != 2",
    ]


def test_the_time_of_a_file_is_that_of_its_tests_and_classes():
    """Odoo adds them up in other ways too, which would count them twice."""
    log = """
\tkash_stripe_connect: 9.00s 30 queries
\tkash_stripe_connect.refunds.test_part.TestPart: 3.50s 20 queries
\tkash_stripe_connect.refunds.test_part.TestPart.setUpClass: 2.50s 10 queries
\tkash_stripe_connect.refunds.test_part.TestPart.test_half: 1.00s 10 queries
\tkash_stripe_connect.test_pay.TestPay.test_one: 0.50s 10 queries
"""
    assert odoo_log.durations(log) == {"test_part": 3.5, "test_pay": 0.5}


def test_progress_is_told_by_module_then_by_test():
    """And how many of them are over."""
    steps = shard_run.Steps(7)
    line = f"{STAMP} INFO db odoo.modules.loading: Loading module mail (18/48) "
    assert steps(line) == "module mail (18/48)"
    assert steps(BEGUN.format("one")) == "(1 of 7) TestPay.test_one"
    assert steps(BEGUN.format("two")) == "(2 of 7) TestPay.test_two"
