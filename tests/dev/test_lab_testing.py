"""`python3 -m dev test` itself: what runs, what counts, what it ends with."""

import pytest

from dev.lab import checks, database, testing
from dev.lab.errors import LabError
from dev.lab.junit import Count, count
from dev.lab.outcome import Outcome, Table
from dev.lab.selection import ADDON, JOURNEYS, PLAIN, select


def doors_of(*arguments):
    """Return the paths that arguments send through each door."""
    selection = select(list(arguments))
    return selection.plain, selection.addon, selection.journeys


def test_without_arguments_everything_runs():
    """The README's command."""
    selection = select([])
    assert selection.everything
    assert doors_of() == (PLAIN, ADDON, JOURNEYS)


def test_a_file_goes_through_its_own_door_only():
    """One test is run in seconds, without the linters."""
    file = "tests/dev/test_lab_testing.py"
    assert doors_of(file) == ((file,), (), ())
    assert not select([file]).everything


def test_the_upgrade_needs_a_database_like_a_journey():
    """It brings programs of its own, and no registry of Odoo's."""
    assert doors_of("tests/upgrade") == ((), (), ("tests/upgrade",))


def test_a_test_inside_a_file_is_kept():
    """As pytest itself takes it."""
    name = "tests/addon/__init__.py::TestX::test_y"
    assert doors_of(name) == ((), (name,), ())


def test_the_addons_link_leads_to_the_same_door():
    """Both paths in one call would run each test twice."""
    assert doors_of("kash_stripe_connect/tests") == ((), ("tests/addon",), ())


def test_the_folder_above_opens_all_doors():
    """`python3 -m dev test tests`."""
    assert doors_of("tests") == (PLAIN, ADDON, JOURNEYS)


def test_an_option_goes_to_every_door():
    """`-k refund` looks everywhere."""
    selection = select(["-k", "refund"])
    assert selection.options == ("-k", "refund")
    assert doors_of("-k", "refund") == (PLAIN, ADDON, JOURNEYS)


def test_a_path_elsewhere_is_refused():
    """Rather than tested by nothing."""
    with pytest.raises(LabError, match="dev/lab is not below tests"):
        select(["dev/lab"])


@pytest.mark.parametrize("option", ["--both", "--long", "--weigh"])
def test_what_is_for_the_complete_run_is_refused_with_names(option):
    """Rather than left out in silence."""
    with pytest.raises(LabError, match=f"{option} is for the complete run"):
        testing.run_test(["tests/core", option])


def test_before_a_release_both_doors_run_whole():
    """`--long` is all there is, and takes nothing for unchanged."""
    wishes = testing._wishes({"--long"})
    assert (wishes.both, wishes.anew, wishes.markers) == (True, True, [])
    assert wishes.tags == {"standard", "long"}


def test_a_run_ends_with_a_line_a_machine_can_read(capsys):
    """CI reads it."""
    table = Table()
    table.add("one", lambda: Outcome(Count(passed=3)))
    table.add("two", lambda: Outcome(Count(passed=2, failed=1)))
    assert table.conclude() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 1 failed"


def test_what_was_not_run_again_is_said_and_not_counted(capsys):
    """A number of tests passed that did not run would be a lie."""
    table = Table()
    table.note("one", Outcome(Count(), unchanged=700), 0.1)
    assert table.conclude() == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "0 passed, 0 failed"
    assert "700 not run: nothing has changed since they passed" in said


def test_a_stage_that_cannot_run_counts_as_failed(capsys):
    """The other stages run all the same."""

    def stumble():
        raise LabError("no disk")

    table = Table()
    table.add("one", stumble)
    table.add("two", lambda: Outcome(Count(passed=1)))
    assert table.conclude() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


def test_a_complaint_fails_a_stage_whose_tests_pass(capsys):
    """pytest may fail without a failed test, Odoo too."""
    table = Table()
    table.add("one", lambda: Outcome(Count(passed=1), "3 tests were skipped"))
    assert table.conclude() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


def test_a_run_of_no_tests_is_no_success():
    """A typing error in -k is not a green run."""
    assert Table().conclude() == 1


def test_a_report_is_added_up(tmp_path):
    """Errors are failures; skipped tests have not passed."""
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites>"
        '<testsuite tests="9" failures="1" errors="1" skipped="2"/>'
        '<testsuite tests="1" failures="0" errors="0" skipped="0"/>'
        "</testsuites>"
    )
    assert count(report) == Count(passed=6, failed=2, skipped=2)


def test_a_missing_report_is_a_failure(tmp_path):
    """pytest did not even get to its tests."""
    assert count(tmp_path / "none.xml").failed == 1


def test_a_tool_that_complains_is_counted_and_quoted(capsys, monkeypatch):
    """What ruff says is on the screen."""

    def says(tool, _odoo):
        return f"{tool.name}: a word" if tool.name == "bad" else ""

    monkeypatch.setattr(checks.Check, "complaints", says)
    tools = [checks.Check("good", []), checks.Check("bad", [])]
    outcome = checks.outcome("Lint", tools, None)
    assert outcome.count == Count(passed=1, failed=1)
    assert "bad: a word" in capsys.readouterr().out


@pytest.fixture
def addon(tmp_path):
    """Have a small addon."""
    for name in ("__manifest__.py", "views/a.xml", "tests/test_a.py"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("x")
    return tmp_path


def test_a_changed_view_asks_for_another_template(addon):
    """A database made from yesterday's addon proves nothing."""
    before = database.addon_digest(addon)
    (addon / "views" / "a.xml").write_text("y")
    assert database.addon_digest(addon) != before


@pytest.mark.parametrize("name", ["tests/test_a.py", "__pycache__/a.pyc", ".cache/x"])
def test_what_is_no_part_of_the_addon_does_not_ask_for_one(addon, name):
    """Writing a test costs no new database."""
    before = database.addon_digest(addon)
    (addon / name).parent.mkdir(exist_ok=True)
    (addon / name).write_text("y")
    assert database.addon_digest(addon) == before
