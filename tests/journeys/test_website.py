"""The pay page where Odoo's website is installed: the same, and none of its own."""

import re

import pytest
import requests
from people import TIMEOUT, pay_link, with_module, write_invoice

pytestmark = pytest.mark.long

HEAVIEST = 60_000  # bytes of HTML, CSS and JavaScript


@pytest.fixture(scope="module")
def website():
    """Run everything on a clone of the demo company that has a website."""
    with with_module("website") as stack:
        yield stack


@pytest.fixture
def address(website):
    """Return the address of an invoice's pay page; the customer has no language."""
    partners = website.rpc("res.partner", "search", [("name", "=", "Cedar Library")])
    website.rpc("res.partner", "write", partners, {"lang": False})
    return pay_link(website, write_invoice(website, amount=33.0))


def look(address, **headers):
    """Open a page as a browser would, and stay where it answers."""
    return requests.get(
        address, headers=headers, timeout=TIMEOUT, allow_redirects=False
    )


def test_the_page_is_as_light_and_sets_no_cookie(website, address):
    """Nothing of the website's bundles; one main part."""
    page = look(address)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert page.text.count("<main") == 1
    paths = re.findall(r'(?:href|src)="(/web/assets/[^"]+)"', page.text)
    assert len(paths) == 2
    assert all("kash_stripe_connect.assets_pay" in path for path in paths)
    parts = [look(f"{website.url}{path}") for path in paths]
    assert sum(len(part.content) for part in [page, *parts]) < HEAVIEST


def test_a_language_of_the_browser_leads_to_no_other_address(website, address):
    """Odoo's website would answer with /fr/kash/pay/…; ours speaks it here."""
    french = [("code", "=", "fr_FR"), ("active", "in", [True, False])]
    langs = website.rpc("res.lang", "search", french)
    website.rpc("res.lang", "action_unarchive", langs)
    sites = website.rpc("website", "search", [])
    website.rpc("website", "write", sites, {"language_ids": [(4, langs[0])]})
    page = look(address, **{"Accept-Language": "fr-CA, fr;q=0.9"})
    assert page.status_code == 200
    assert 'lang="fr-FR"' in page.text


@pytest.mark.parametrize("path", ["guess", "guess/x/y", "guess/invoice.pdf", ""])
def test_a_wrong_address_has_our_page(website, path):
    """Neither the website's, nor a way into it."""
    page = look(f"{website.url}/kash/pay/{path}")
    assert page.status_code == 404
    assert "leads nowhere" in page.text
    assert "Set-Cookie" not in page.headers
