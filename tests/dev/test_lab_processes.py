"""Programs the lab runs and stops, and ports they listen on."""

import os
import socket
import subprocess
import sys
import time

import psutil
import pytest

from dev.lab import alive, paths, ports, processes
from dev.lab.commands import Program
from dev.lab.errors import LabError
from dev.lab.processes import Service
from dev.lab.terminal import Step

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Keep the logs of this machine's lab out of it."""
    monkeypatch.setattr(paths, "LOGS", tmp_path / "log")


@pytest.fixture
def service(tmp_path):
    """Run a program that does nothing for a minute."""
    service = Service("sleeper", SLEEP, env=os.environ, folder=tmp_path)
    yield service
    service.stop()


def python(code, **options):
    """Return a program of a line of Python."""
    return Program([sys.executable, "-c", code], log="trial", **options)


def test_a_program_returns_its_output_and_leaves_it_in_a_log():
    """What scrolled by can be read later."""
    program = python("print('one'); print('two')")
    assert program.run(Step("x")) == "one\ntwo\n"
    assert program.log_file.read_text() == "one\ntwo\n"


def test_a_program_that_fails_is_told_by_its_last_lines():
    """The reason stands on the screen, not only in a file."""
    program = python("print('no space left'); raise SystemExit(3)")
    with pytest.raises(LabError, match=r"exit code 3(.|\n)*no space left"):
        program.run(Step("x"))


def test_a_program_is_given_its_input():
    """The seed is piped into `odoo shell`."""
    program = python("print(input() * 2)", stdin="ha\n")
    assert program.run(Step("x")) == "haha\n"


def test_a_silent_program_still_makes_news(monkeypatch):
    """Unpacking prints nothing, but takes ten seconds."""
    news = []
    step = Step("x")
    monkeypatch.setattr(step, "news", news.append)
    python("import time; time.sleep(1.5)", doing="unpacking").run(step)
    assert news == ["unpacking"]


def test_a_service_is_stopped_with_the_one_who_started_it(service):
    """Ctrl-C leaves nothing behind."""
    service.wait_until(lambda: "up" in service.log.read_text(), Step("x"))
    [pid] = alive.present(service.log.parent / "processes")
    service.stop()
    assert not psutil.pid_exists(pid)


def test_a_service_that_dies_is_told_by_its_last_lines(tmp_path):
    """Odoo's traceback is what one needs to see."""
    code = [sys.executable, "-c", "raise SystemExit('no such database')"]
    service = Service("odoo", code, env=os.environ, folder=tmp_path)
    with pytest.raises(LabError, match=r"odoo ended by itself(.|\n)*no such database"):
        service.wait_until(lambda: False, Step("x"))
    service.stop()


def test_what_a_killed_lab_left_running_is_stopped(service, tmp_path):
    """After `kill -9` the next start finds its ports and files free."""
    [pid] = processes.stop_left_over(tmp_path)
    assert not alive.born(pid)


def test_a_process_that_only_got_an_old_number_is_left_alone(tmp_path):
    """Numbers come round again: a stranger must not be stopped."""
    crew = tmp_path / "processes"
    stranger = subprocess.Popen(SLEEP)
    paths.folder(crew)
    (crew / str(stranger.pid)).write_text("1.00")
    try:
        assert processes.stop_left_over(tmp_path) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_the_dead_are_not_counted_as_present(tmp_path):
    """PostgreSQL is stopped even if another user of it was killed."""
    guest = subprocess.Popen(SLEEP)
    alive.sign_in(tmp_path, guest.pid)
    alive.sign_in(tmp_path)
    guest.kill()
    guest.wait()
    assert alive.present(tmp_path) == [os.getpid()]


def test_a_taken_port_is_said_in_a_sentence():
    """Another Odoo on 8069 is the likeliest thing of all."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LabError, match=f"port {port} is taken.*--port"):
            ports.require_free(port)


def test_a_free_port_may_be_used():
    """Also right after another program has left it."""
    port = ports.free_port()
    assert ports.require_free(port) == port


def test_a_service_that_ignores_the_request_is_made_to_stop(tmp_path, monkeypatch):
    """A program that hangs does not make the lab hang."""
    monkeypatch.setattr(processes, "GRACE", 0.2)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    code = [sys.executable, "-c", f"{deaf}; {SLEEP[-1]}"]
    service = Service("deaf", code, env=os.environ, folder=tmp_path)
    service.wait_until(lambda: "up" in service.log.read_text(), Step("x"))
    started = time.monotonic()
    service.stop()
    assert time.monotonic() - started < 5
