"""The emulator alone greets a person with calls that work."""

import argparse
import re
import shlex
import subprocess
import sys
from urllib.request import Request, urlopen

from dev.lab import paths, stripe_alone
from dev.lab.ports import free_port


def test_the_printed_calls_work():
    """Copied from the terminal, they answer; an example that fails teaches nothing."""
    command = [sys.executable, "-m", "dev", "stripe", "--port", str(free_port())]
    with subprocess.Popen(
        command, cwd=paths.REPO, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            answers = [ask(call) for call in calls(greeting_of(process))]
        finally:
            # Not SIGINT: what a CI starts in the background ignores that one.
            process.terminate()
    assert len(answers) == 3
    assert all('"object"' in answer for answer in answers)


def greeting_of(process):
    """Return what it prints, up to the last of its examples."""
    greeting = ""
    for line in process.stdout:
        greeting += line
        if "balance_transactions" in line:
            return greeting
    message = f"it ended after: {greeting}"
    raise AssertionError(message)


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
