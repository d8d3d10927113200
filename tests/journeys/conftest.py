"""People's journeys: a real Odoo, the Stripe emulator, a mail server and Chromium.

Each test session has a database, ports, mails and programs of its own, so two may run
at the same time. What a test photographs lies in .lab/screenshots/<test>/.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dev.lab import odoo_source, paths, postgres
from dev.lab.commands import last_words
from dev.lab.database import Databases
from dev.lab.scratch import PREFIX
from dev.lab.stack import Stack, temporary

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1360, "height": 850}
PATIENCE_MS = 20_000
# Makes PDFs as ever, unless a test puts a file called *broken* beside it.
WKHTMLTOPDF = """#!/bin/sh
here=$(dirname "$0")
if [ -e "$here/broken" ] && [ "$1" != --version ]; then
    echo "no space left" >&2
    exit 1
fi
exec {program} "$@"
"""

Snap = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Run everything on a clone of the demo company, connected to the emulator."""
    with postgres.running() as pg:
        databases = Databases(odoo_source.find(), pg)
        name = f"{PREFIX}_{os.getpid()}_journeys"
        folder = paths.JOURNEYS / str(os.getpid())

        def make() -> None:
            databases.clone(databases.company(), name)
            can_be_broken(databases, folder)

        with temporary(databases, name, folder, make) as stack:
            yield stack


def can_be_broken(databases: Databases, folder: Path) -> None:
    """Put a program before the lab's own that makes PDFs and can fail at it."""
    path = databases.odoo.environment()["PATH"]
    program = shutil.which("wkhtmltopdf", path=path)
    own = paths.folder(folder / "bin") / "wkhtmltopdf"
    own.write_text(WKHTMLTOPDF.format(program=program))
    own.chmod(0o755)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run the machine's own Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def phone(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Open a page as a customer does, on a phone."""
    yield from _page(browser, stack, viewport=PHONE, is_mobile=True, has_touch=True)


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Open a page as an accountant does, on a desk."""
    yield from _page(browser, stack, viewport=DESKTOP)


@pytest.fixture
def snap(request: pytest.FixtureRequest) -> Snap:
    """Photograph a step: the pictures of a test are numbered in their order."""
    folder = paths.SCREENSHOTS / request.node.name
    shutil.rmtree(folder, ignore_errors=True)
    paths.folder(folder)

    def take(page: Page, name: str) -> None:
        number = len(list(folder.glob("*.png"))) + 1
        file = re.sub(r"[^a-z0-9]+", "-", name.lower())
        page.screenshot(path=folder / f"{number:02}-{file}.png", full_page=True)

    return take


@pytest.fixture
def log_in() -> Callable[[Page, str], None]:
    """Log a user of the demo company in, by the login page."""

    def log_in(page: Page, login: str) -> None:
        page.goto("/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.click("form.oe_login_form button[type=submit]")
        page.wait_for_selector(".o_main_navbar")

    return log_in


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show the end of each program's log beside a failure, and a last picture."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and stack:
        for service in stack.services:
            words = last_words(service.log, 40)
            report.sections.append((f"the log of {service.name}", words))
        _photograph_the_end(item)
    return report


def _page(browser: Browser, stack: Stack, **options) -> Iterator[Page]:
    """Open a page of Odoo in a browser window without a past."""
    context = browser.new_context(base_url=stack.url, locale="en-US", **options)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def _photograph_the_end(item: pytest.Item) -> None:
    """Keep what was on the screen when a test failed."""
    for name in ("phone", "page"):
        page = item.funcargs.get(name)
        if page:
            folder = paths.folder(paths.SCREENSHOTS / item.name)
            page.screenshot(path=folder / f"failed-{name}.png")
