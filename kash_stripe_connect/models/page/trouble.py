# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page for when nothing works: it needs neither the database nor a template."""

import functools

from markupsafe import Markup

from odoo.tools import file_open
from odoo.tools.i18n import py_to_js_locale
from odoo.tools.translate import LazyTranslate, code_translations

_lt = LazyTranslate(__name__)

RETRY_SECONDS = "60"
_ADDON = "kash_stripe_connect"
_TITLE = _lt("This page does not work right now")
_SENTENCES = (
    _lt("That is our fault, not yours. Please try again in a minute."),
    _lt(
        "If you were paying, open the link from your e-mail once more: the page of the"
        " invoice says what was received. Do not pay again before you have seen it."
    ),
)
_PAGE = Markup(
    """<!DOCTYPE html>
<html lang="%(lang)s">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>%(title)s</title>
<link rel="icon" href="data:,">
<style>%(style)s</style>
</head>
<body>
<main>
<h1>%(title)s</h1>
%(sentences)s
</main>
</body>
</html>
"""
)


def trouble_page(lang):
    """Return the page in a language, or in English where it is not translated.

    :param lang: Odoo's code of it
    """
    if not code_translations.get_python_translations(_ADDON, lang):
        lang = "en_US"
    said = [text._translate(lang) for text in _SENTENCES]
    return _PAGE % {
        "lang": py_to_js_locale(lang),
        "title": _TITLE._translate(lang),
        "style": _style(),
        "sentences": Markup("\n").join(Markup("<p>%s</p>") % text for text in said),
    }


@functools.cache
def _style():
    """Return the style sheet of the pages, within this one: assets may not work."""
    with file_open(f"{_ADDON}/static/src/page/pay.css") as sheet:
        return Markup(sheet.read())  # noqa: S704 - our own file
