"""Sentences with a number, or with a value that may be missing, are right with each."""

import ast
import re
from pathlib import Path

from lxml import etree

from odoo.addons.kash_stripe_connect.core import offers

ADDON = Path(__file__).parents[2] / "kash_stripe_connect"
DOCS = ADDON.parent / "docs"
CALLS = {"_", "_lt", "_lazy"}
# Odoo translates one sentence for every number: none may agree with one.
NUMBERS = {"count", "days", "done", "encrypted", "hours", "least", "minutes", "months"}
# After a number these stay as they are, whatever it is.
ANY_NUMBER = {"a", "after", "before", "min", "more", "of", "sent", "to"}
# *Invoicing ▸ Stripe ▸ Proof*, in a page.
WAY = re.compile(r"(?<![\w*])\*{1,2}(?=\w)([^*|]*▸[^*|]*)(?<=[\w…])\*{1,2}(?![\w*])")
# What of these ways is Odoo's own.
ODOOS = {"Actions", "Administrator", "Group By", "Merge", "Online Payments"}
# Never of one or none: why.
ALWAYS_MANY = {
    "%(count)s invoices": "where three or fewer, they are named",
}


def sentences():
    """Yield (where, sentence, {placeholder: its value}) of the addon's Python."""
    for path in sorted(ADDON.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            name = getattr(call, "func", None)
            name = getattr(name, "attr", None) or getattr(name, "id", None)
            if isinstance(call, ast.Call) and name in CALLS and call.args:
                text = call.args[0]
                if isinstance(text, ast.Constant):
                    where = f"{path.relative_to(ADDON)}:{call.lineno}"
                    yield where, text.value, {k.arg: k.value for k in call.keywords}


def counts(name, value):
    """Tell whether a placeholder is a number of things."""
    source = ast.unparse(value)
    return name in NUMBERS or bool(
        re.search(r"\blen\(|(?<!ac)count\b|digits=0", source)
    )


def documents():
    """Yield (file, tree) of each view, template and mail."""
    for path in sorted(ADDON.rglob("*.xml")):
        yield path.relative_to(ADDON), etree.parse(str(path))


def is_number(node):
    """Tell whether an element shows a number of things within a sentence."""
    name = node.get("name") or ""
    shown = node.get("t-out") or ""
    return bool(
        (node.tag == "field" and re.search(r"count$|_keep_", name))
        or re.search(r"len\(|(?<!ac)count\b", shown)
    )


def first_word(text):
    """Return the word that a text begins with, if it begins with one."""
    found = re.match(r"\s+([A-Za-z]+)", text or "")
    return found and found[1]


def test_no_sentence_of_the_code_agrees_with_one_number_only():
    """ "1 rows wait" was read by everybody who had one: "Rows that wait: 1"."""
    wrong = []
    for where, text, values in sentences():
        for name in (n for n, value in values.items() if counts(n, value)):
            word = first_word(text.partition(f"%({name})s")[2])
            if word and word not in ANY_NUMBER and text not in ALWAYS_MANY:
                wrong.append(f"{where}: {text}")
    assert wrong == []


def test_no_view_and_no_mail_agrees_with_one_number_only():
    """The number stands at the end there, too."""
    wrong = [
        f"{path}: {etree.tostring(node, encoding='unicode').strip()}"
        for path, tree in documents()
        for node in tree.iter(etree.Element)
        if is_number(node) and first_word(node.tail)
    ]
    wrong += [
        f"{path}: {found[0]}"
        for path, tree in documents()
        for node in tree.iter("field")
        for found in re.finditer(r"\{\{ *len\(.*?\}\} (?!news\b)\w+", node.text or "")
    ]
    assert wrong == []


def test_nothing_empty_is_put_into_a_sentence():
    """ "Paid at Stripe on , waiting": without the value there is another sentence."""
    wrong = [
        f"{where}: {text}"
        for where, text, values in sentences()
        for value in values.values()
        if any(
            isinstance(part, ast.Constant) and part.value == ""
            for part in ast.walk(value)
        )
    ]
    assert wrong == []


def test_what_links_leave_out_is_said_as_it_is():
    """Pages said *cards only* two versions after bank debits came."""
    names = {"customer_balance": "**Bank transfers**"}
    assert offers.LEFT_OUT.keys() == names.keys()
    said = (DOCS / "connect.md").read_text()
    assert [name for name in names.values() if name not in said] == []


def test_where_pages_send_people_there_is_something():
    """A menu or setting that was renamed leaves nobody searching."""
    sources = (path for ext in ("py", "xml") for path in ADDON.rglob(f"*.{ext}"))
    shown = " ".join(" ".join(path.read_text().split()) for path in sources)
    lost = [
        f"{page.name}: {way}"
        for page in (*DOCS.glob("*.md"), *(ADDON / "readme").glob("*.rst"))
        for way in WAY.findall(" ".join(page.read_text().split()))
        for step in way.split("▸")
        if step.strip(" …") not in shown and step.strip(" …") not in ODOOS
    ]
    assert lost == []
