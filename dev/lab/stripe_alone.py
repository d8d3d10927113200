"""`python3 -m dev stripe`: the emulator alone, with calls to try at once."""

import argparse
import subprocess
import sys
import time
from contextlib import suppress

from dev.lab import ports, web
from dev.lab.errors import LabError
from dev.lab.ports import HOST
from dev.lab.stack import ACCOUNT, ensure_account
from dev.lab.terminal import say

PATIENCE = 30.0
EXAMPLES = """
The Stripe emulator answers at {url} (docs/emulator.md). Ctrl-C stops it. Try:

  curl {url}/v1/account -H 'Authorization: Bearer {key}'

  curl {url}/v1/checkout/sessions -H 'Authorization: Bearer {key}' \\
    -d mode=payment -d success_url=https://example.com/done \\
    -d 'line_items[0][quantity]=1' \\
    -d 'line_items[0][price_data][currency]=usd' \\
    -d 'line_items[0][price_data][unit_amount]=10000' \\
    -d 'line_items[0][price_data][product_data][name]=Invoice'

  open the session's "url" in a browser and pay with 4242 4242 4242 4242, or

  curl {url}/_control/pay -H 'Content-Type: application/json' \\
    -d '{{"session_id": "cs_test_…"}}'

  curl {url}/v1/balance_transactions -H 'Authorization: Bearer {key}'
"""


def run_stripe(arguments: list[str]) -> int:
    """Run the emulator until stopped, on its own clock unless told otherwise."""
    wishes, others = _parser().parse_known_args(arguments)
    port = wishes.port or ports.free_port()
    command = [sys.executable, "-m", "dev.stripe_emulator", "--port", str(port)]
    with subprocess.Popen([*command, *(others or ["--auto"])]) as process:
        try:
            _await(process, port)
            ensure_account(port)
            say(examples(port))
            process.wait()
        except KeyboardInterrupt:
            process.terminate()
            with suppress(KeyboardInterrupt):
                process.wait()
    return process.returncode


def examples(port: int) -> str:
    """Return calls to copy, with the address and a key that work."""
    return EXAMPLES.format(url=f"http://{HOST}:{port}", key=ACCOUNT["secret_key"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m dev stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    return parser


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until the emulator answers."""
    begun = time.monotonic()
    while not web.answers(port, "/_control/health"):
        if process.poll() is not None or time.monotonic() - begun > PATIENCE:
            process.terminate()
            raise LabError(f"the Stripe emulator did not start on port {port}.")
        time.sleep(0.1)
