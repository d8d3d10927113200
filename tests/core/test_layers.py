"""Who may name whom: the house stands because these arrows point one way."""

import ast
import sys
from pathlib import Path

import pytest

from dev.lab import plan
from dev.plan import rules
from dev.plan.arrows import Arrows

REPO = Path(__file__).resolve().parents[2]
ADDON = REPO / "kash_stripe_connect"
PACKAGE = "odoo.addons.kash_stripe_connect"
# What each room may import, beside the standard library and itself.
ALLOWED = {
    "core": {"cryptography"},
    # The last two carry the first: timeouts are theirs.
    "gateway": {"stripe", "core", "requests", "urllib3"},
    # Odoo brings the last six: HTML, its strings, errors of HTTP, barcodes, tables,
    # numbers as a language writes them.
    "models": {
        "odoo",
        "core",
        "gateway",
        "const",
        "guard",
        "lxml",
        "markupsafe",
        "werkzeug",
        "reportlab",
        "xlsxwriter",
        "babel",
    },
    # Odoo's server is made of werkzeug: refusals before a page runs are its errors.
    "controllers": {
        "odoo",
        "werkzeug",
        "core",
        "gateway.errors",
        "gateway.patience",
        "gateway.webhook",
    },
    "wizards": {"odoo", "const", "guard"},
}


def imports_of(path, room):
    """Yield the rooms and packages a file of the addon imports, as dotted names."""
    depth_of_file = len(path.relative_to(ADDON).parts) - 1
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            if node.level <= depth_of_file:
                yield room
            elif node.module:
                yield node.module
            else:
                yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.removeprefix(f"{PACKAGE}.")


def is_allowed(name, room):
    """Tell whether a room may import ``name``."""
    top = name.split(".")[0]
    if top == room or top in sys.stdlib_module_names:
        return True
    return any(name == ok or name.startswith(f"{ok}.") for ok in ALLOWED[room]) or (
        top == "odoo" and "odoo" in ALLOWED[room]
    )


def files():
    """Return (room, file) for every Python file of the addon's rooms."""
    return [
        (room, path)
        for room in ALLOWED
        for path in sorted((ADDON / room).rglob("*.py"))
    ]


@pytest.mark.parametrize(
    ("room", "path"), files(), ids=lambda value: getattr(value, "name", value)
)
def test_a_room_imports_only_what_stands_below_it(room, path):
    """core knows nobody; only the gateway knows Stripe; nothing reaches upwards."""
    strangers = [name for name in imports_of(path, room) if not is_allowed(name, room)]
    assert strangers == []


@pytest.mark.parametrize("path", sorted((REPO / "dev").rglob("*.py")), ids=str)
def test_the_lab_never_imports_the_addon(path):
    """An emulator that shares code with the addon would share its mistakes."""
    names = [
        name
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    assert not [name for name in names if "kash_stripe_connect" in name]


def test_there_are_files_to_check():
    """A rule over an empty list would hold for ever."""
    assert {room for room, _path in files()} == set(ALLOWED)


# Sentences of Odoo's for the person who asked, and what a job runs again for.
FORESEEN = {
    "AccessError",
    "MissingError",
    "UserError",
    "PG_CONCURRENCY_EXCEPTIONS_TO_RETRY",
    # What `models/base/taking.py` makes of them, and both together.
    "ConcurrencyError",
    "BEGIN_ANEW",
    "SAID",
    # Babel's, of what a person typed for a number.
    "NumberFormatError",
}
# A preview takes all back, a turn is one commit: neither goes on after trouble. A row
# that somebody else has is no trouble.
SAVEPOINTS = {
    "models/account/turns.py",
    "models/base/records.py",
    "models/base/taking.py",
}


def caught(tree):
    """Yield what the ``except`` clauses of a file name; a bare one names nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            kinds = getattr(node.type, "elts", [node.type])
            yield from (ast.unparse(kind) if kind else "" for kind in kinds)


def test_only_the_guard_stops_what_nobody_foresaw():
    """Elsewhere an error is caught by the name that our own code or Odoo's gave it."""
    trees = {path: ast.parse(path.read_text()) for path in ADDON.rglob("*.py")}
    ours = {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    rooms = {path for room, path in files() if room not in {"core", "gateway"}}
    strangers = [
        f"{path.relative_to(ADDON)}: except {name}"
        for path in sorted(rooms)
        for name in caught(trees[path])
        if name.lstrip("*").split(".")[-1] not in ours | FORESEEN
    ]
    assert strangers == []


def test_one_of_many_is_done_alone_by_the_guard_only():
    """A savepoint of one's own would need an ``except`` of one's own, too."""
    found = {
        path.relative_to(ADDON).as_posix()
        for room, path in files()
        if room == "models" and ".savepoint(" in path.read_text()
    }
    assert found == SAVEPOINTS


@pytest.fixture(scope="module")
def offences():
    """Return what breaks a rule in the addon of today."""
    house = plan.today()
    return rules.offences(house, Arrows(house))


@pytest.mark.parametrize("rule", rules.RULES)
def test_nothing_breaks_a_rule_of_the_house(rule, offences):
    """docs/architecture.md says the rules; each message, the line and what to do."""
    broken = [str(offence) for offence in offences if offence.rule == rule]
    assert not broken, "\n" + "\n".join(broken)
