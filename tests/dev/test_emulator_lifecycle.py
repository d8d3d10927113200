"""Starting and stopping inside a test process."""

import socket
import threading
import time

import pytest
import requests
from emulator_sdk import client_for, new_session

from dev.stripe_emulator import StripeEmulator


def test_stopping_closes_the_socket_and_joins_every_thread():
    """Odoo's test runner must not inherit threads or ports from a test class."""
    before = set(threading.enumerate())
    with StripeEmulator(seed=1) as emulator:
        session = requests.Session()  # keeps its connection, and a server thread, open
        session.get(f"{emulator.url}/_control/health", timeout=5)
        port = int(emulator.url.rsplit(":", 1)[1])
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_stopping_does_not_wait_for_a_client_that_says_nothing():
    """Browsers open connections ahead of need."""
    with StripeEmulator(seed=1) as emulator:
        port = int(emulator.url.rsplit(":", 1)[1])
        idle = socket.create_connection(("127.0.0.1", port), timeout=1)
        requests.get(f"{emulator.url}/_control/health", timeout=5)
    idle.close()


def test_starting_and_stopping_costs_a_few_milliseconds():
    """Every test of the addon has an emulator of its own."""
    took = []
    for _ in range(10):
        begun = time.perf_counter()
        with StripeEmulator(seed=1):
            pass
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.005


def test_a_port_that_is_taken_ends_the_program(emulator, capsys):
    """The demo says which one."""
    port = int(emulator.url.rsplit(":", 1)[1])
    with pytest.raises(SystemExit):
        StripeEmulator(seed=1, port=port)
    assert f"Port {port} is in use" in capsys.readouterr().err


def test_two_emulators_run_side_by_side_without_knowing_each_other():
    """Parallel test classes may not share keys or money."""
    with StripeEmulator(seed=1) as one, StripeEmulator(seed=1) as other:
        account = one.create_account()
        assert one.url != other.url
        assert other.accounts() == []
        assert one.accounts() == [account]


def test_the_same_seed_gives_the_same_ids():
    """A failing test can be run again and read against its log."""
    ids = []
    for _ in range(2):
        with StripeEmulator(seed=7, now=1763800000) as emulator:
            account = emulator.create_account()
            client = client_for(emulator, account.secret_key)
            session = new_session(client)
            ids.append((account.id, session.id, emulator.pay(session.id)["id"]))
    assert ids[0] == ids[1]


def test_ids_carry_the_prefixes_of_their_kind_and_mode(emulator, account, client):
    """The addon tells kinds and modes apart by prefix."""
    session = new_session(client)
    charge = emulator.pay(session.id)
    emulator.settle()
    live = new_session(client_for(emulator, account.live_secret_key))
    assert session.id.startswith("cs_test_")
    assert live.id.startswith("cs_live_")
    assert charge["id"].startswith("ch_")
    assert charge["payment_intent"].startswith("pi_")
    assert emulator.object(charge["id"])["balance_transaction"].startswith("txn_")
    assert account.id.startswith("acct_")
    assert account.live_publishable_key.startswith("pk_live_")


def test_reading_changes_no_ids():
    """Two twins get the same ids of what is made, though one asks more often."""
    made = []
    for questions in (0, 3):
        with StripeEmulator(seed=1) as emulator:
            client = client_for(emulator, emulator.create_account().secret_key)
            asked = [client.v1.balance.retrieve() for _ in range(questions)]
            made.append(new_session(client).id)
            ids = [record.request_id for record in emulator.requests]
            assert len(set(ids)) == len(asked) + 1
    assert made[0] == made[1]
