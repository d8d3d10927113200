"""The emulator as a process: real time, webhooks by themselves, a memory."""

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
from emulator_sdk import client_for, new_session


class Process:
    """A running emulator; `url` as its `ready` line gave it."""

    def __init__(self, *arguments):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dev.stripe_emulator", *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        ready = self._process.stdout.readline().split()
        self.url = ready[1] if ready else None

    def order(self, name, **values):
        """Give an order over HTTP."""
        url = f"{self.url}/_control/{name}"
        return requests.post(url, json=values, timeout=5).json()

    def stop(self):
        """Stop it as the lab does; return its exit code."""
        self._process.terminate()
        self._process.stdout.close()
        return self._process.wait(timeout=10)


@pytest.fixture
def start():
    """Start emulators, and stop those still running."""
    running = []

    def begin(*arguments):
        running.append(Process(*arguments))
        return running[-1]

    yield begin
    for process in running:
        process.stop()


@pytest.fixture
def receiver():
    """Listen for webhooks; refuse as many as `refusals` says."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            """Take a webhook."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.received.append((time.time(), body))
            server.refusals -= 1
            self.send_response(500 if server.refusals >= 0 else 200)
            self.end_headers()

        def log_message(self, *args):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.refusals = [], 0
    server.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def wait_for(condition, seconds=5):
    """Wait until it is so."""
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "waited in vain"
        time.sleep(0.02)


def test_webhooks_and_money_come_by_themselves(start, receiver):
    """In the demo nobody presses anything after the customer."""
    emulator = start("--auto")
    account = emulator.order("accounts")
    client = client_for(emulator, account["secret_key"])
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    session = new_session(client)
    paid = time.time()
    emulator.order("pay", session_id=session.id)
    wait_for(lambda: "charge.updated" in [e["type"] for _, e in receiver.received])
    times = {event["type"]: moment for moment, event in receiver.received}
    assert times["checkout.session.completed"] - paid < 0.5
    assert times["charge.updated"] - paid < 3


def test_a_refused_webhook_is_tried_again(start, receiver):
    """Odoo restarting loses nothing."""
    emulator = start("--auto")
    account = emulator.order("accounts")
    client = client_for(emulator, account["secret_key"])
    client.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["charge.succeeded"]}
    )
    receiver.refusals = 1
    emulator.order("pay", session_id=new_session(client).id)
    wait_for(lambda: len(receiver.received) == 2)
    first, second = receiver.received
    assert first[1]["id"] == second[1]["id"]
    assert second[0] - first[0] > 0.9


def test_delivery_can_be_switched_off(start, receiver):
    """A person may want to see what a lost webhook does."""
    emulator = start("--auto", "--deliver", "manual")
    account = emulator.order("accounts")
    client = client_for(emulator, account["secret_key"])
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    emulator.order("pay", session_id=new_session(client).id)
    time.sleep(0.3)
    assert receiver.received == []
    emulator.order("outbox/mode", mode="auto")
    wait_for(lambda: len(receiver.received) >= 4)


def test_the_clock_follows_real_time_with_an_offset(start):
    """Advancing two days releases money; then time goes on."""
    emulator = start("--auto")
    emulator.order("clock/advance", days=2)
    time.sleep(1.2)
    now = requests.get(f"{emulator.url}/_control/clock", timeout=5).json()["now"]
    assert 1 <= now - (int(time.time()) + 2 * 86400 - 1) <= 2


def test_a_restarted_demo_remembers(start, tmp_path, receiver):
    """Keys, money, what is waiting, and what is still to come."""
    state = str(tmp_path / "state.json")
    first = start("--state", state, "--now", "1763800000")
    account = first.order("accounts")
    client = client_for(first, account["secret_key"])
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    session = new_session(client, idempotency_key="K1")
    charge = first.order("pay", session_id=session.id)
    assert first.stop() == 0

    second = start("--state", state)
    client = client_for(second, account["secret_key"])
    assert client.v1.charges.retrieve(charge["id"]).balance_transaction is None
    assert new_session(client, idempotency_key="K1").id == session.id
    assert new_session(client).id != session.id
    second.order("settle")
    assert client.v1.balance.retrieve().pending[0].amount == 9680
    sent = second.order("outbox/deliver")
    assert [d["type"] for d in sent][-2:] == [
        "checkout.session.completed",
        "charge.updated",
    ]
    assert {d["last_status"] for d in sent} == {200}


def test_changes_are_saved_while_it_runs(start, tmp_path):
    """Not even a killed demo forgets its accounts."""
    state = tmp_path / "state.json"
    emulator = start("--state", str(state))
    account = emulator.order("accounts")
    wait_for(lambda: state.exists() and account["id"] in state.read_text())


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 1}', '{"format": 2}'])
def test_a_damaged_memory_is_said_so(tmp_path, text):
    """A sentence and exit code 2, not a traceback."""
    state = tmp_path / "state.json"
    state.write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "dev.stripe_emulator", "--state", str(state)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert "is damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_said_so(start):
    """A sentence, not a traceback."""
    emulator = start()
    port = emulator.url.rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-m", "dev.stripe_emulator", "--port", port],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode != 0
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr
