"""The glossary and the code name the same things, in folders of any depth."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from dev.plan.python_source import model_of, names_of

REPO = Path(__file__).resolve().parents[2]
ADDON = REPO / "kash_stripe_connect"
GLOSSARY = REPO / "docs" / "glossary.md"
DECISIONS = sorted((REPO / "docs" / "decisions").glob("*.md"))
# With how many methods a first word is a word of the house.
MANY = 12


@cache
def classes(folder):
    """Return every class of a folder's Python files."""
    return [
        node
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(), path))
        if isinstance(node, ast.ClassDef)
    ]


def models(*folders):
    """Return the models that are made here; one that only extends makes none."""
    found = (model_of(node) for folder in folders for node in classes(folder))
    return {name for name, makes in found if makes}


def methods(*folders):
    """Return the names of all methods, without the prefix that Odoo's models need."""
    return {
        re.sub(r"^(_|action_)kash_stripe_", r"\1", statement.name)
        for folder in folders
        for node in classes(folder)
        for statement in node.body
        if isinstance(statement, ast.FunctionDef)
    }


def first_words(names):
    """Return {first word with its underscores: how many names begin with it}."""
    return Counter(m[0] for m in (re.match(r"_?[a-z]+_", name) for name in names) if m)


def listed(text, heading):
    """Return what the first cells under a heading of the glossary name, in order."""
    part = re.search(
        rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return re.findall(r"^\| `([^`]+)` \|", part[1], re.MULTILINE) if part else []


def gone(text, known):
    """Return what a decision names in its paragraph *In the code* that is not there."""
    paragraph = text.partition("**In the code.**")[2]
    named = re.findall(r"`(kash\.stripe[\w.]+|\w+)`", paragraph)
    return sorted(set(named) - known)


@cache
def known_names():
    """Return our models, and what is defined in the addon, its tests and the lab."""
    found = models(ADDON)
    for folder in (ADDON, REPO / "tests" / "addon", REPO / "dev", REPO):
        pattern = "*.py" if folder == REPO else "**/*.py"
        for path in folder.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text(), path)):
                if isinstance(node, ast.ClassDef):
                    found.add(node.name)
                elif isinstance(node, ast.stmt):
                    found.update(names_of(node))
    return found


def unlisted(text, *folders):
    """Return the models of folders that a glossary does not name."""
    return sorted(models(*folders) - set(listed(text, "Our models")))


@pytest.fixture(scope="module")
def text():
    """Return the glossary."""
    return GLOSSARY.read_text()


@pytest.fixture(scope="module")
def ours():
    """Return the folders whose models and verbs the glossary lists."""
    return ADDON / "models", ADDON / "wizards"


def test_each_model_stands_in_the_glossary(text, ours):
    """If this fails: a line under *Our models* in docs/glossary.md."""
    assert unlisted(text, *ours) == []


def test_each_model_of_the_glossary_exists(text, ours):
    """A name that is gone would be looked for in vain."""
    assert sorted(set(listed(text, "Our models")) - models(*ours)) == []


def test_a_model_on_its_way_moves_up_once_it_is_there(text, ours):
    """If this fails: move its line to *Our models*."""
    assert sorted(set(listed(text, "Models on their way")) & models(*ours)) == []


@pytest.mark.parametrize("heading", ["Our models", "First words of methods"])
def test_a_line_stands_once(text, heading):
    """Two lines for one name would come to differ."""
    names = listed(text, heading)
    assert names
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_a_method_begins_with_each_word_of_the_glossary(text, ours):
    """A verb that nobody uses any more explains nothing."""
    used = first_words(methods(*ours))
    assert [w for w in listed(text, "First words of methods") if w not in used] == []


def test_a_word_that_many_methods_begin_with_stands_in_the_glossary(text, ours):
    """If this fails: a line under *First words of methods*, or names that say more."""
    used = first_words(methods(*ours))
    known = set(listed(text, "First words of methods"))
    assert sorted(w for w, n in used.items() if n >= MANY and w not in known) == []


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_what_a_decision_names_in_the_code_is_there(path):
    """Files move and names change: the paragraph *In the code* must follow."""
    assert gone(path.read_text(), known_names()) == []


def test_a_model_nobody_listed_is_found(tmp_path):
    """However deep the folder, and although another class only extends Odoo's."""
    room = tmp_path / "room" / "inner"
    room.mkdir(parents=True)
    (room / "planted.py").write_text(
        'class Planted:\n    _name = "kash.stripe.planted"\n'
        'class Known:\n    _name = "kash.stripe.known"\n    _inherit = "mail.thread"\n'
        'class Odoos:\n    _name = "payment.refund.wizard"\n'
        '    _inherit = ["payment.refund.wizard", "kash.stripe.known"]\n'
    )
    glossary = "## Our models\n\n| `kash.stripe.known` | it |\n\n## Next\n"
    assert unlisted(glossary, tmp_path) == ["kash.stripe.planted"]


def test_a_first_word_is_read_behind_the_prefix_of_odoos_models(tmp_path):
    """``_kash_stripe_push_x`` pushes; so does ``_push_x``."""
    (tmp_path / "planted.py").write_text(
        "class Planted:\n"
        "    def _kash_stripe_push_one(self): ...\n"
        "    def _push_two(self): ...\n"
        "    def action_kash_stripe_open(self): ...\n"
        "    def write(self): ...\n"
    )
    assert first_words(methods(tmp_path)) == {"_push_": 2, "action_": 1}


def test_a_name_that_is_gone_is_found():
    """Only in the paragraph that speaks of the code; other models' names are Odoo's."""
    text = "`_old` once.\n\n**In the code.** `payment.transaction`: `_here`, `_gone`."
    assert gone(text, {"_here"}) == ["_gone"]
