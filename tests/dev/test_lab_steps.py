"""The lab's bookkeeping of what is done: stamps, locks, and what it tells of it."""

import multiprocessing
import time

import pytest

from dev.lab import locks, paths, stamps, terminal
from dev.lab.errors import LabError


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Keep the lab of this machine out of it."""
    monkeypatch.setattr(paths, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(paths, "LOCKS", tmp_path / "locks")


def ensure(key, work, *, sound=True):
    """Ensure a step named `tea`."""
    stamps.ensure("tea", key, "Tea", work, sound=lambda: sound)


def test_a_step_is_done_once_for_a_key():
    """The second start of the demo must not install anything again."""
    done = []
    ensure("green", done.append)
    ensure("green", done.append)
    assert len(done) == 1


def test_a_step_is_done_again_when_its_inputs_change():
    """A new pin in requirements.txt has to reach an old environment."""
    done = []
    ensure("green", done.append)
    ensure("black", done.append)
    assert len(done) == 2


def test_a_step_that_fails_is_not_done():
    """After a lost connection the next start tries again."""

    def spill(_step):
        raise LabError("the cup fell")

    with pytest.raises(LabError):
        ensure("green", spill)
    assert not stamps.is_current("tea", "green")


def test_a_step_that_fails_takes_its_old_stamp_along():
    """Half of the new over all of the old is neither."""
    ensure("green", lambda step: None)

    def spill(_step):
        raise LabError("the cup fell")

    with pytest.raises(LabError):
        ensure("black", spill)
    assert not stamps.is_current("tea", "green")


def test_a_done_step_whose_work_is_gone_says_damaged_and_offers_fresh():
    """Somebody deleted a folder under .lab/: say so, do not stumble over it."""
    ensure("green", lambda step: None)
    with pytest.raises(LabError, match=r"damaged \(tea\).*--fresh"):
        ensure("green", lambda step: None, sound=False)


def test_the_borders_between_inputs_count():
    """`ab, c` and `a, bc` are different inputs."""
    assert stamps.digest("ab", "c") != stamps.digest("a", "bc")


def test_the_name_of_a_file_counts_like_its_content(tmp_path):
    """A renamed view is another addon."""
    (tmp_path / "a").write_text("tea")
    before = stamps.digest_files(tmp_path, [tmp_path / "a"])
    (tmp_path / "a").rename(tmp_path / "b")
    assert stamps.digest_files(tmp_path, [tmp_path / "b"]) != before


def test_a_step_says_what_it_does_and_how_long_it_took(capsys):
    """Nobody waits in front of a silent terminal."""
    with terminal.step("Boiling water"):
        pass
    first, last = capsys.readouterr().out.splitlines()
    assert (first, last) == ("• Boiling water", "  done in 0.0 s")


def test_a_step_that_is_stopped_says_so(capsys):
    """The last line on the screen is not a lie."""
    with pytest.raises(KeyboardInterrupt), terminal.step("Boiling water"):
        raise KeyboardInterrupt
    assert "stopped in" in capsys.readouterr().out


def test_news_come_after_two_seconds_and_then_seldom(capsys, monkeypatch):
    """Short steps stay two lines long; long ones say how far they are."""
    now = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    step = terminal.Step("Boiling water")
    for second in range(12):
        now[0] = float(second)
        step.news(f"{second * 8} degrees")
    told = [line.split("  ")[-1] for line in capsys.readouterr().out.splitlines()]
    assert told == ["16 degrees", "56 degrees"]


def hold_the_kettle(held):
    """Hold a lock for a moment, in a process of its own."""
    with locks.locked("kettle"):
        held.set()
        time.sleep(0.5)


def test_a_second_command_waits_for_the_first_and_says_so(capfd):
    """Two terminals, one installation."""
    context = multiprocessing.get_context("fork")
    held = context.Event()
    other = context.Process(target=hold_the_kettle, args=(held,))
    other.start()
    held.wait()
    started = time.monotonic()
    with locks.locked("kettle"):
        waited = time.monotonic() - started
    other.join()
    assert waited > 0.2
    assert "Waiting for another lab command (kettle)" in capfd.readouterr().out
