# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mails that an update may write anew, since nobody has edited them.

For scripts in ``migrations/``. Templates are ``noupdate``, as Odoo's own, and what Odoo
has to reset one (``template.reset.mixin``) resets its subject and addresses as well.
"""

import hashlib
import json

from lxml import etree, html

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

_MODULE = "kash_stripe_connect"
_BODIES = """
    SELECT known.name, template.id, template.body_html
      FROM mail_template template
      JOIN ir_model_data known
        ON known.model = 'mail.template' AND known.res_id = template.id
     WHERE known.module = %s AND known.name IN %s
"""


def write_anew(cr, files, shipped):
    """Write today's words where the stored ones are as they were shipped.

    In every language: a translation, which no version shipped, is a person's work.

    :param files: paths below the addon that have the templates
    :param shipped: {name of a template: the signatures of what versions before shipped}
    """
    cr.execute(_BODIES, (_MODULE, tuple(shipped)))
    found = cr.fetchall()
    env = api.Environment(cr, SUPERUSER_ID, {})
    words = _words_of_today(files)
    for name, template_id, bodies in found:
        stored = json.loads(bodies) if isinstance(bodies, str) else bodies or {}
        if stored and {signature(body) for body in stored.values()} <= shipped[name]:
            env["mail.template"].browse(template_id).body_html = words[name]


def signature(body):
    """Return what a body is known by, however its tags are spaced and ordered."""
    root = html.fragment_fromstring(body, create_parent="div")
    nodes = [
        (
            node.tag,
            sorted(node.attrib.items()),
            (node.text or "").split(),
            (node.tail or "").split(),
        )
        for node in root.iter()
    ]
    return hashlib.sha256(repr(nodes).encode()).hexdigest()


def _words_of_today(files):
    """Return {name of a template: its body}, as this version ships it."""
    words = {}
    for path in files:
        with file_open(f"{_MODULE}/{path}", "rb") as file:
            for record in etree.parse(file).iter("record"):
                body = record.find("field[@name='body_html']")
                words[record.get("id")] = "".join(
                    etree.tostring(node, method="html", encoding="unicode")
                    for node in body
                )
    return words
