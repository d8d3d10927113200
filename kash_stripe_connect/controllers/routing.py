# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How an address of ours is opened: whatever is sent to it, it makes no trouble."""

import functools
import inspect
import re

from odoo import http
from odoo.http import request
from odoo.tools.i18n import py_to_js_locale

from ..core.content_policy import content_policy

# Of a body; forms are read before a page's own code runs.
MAX_BYTES = 64 * 1024
_NUMBER = re.compile("[0-9]{1,10}")
# Of a page that is one person's.
PRIVATE_HEADERS = [
    ("Cache-Control", "no-store"),
    # Nothing to other sites. With no-referrer browsers would send our own form's POST
    # with "Origin: null", which cannot be told from a sandboxed frame elsewhere.
    ("Referrer-Policy", "same-origin"),
    ("X-Robots-Tag", "noindex, nofollow"),
]
# What an address lacks: a page may well have None for a default.
_LACKING = object()


def route(paths, **routing):
    """Open an address, as Odoo's ``route`` does, with a limit of 64 kB.

    The page gets what it names, as a text that a database can know or, where it says
    ``int``, as a number: a file where a text belongs is nothing, and so is a parameter
    called ``self``. What has no default is a part of the address, which then leads
    nowhere. Werkzeug's own numbers are no use: it stumbles over 5 000 digits.
    """

    def open_to_strangers(endpoint):
        limited = {"max_content_length": MAX_BYTES, **routing}
        opened = http.route(paths, **limited)(endpoint)
        _own, *asked = inspect.signature(endpoint).parameters.values()

        @functools.wraps(opened)
        def page(controller, /, *args, **sent):
            due = asked[len(args) :]
            read = {one.name: _read(one, sent.get(one.name)) for one in due}
            if _LACKING in read.values():
                # Odoo's own page would look the address up in the database.
                return request.make_response("Not found.", status=404)
            return opened(controller, *args, **read)

        return page

    return open_to_strangers


def show(template, values, *, status=200, script=None, leads_to=None):
    """Return a page of ours that nobody keeps, and that loads what it names only.

    :param values: with *company*, whose colours it has
    :param script: the address of Stripe's script, where the page may load it
    :param leads_to: an address of the pages its form leads to by way of ours
    """
    company = values.get("company")
    style = company and f":root {{ {company._kash_stripe_brand()} }}"
    # In the link's company: Odoo would look one up at the visitor's user.
    env = values["link"].env if "link" in values else request.env
    given = {**spoken(env), "request": request, "style": style, **values}
    page = env["ir.ui.view"]._render_template(template, given)
    response = request.make_response(page, status=status)
    response.headers.extend(PRIVATE_HEADERS)
    policy = content_policy(style=style, script=script, leads_to=leads_to)
    response.headers["Content-Security-Policy"] = policy
    return response


def spoken(env):
    """Return what a page says of its language; Odoo's templates have *lang* already."""
    code = env.lang or "en_US"
    direction = env["res.lang"]._get_data(code=code).direction
    return {"spoken": py_to_js_locale(code), "direction": direction or "ltr"}


def _read(asked, value):
    """Return what a page gets for a parameter; ``_LACKING`` if the address lacks it."""
    if type(value) is int:  # passed on by a controller that extends ours
        return value
    if not isinstance(value, str) or "\0" in value:
        return _LACKING if asked.default is asked.empty else asked.default
    if asked.annotation is not int:
        return value
    return int(value) if _NUMBER.fullmatch(value) else _LACKING
