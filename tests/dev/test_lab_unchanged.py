"""What has passed is not run again, and whatever may have changed it is noticed."""

import re

import pytest

from dev.lab import paths
from dev.lab.checks import Check
from dev.lab.junit import Count
from dev.lab.outcome import Outcome
from dev.lab.suite import jobs, unchanged

GOOD = Outcome(Count(passed=7))


@pytest.fixture(autouse=True)
def repo(tmp_path, monkeypatch):
    """Have a small repository and stamps of its own."""
    monkeypatch.setattr(paths, "STAMPS", tmp_path / ".lab" / "stamps")
    monkeypatch.setattr(paths, "REPO", tmp_path)
    for name in ("pyproject.toml", "dev/a.py", "dev/room/b.py", "docs/a.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    return tmp_path


def run(outcome=GOOD, *, anew=False, during=lambda: None):
    """Run what depends on dev/; tell whether it was done, and what came of it."""
    done = []

    def work():
        done.append(True)
        during()
        return outcome

    came = unchanged.unless(
        "trial", lambda: unchanged.key(["dev/**/*"]), work, anew=anew
    )
    return bool(done), came


def test_it_is_not_done_again_and_says_how_much_that_is():
    """A person knows what was not run."""
    run()
    assert run() == (False, Outcome(Count(), unchanged=7))


@pytest.mark.parametrize("name", ["dev/a.py", "dev/room/b.py", "pyproject.toml"])
def test_it_is_done_again_after_a_change_of_what_it_sees(repo, name):
    """The rules of the tools are inputs too."""
    run()
    (repo / name).write_text("y")
    assert run() == (True, GOOD)


def test_a_new_file_is_a_change(repo):
    """It may hold a test."""
    run()
    (repo / "dev/room/c.py").write_text("x")
    assert run()[0]


@pytest.mark.parametrize("name", ["docs/a.md", "dev/__pycache__/a.pyc", "dev/.x/a"])
def test_other_files_and_what_tools_leave_are_none(repo, name):
    """Running the tests must not be what makes them run again."""
    run()
    (repo / name).parent.mkdir(exist_ok=True)
    (repo / name).write_text("y")
    assert not run()[0]


def test_what_failed_is_done_again():
    """Also if it passed before."""
    run()
    run(Outcome(Count(failed=1)), anew=True)
    assert run()[0]


def test_what_was_changed_meanwhile_is_done_again(repo):
    """Nobody knows which of the two the tests saw."""
    run(during=lambda: (repo / "dev/a.py").write_text("y"))
    assert run()[0]


def test_it_is_done_again_when_asked_to():
    """Before a release."""
    run()
    assert run(anew=True) == (True, GOOD)


class TestByFile:
    """A tool that judges each file by itself."""

    @pytest.fixture
    def judge(self, repo):
        """Judge what lies in dev/, and tell the names of what was looked at."""
        seen = []

        def run(outcome=GOOD, rules="rules"):
            seen.clear()

            def work(files):
                seen.extend(file.name for file in files)
                return outcome

            unchanged.by_file("tool", rules, [*repo.glob("dev/**/*.py")], work)
            return seen

        return run

    def test_it_looks_at_what_has_changed_alone(self, repo, judge):
        """The others passed as they are."""
        assert judge() == ["a.py", "b.py"]
        assert judge() == []
        (repo / "dev/a.py").write_text("y")
        assert judge() == ["a.py"]

    def test_what_it_complained_of_is_looked_at_again(self, repo, judge):
        """And what passed before is not."""
        judge()
        (repo / "dev/a.py").write_text("y")
        judge(Outcome(Count(failed=1)))
        assert judge() == ["a.py"]

    def test_other_rules_judge_all_anew(self, judge):
        """A new version of the tool, another setting."""
        judge()
        assert judge(rules="others") == ["a.py", "b.py"]

    def test_the_tool_is_given_files_and_the_one_that_speaks_for_others(self, repo):
        """The manifest: its rules look at files that are no Python."""
        tool = Check("t", ["tool", "folder"], speaker="dev/room/b.py")
        given = tool.of_files([repo / "dev/a.py"])
        assert given.arguments == ["tool", "dev/a.py", "dev/room/b.py"]


def test_the_emulators_tests_see_the_emulator_alone(monkeypatch):
    """So a change of the addon does not run them again."""
    monkeypatch.undo()
    seen = unchanged.files(jobs.EMULATOR_INPUTS)
    read = [file for file in seen if file.suffix == ".py"]
    other = re.compile(r"paths\.|dev\.(lab|bench|plan)|import_module")
    assert len(read) > 50
    assert [file for file in read if other.search(file.read_text())] == []
