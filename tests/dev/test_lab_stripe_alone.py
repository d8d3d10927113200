"""The emulator alone greets a person with calls that work."""

import argparse
import re
import shlex
import signal
import subprocess
import sys
from urllib.request import Request, urlopen

from dev.lab import paths, stripe_alone
from dev.lab.ports import free_port


def test_the_printed_calls_work():
    """Copied from the terminal, they answer; an example that fails teaches nothing."""
    run = f"stripe_alone.run_stripe(['--port', '{free_port()}'])"
    code = f"from dev.lab import stripe_alone; {run}"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=paths.REPO, stdout=subprocess.PIPE, text=True
    ) as process:
        greeting = ""
        while "balance_transactions" not in greeting:
            greeting += process.stdout.readline()
        try:
            answers = [ask(call) for call in calls(greeting)]
        finally:
            process.send_signal(signal.SIGINT)
    assert len(answers) == 3
    assert all('"object"' in answer for answer in answers)


def calls(greeting):
    """Return the calls that need no id of an earlier answer."""
    text = greeting.replace("\\\n", " ")
    found = re.findall(r"^ +curl (.*)$", text, re.MULTILINE)
    return [shlex.split(call) for call in found if "cs_test_…" not in call]


def ask(call):
    """Do what curl does: not every machine has it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="data", action="append", default=[])
    given = parser.parse_args(call)
    headers = dict(header.split(": ", 1) for header in given.headers)
    body = "&".join(given.data).encode() or None
    with urlopen(Request(given.url, body, headers)) as answer:  # noqa: S310 - loopback
        return answer.read().decode()


def test_the_examples_name_the_port():
    """Each run has its own."""
    assert "http://127.0.0.1:12111/v1/account" in stripe_alone.examples(12111)
