"""`python3 -m dev demo`: a company with customers and invoices, ready to be paid."""

import argparse
import json
import os
import shutil
import time
from email.message import EmailMessage

from dev.lab import alive, odoo_source, paths, pdf, ports, postgres, stamps
from dev.lab.database import Databases, addon_digest
from dev.lab.errors import LabError
from dev.lab.processes import stop_left_over
from dev.lab.stack import Keys, Stack, standing
from dev.lab.terminal import Step, say, step
from dev.lab.tools import DEMO_DATABASE

RUNNING = paths.DEMO / "running"
LOGINS = "admin, accountant or clerk; the password is the login"


def run_demo(arguments: list[str]) -> int:
    """Set up what is missing, start everything, and stay until stopped."""
    wishes = _wishes(arguments)
    started = Step("demo")
    _be_the_only_one()
    keys = Keys.from_environment(os.environ)
    port = ports.require_free(wishes.port)
    odoo = odoo_source.find(repair=wishes.fresh)
    pdf.ensure()
    with postgres.running(repair=wishes.fresh) as pg:
        stack = Stack(
            Databases(odoo, pg),
            f"{DEMO_DATABASE}_stripe" if keys else DEMO_DATABASE,
            paths.DEMO,
            port,
            _stripe_port(),
            own_keys=keys,
        )
        _forget_half_made(stack, fresh=wishes.fresh)
        with standing(stack, _announce, lambda: _prepare(stack)):
            _offer_something_to_pay(stack)
            say(_welcome(stack, started.seconds))
            _watch(stack)
    return 0


def _wishes(arguments: list[str]) -> argparse.Namespace:
    """Read the command's options."""
    parser = argparse.ArgumentParser(prog="python3 -m dev demo", description=__doc__)
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="make the demo database anew, and whatever is damaged under .lab/",
    )
    parser.add_argument("--port", type=int, default=8069, help="Odoo's port (8069)")
    return parser.parse_args(arguments)


def _be_the_only_one() -> None:
    """Refuse a second demo; clean up after one that was killed."""
    others = alive.present(RUNNING)
    if others:
        raise LabError(
            f"a demo is running already (process {others[0]}). Stop it with Ctrl-C "
            f"in its terminal, or with: kill {others[0]}"
        )
    alive.sign_in(RUNNING)
    if stop_left_over(paths.DEMO):
        say("• Stopped what an earlier demo left running")


def _forget_half_made(stack: Stack, *, fresh: bool) -> None:
    """Begin anew when asked to, or when there is no finished demo database."""
    if fresh:
        stack.databases.drop(stack.database)
    if not stack.databases.is_whole(stack.database):
        stack.databases.drop(stack.database)
        shutil.rmtree(stack.folder / "mail", ignore_errors=True)
        (stack.folder / "stripe.json").unlink(missing_ok=True)
        stamps.forget(stack.database)


def _stripe_port() -> int:
    """Return the emulator's port of last time: open payments lead there."""
    note = paths.folder(paths.DEMO) / "stripe-port"
    known = int(note.read_text()) if note.exists() else ports.free_port()
    port = known if ports.is_free(known) else ports.free_port()
    note.write_text(str(port))
    return port


def _prepare(stack: Stack) -> None:
    """Bring the demo database to the addon as it is now, at this address."""
    made_from = stamps.digest(stack.databases.odoo.identity, addon_digest())
    keys = stack.own_keys.secret if stack.own_keys else ""
    key = stamps.digest(made_from, stack.url, keys)
    if stamps.is_current(stack.database, key):
        return
    if not stack.databases.exists(stack.database):
        _make(stack)
    else:
        _update(stack)
    stamps.record(stack.database, key)


def _make(stack: Stack) -> None:
    """Make the demo database under another name until it is finished."""
    half = f"{stack.database}_half"
    company = stack.databases.company()
    with step("A database for the demo"):
        stack.databases.clone(company, half)
    stack.open_for_business(half)
    stack.databases.rename(half, stack.database)


def _update(stack: Stack) -> None:
    """Update the addon in the kept database, and its address."""
    with step(
        f"The addon or the port has changed, updating {stack.database}"
    ) as current:
        stack.databases.odoo_run(stack.database, ["-u", paths.ADDON_NAME], current)
    stack.open_for_business(stack.database)


def _offer_something_to_pay(stack: Stack) -> None:
    """Find another invoice if the one that is offered has been paid since."""
    invoice = json.loads(stack.report.read_text())["invoice"]
    [told] = stack.rpc("account.move", "read", [invoice], ["payment_state"])
    if told["payment_state"] != "not_paid":
        stack.find_another_invoice()


def _welcome(stack: Stack, seconds: float) -> str:
    """Say where everything is and what to try."""
    things = json.loads(stack.report.read_text())["things_to_try"]
    tries = [
        f"    {thing['text']}\n      {stack.url}{thing['path']}" for thing in things
    ]
    mails = os.path.relpath(stack.folder / "mail", paths.REPO)
    return "\n".join(
        [
            "",
            f"Ready after {seconds:.1f} s.",
            f"  Odoo      {stack.url}",
            f"            {LOGINS}",
            f"  Stripe    {_stripe(stack)}",
            f"  Mail      each one is told here and kept in {mails}/",
            "  Things to try:",
            *tries,
            "  Ctrl-C stops it all; the next start goes on where you stop.",
            "",
        ]
    )


def _stripe(stack: Stack) -> str:
    """Say which Stripe it is that the demo talks to."""
    if stack.own_keys:
        return "your own test account, asked each minute: it cannot call us"
    return f"{stack.stripe_url} (the emulator)"


def _announce(message: EmailMessage) -> None:
    """Tell about a mail that a customer would have got."""
    say(f"mail to {message['to']}: {message['subject']}")


def _watch(stack: Stack) -> None:
    """Stay until somebody stops the demo or one of its programs dies."""
    try:
        while True:
            stack.check()
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("\n• Stopping what was started here")
    finally:
        alive.sign_out(RUNNING)
