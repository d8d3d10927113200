"""Every page leads somewhere, and somebody leads to every page."""

import re
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted(REPO.glob("*.md")),
    *sorted((REPO / "docs").rglob("*.md")),
]


def unfenced(text):
    """Return a page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def prose(text):
    """Return a page without any code: what looks like a link there is none."""
    return re.sub(r"`[^`\n]*`", "", unfenced(text))


def targets(text):
    """Return where a page's links and pictures lead within the repository."""
    found = re.findall(r"\]\(([^)\s]+)\)", prose(text))
    return [t for t in found if not re.match(r"[a-z][a-z0-9+.-]*:|//", t)]


def anchors(text):
    """Return the names by which a page's headings can be linked to, as GitHub does."""
    headings = re.findall(r"^#+ (.+)$", unfenced(text), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def broken(page):
    """Return the links of a page that lead nowhere."""
    return [target for target in targets(page.read_text()) if not leads(page, target)]


def leads(page, target):
    """Tell whether a link has a file and, where it names one, a heading."""
    path, _hash, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists():
        return False
    return not anchor or (file.suffix == ".md" and anchor in anchors(file.read_text()))


def reached(pages):
    """Return the pages that another one links to, by themselves or by their folder."""
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in pages
        for target in targets(page.read_text())
        if not target.startswith("#")
    }
    return {page for page in pages if linked & {page, page.parent}}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_each_link_of_a_page_leads_somewhere(page):
    """A reader who follows a link must not stand before nothing."""
    assert broken(page) == []


def test_each_page_is_linked_to():
    """A page that nobody leads to is not read."""
    alone = set(PAGES) - reached(PAGES) - {REPO / "README.md"}
    assert sorted(str(page.relative_to(REPO)) for page in alone) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    """A missing file, a missing heading; code, other sites and mail are no links."""
    page = tmp_path / "page.md"
    page.write_text(
        "# What is *it*, exactly?\n\n"
        "[here](#what-is-it-exactly) [self](page.md#what-is-it-exactly)\n"
        "[gone](gone.md) ![gone](gone.png) [no heading](page.md#nowhere)\n"
        "[out](https://example.com/x.md) [mail](mailto:a@example.com)\n"
        "`[code](code.md)`\n\n```\n# no heading\n[block](block.md)\n```\n"
        "[comment](#no-heading)\n"
    )
    assert broken(page) == ["gone.md", "gone.png", "page.md#nowhere", "#no-heading"]


def test_a_page_nobody_links_to_is_found(tmp_path):
    """A page that leads out leads nobody in."""
    for name, text in {"a": "[b](b.md)", "b": "", "c": "[a](a.md#x)", "d": ""}.items():
        (tmp_path / f"{name}.md").write_text(text)
    pages = sorted(tmp_path.glob("*.md"))
    assert [page.stem for page in pages if page not in reached(pages)] == ["c", "d"]
