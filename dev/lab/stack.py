"""Odoo, the Stripe emulator and a mail server as one thing that starts and stops."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from dev.lab import mail, odoo_config, operator, paths, web
from dev.lab.database import Databases
from dev.lab.errors import LabError
from dev.lab.mail import MailBox
from dev.lab.ports import HOST, free_port
from dev.lab.processes import Service
from dev.lab.terminal import step

ACCOUNT = {
    "id": "acct_1KashLabHillStreet",
    "business_name": "Hill Street Books",
    "country": "US",
    "currency": "usd",
    "email": "hello@hillstreetbooks.example",
    "timezone": "America/Los_Angeles",
    "secret_key": "sk_test_KashLabHillStreetBooksSecret",
    "publishable_key": "pk_test_KashLabHillStreetBooksPublishable",
}
# The demo's secrets are encrypted at rest, as those of a real server should be.
ENCRYPTION = {
    "KASH_STRIPE_ENCRYPTION_KEY": "S2FzaExhYktlZXBzSXRzRGVtb1NlY3JldHNIZXJlISE="
}
KEY_VARIABLES = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY")
JSON_RPC = {"jsonrpc": "2.0", "method": "call", "id": 1}


@dataclass(frozen=True)
class Keys:
    """The keys of a real Stripe account, in test mode."""

    secret: str
    publishable: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Keys | None":
        """Return the keys a person set; refuse half of a pair, and real money."""
        secret, publishable = (environment.get(name, "") for name in KEY_VARIABLES)
        if not secret and not publishable:
            return None
        pair = " and ".join(KEY_VARIABLES)
        if not secret.startswith(("sk_test_", "rk_test_")):
            raise LabError(f"{pair} must be of test mode: sk_test_… or rk_test_….")
        if not publishable.startswith("pk_test_"):
            raise LabError(f"{pair} belong together: pk_test_… is missing.")
        return cls(secret, publishable)


@dataclass
class Stack:
    """The addresses of a running stack and the ways to ask it things."""

    databases: Databases
    database: str
    folder: Path
    odoo_port: int
    stripe_port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    services: list[Service] = field(default_factory=list)
    mailbox: MailBox | None = None
    own_keys: Keys | None = None
    platform: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return Odoo's address."""
        return f"http://{HOST}:{self.odoo_port}"

    @property
    def stripe_url(self) -> str:
        """Return the emulator's address."""
        return f"http://{HOST}:{self.stripe_port}"

    def environment(self) -> dict[str, str]:
        """Return the environment in which the addon talks to the emulator.

        With keys of one's own it talks to Stripe itself, and none of them is passed on.
        Programs in the stack's own `bin` come first.
        """
        env = self.databases.odoo.environment() | ENCRYPTION
        env["PATH"] = os.pathsep.join((str(self.folder / "bin"), env["PATH"]))
        if self.own_keys:
            return {name: env[name] for name in env if name not in KEY_VARIABLES}
        return env | {
            "KASH_STRIPE_API_BASE": self.stripe_url,
            "KASH_STRIPE_CONNECT_BASE": self.stripe_url,
            "KASH_STRIPE_JS_URL": f"{self.stripe_url}/js/endive/stripe.js",
            **self.platform,
        }

    def start_stripe(self, state: Path) -> None:
        """Start the emulator with the account of the demo company."""
        command = [sys.executable, "-m", "dev.stripe_emulator", "--auto"]
        options = ["--port", str(self.stripe_port), "--state", str(state)]
        with step("Starting the Stripe emulator") as current:
            stripe = Service(
                "stripe", [*command, *options], env=os.environ, folder=self.folder
            )
            self.services.append(stripe)
            stripe.wait_until(
                lambda: web.answers(self.stripe_port, "/_control/health"), current
            )
            ensure_account(self.stripe_port)
            self.platform = operator.set_up_platform(
                self.stripe_port, self.stripe_url, self.url
            )

    def start_odoo(self) -> None:
        """Start Odoo and wait until its login page answers."""
        config = odoo_config.write(
            self.folder / "odoo.conf",
            self.databases.odoo,
            self.databases.pg,
            http_port=self.odoo_port,
            smtp_port=self.smtp_port,
            database=self.database,
        )
        command = [sys.executable, "-m", "odoo", "-c", str(config)]
        with step("Starting Odoo") as current:
            odoo = Service("odoo", command, env=self.environment(), folder=self.folder)
            self.services.append(odoo)
            odoo.wait_until(lambda: web.answers(self.odoo_port, "/web/login"), current)

    def open_for_business(self, database: str) -> None:
        """Let the seed tell a database its address and connect it to Stripe."""
        keys = self.own_keys or Keys(ACCOUNT["secret_key"], ACCOUNT["publishable_key"])
        env = self.environment() | {
            "KASH_LAB_URL": self.url,
            "KASH_LAB_SECRET_KEY": keys.secret,
            "KASH_LAB_PUBLISHABLE_KEY": keys.publishable,
            "KASH_LAB_REPORT": str(self.report),
        }
        with step("Connecting the company to Stripe") as current:
            self.databases.script(database, "seed.open_for_business(env)", env, current)

    def find_another_invoice(self) -> None:
        """Let the seed report another invoice to pay, while everything runs."""
        env = self.environment() | {"KASH_LAB_REPORT": str(self.report)}
        with step("Another invoice to pay: the last one is paid") as current:
            self.databases.script(self.database, "seed.report(env)", env, current)

    @property
    def report(self) -> Path:
        """Return where the seed writes what there is to try."""
        return self.folder / "report.json"

    def check(self) -> None:
        """Complain if one of the programs has died."""
        self.databases.pg.check()
        for service in self.services:
            service.check()

    def stop(self) -> None:
        """Stop the programs, the last one first."""
        while self.services:
            self.services.pop().stop()

    def control(self, order: str, **values: Any) -> Any:
        """Give the emulator an order (see its `/_control/*`)."""
        return web.post(self.stripe_port, f"/_control/{order}", values)

    def rpc(
        self,
        model: str,
        method: str,
        *arguments: Any,
        login: str = "admin",
        **names: Any,
    ) -> Any:
        """Call a method of a model as a user, whose password is the login."""
        user = self.uid(login)
        call = [self.database, user, login, model, method, arguments, names]
        return self._call("object", "execute_kw", *call)

    def uid(self, login: str) -> int:
        """Return the number of a user, who must be able to log in."""
        found: int = self._call("common", "login", self.database, login, login)
        if not found:
            raise LabError(f"Odoo does not let {login} log in.")
        return found

    def _call(self, service: str, method: str, *arguments: Any) -> Any:
        """Make a JSON-RPC call."""
        params = {"service": service, "method": method, "args": arguments}
        answer = web.post(self.odoo_port, "/jsonrpc", {**JSON_RPC, "params": params})
        if "error" in answer:
            data = answer["error"]["data"]
            raise LabError(f"Odoo refused {method}: {data['name']}: {data['message']}")
        return answer.get("result")


def ensure_account(port: int) -> None:
    """Open the demo company's account at an emulator, unless it remembers it."""
    if ACCOUNT["id"] not in web.get(port, "/_control/accounts"):
        web.post(port, "/_control/accounts", ACCOUNT)


@contextmanager
def standing(
    stack: Stack, announce: Callable[[EmailMessage], None], prepare: Callable[[], None]
) -> Iterator[Stack]:
    """Have the whole stack for a while; the database is prepared once Stripe is up."""
    paths.folder(stack.folder)
    with ExitStack() as leaving:
        leaving.callback(stack.stop)
        if not stack.own_keys:
            stack.start_stripe(stack.folder / "stripe.json")
        prepare()
        stack.mailbox = leaving.enter_context(
            mail.receiving(stack.smtp_port, stack.folder / "mail", announce)
        )
        stack.start_odoo()
        yield stack


@contextmanager
def temporary(
    databases: Databases, name: str, folder: Path, make: Callable[[], None]
) -> Iterator[Stack]:
    """Have a stack on a database of its own, which is gone afterwards.

    `make` makes the database with its company; Stripe is connected here.
    """
    stack = Stack(databases, name, folder, free_port())

    def prepare() -> None:
        make()
        stack.open_for_business(name)

    try:
        with standing(stack, lambda mail: None, prepare):
            yield stack
    finally:
        databases.drop(name)
