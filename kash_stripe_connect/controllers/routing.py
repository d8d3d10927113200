# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How an address of ours is opened: whatever is sent to it, it makes no trouble."""

import functools
import inspect

from odoo import http
from odoo.http import request

# Of a body; forms are read before a page's own code runs.
MAX_BYTES = 64 * 1024


def route(paths, **routing):
    """Open an address, as Odoo's ``route`` does, with a limit of 64 kB.

    The page gets what it names, as the texts and numbers a database can know: a file
    where a text belongs is nothing, and so is a parameter called ``self``. What has no
    default is a part of the address, which then leads nowhere.
    """

    def open_to_strangers(endpoint):
        limited = {"max_content_length": MAX_BYTES, **routing}
        opened = http.route(paths, **limited)(endpoint)
        _own, *asked = inspect.signature(endpoint).parameters.values()

        @functools.wraps(opened)
        def page(controller, /, *args, **sent):
            due = asked[len(args) :]  # a controller that extends ours passes some on
            known = {
                one.name: sent[one.name]
                for one in due
                if one.name in sent and _is_sound(sent[one.name])
            }
            if any(one.default is one.empty and one.name not in known for one in due):
                # Odoo's own page would look the address up in the database.
                return request.make_response("Not found.", status=404)
            return opened(controller, *args, **known)

        return page

    return open_to_strangers


def _is_sound(value):
    return isinstance(value, int) or (isinstance(value, str) and "\0" not in value)
