"""The parts of a running lab: PostgreSQL shared by commands, mail, HTTP."""

import os
import shutil
import signal
import smtplib
import subprocess
import sys
import threading
import time
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dev.lab import mail, paths, postgres, web
from dev.lab.errors import LabError
from dev.lab.ports import free_port

JOIN = """
import sys, pathlib
from dev.lab import paths, postgres
paths.PG, postgres.USERS, paths.LOCKS = map(pathlib.Path, sys.argv[1:])
with postgres.running() as pg:
    print(pg.sql("SELECT 'joined'"), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """Have a PostgreSQL of our own, not the one of this machine's lab."""
    folders = [tmp_path / name for name in ("pg", "users", "locks")]
    monkeypatch.setattr(paths, "PG", folders[0])
    monkeypatch.setattr(postgres, "USERS", folders[1])
    monkeypatch.setattr(paths, "LOCKS", folders[2])
    monkeypatch.setattr(paths, "FILESTORE", tmp_path / "filestore")
    return folders


def is_running(cluster):
    """Tell whether the server of a cluster is there."""
    return (cluster[0] / "postmaster.pid").exists()


def join(cluster):
    """Use the server from another process, until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", JOIN, *map(str, cluster)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=paths.REPO,
        text=True,
    )
    while "joined" not in process.stdout.readline():
        assert process.poll() is None
    return process


def leave(process):
    """Let the other process come to its end."""
    process.stdin.close()
    process.wait()
    process.stdout.close()


def test_the_last_user_of_postgresql_stops_it(cluster):
    """A test run beside the demo neither needs nor stops the demo's server."""
    with postgres.running():
        other = join(cluster)
    assert is_running(cluster)
    leave(other)
    assert not is_running(cluster)


def test_a_killed_user_does_not_keep_postgresql_running(cluster):
    """After `kill -9` the next command cleans up."""
    other = join(cluster)
    other.send_signal(signal.SIGKILL)
    leave(other)
    assert is_running(cluster)
    with postgres.running():
        pass
    assert not is_running(cluster)


def test_a_server_that_dies_is_told_by_its_last_lines(cluster):
    """The demo says what has died, not only that Odoo cannot log in."""
    with postgres.running() as pg:
        pg.check()
        os.kill(
            int((cluster[0] / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT
        )
        while is_running(cluster):
            time.sleep(0.05)
        with pytest.raises(LabError, match=r"PostgreSQL ended(.|\n)*shutdown"):
            pg.check()


def test_a_damaged_cluster_is_said_and_mended_when_asked(cluster):
    """Nothing is deleted without `--fresh`."""
    with postgres.running():
        pass
    shutil.rmtree(cluster[0] / "global")
    with pytest.raises(LabError, match=r"damaged .*--fresh"), postgres.running():
        pass
    with postgres.running(repair=True) as pg:
        assert pg.sql("SELECT 1") == "1"


def test_odoo_logs_in_as_a_role_that_may_make_databases(cluster):
    """Odoo refuses to run as `postgres`."""
    query = "SELECT rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = 'odoo'"
    with postgres.running() as pg:
        assert pg.sql(query) == "t"


def test_a_refused_query_is_a_sentence(cluster):
    """With what PostgreSQL has to say about it."""
    with postgres.running() as pg, pytest.raises(LabError, match="does not exist"):
        pg.sql("SELECT * FROM nowhere")


def test_a_mail_is_told_and_kept_as_a_file(tmp_path):
    """The demo shows it; a mail program opens it."""
    told = []
    port = free_port()
    message = EmailMessage()
    message["To"], message["Subject"] = "reader@example.com", "Your invoice"
    message.set_content("Please pay.")
    with mail.receiving(port, tmp_path, told.append) as box:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            server.send_message(message, from_addr="shop@example.com")
        [kept] = box.to("reader@example.com")
    assert [mail["subject"] for mail in told] == [kept["subject"]] == ["Your invoice"]
    assert b"Please pay." in (tmp_path / "0001.eml").read_bytes()


class Teapot(BaseHTTPRequestHandler):
    """A server that refuses coffee."""

    def do_GET(self):
        """Refuse."""
        self.send_error(418, "short and stout")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def teapot():
    """Run the refusing server."""
    server = HTTPServer(("127.0.0.1", 0), Teapot)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_program_that_refuses_is_not_ready(teapot):
    """Only 200 is."""
    assert not web.answers(teapot, "/health")


def test_a_program_that_is_not_there_is_not_ready():
    """Nobody listens yet."""
    assert not web.answers(free_port(), "/health")


def test_a_refusal_is_quoted(teapot):
    """With the program's own words."""
    with pytest.raises(LabError, match=r"answered 418(.|\n)*short and stout"):
        web.get(teapot, "/coffee")


def test_two_demos_at_once_are_refused(tmp_path, monkeypatch):
    """The second one names the first one's process."""
    from dev.lab import alive, demo

    monkeypatch.setattr(demo, "RUNNING", tmp_path)
    alive.sign_in(tmp_path, os.getppid())
    with pytest.raises(LabError, match=f"running already .process {os.getppid()}"):
        demo._be_the_only_one()
