# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reminders may end with all that is open, receipts name credits; unless edited."""

import hashlib
import json

from lxml import etree, html

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

_MODULE = "kash_stripe_connect"
_FILES = ("data/mail_template_receipt.xml", "data/mail_template_reminders.xml")
# Of each e-mail, what 19.0.1.4.0 shipped, as :func:`signature` reads it.
_SHIPPED = {
    "mail_template_notice_receipt": {
        "fb503c5d83587f2d3e89c603d09c1ac5440eba7974f4e7a9207dd8a41d4fab17"
    },
    "mail_template_reminder_before": {
        "9fc4689621a2f9a8a8e7da83a167000d9a0c08a87e74bc6a0071bff298a468eb"
    },
    "mail_template_reminder_after": {
        "77f9f805d2712935a222fc26a0a447dca7389d40007d0a70f762d6138873d1ed"
    },
    "mail_template_reminder_last": {
        "f186c4ffd2f7abd5dd2cdf9bf6a2c73c69457d6a44d7285969cc9d9b27cf915b"
    },
}
_BODIES = """
    SELECT known.name, template.id, template.body_html
      FROM mail_template template
      JOIN ir_model_data known
        ON known.model = 'mail.template' AND known.res_id = template.id
     WHERE known.module = %s AND known.name IN %s
"""


def migrate(cr, version):
    """Write today's words where the stored ones are as they were shipped.

    In every language: a translation, which no version shipped, is a person's work.
    """
    cr.execute(_BODIES, (_MODULE, tuple(_SHIPPED)))
    found = cr.fetchall()
    env = api.Environment(cr, SUPERUSER_ID, {})
    words = _words_of_today()
    for name, template_id, bodies in found:
        stored = json.loads(bodies) if isinstance(bodies, str) else bodies or {}
        if stored and {signature(body) for body in stored.values()} <= _SHIPPED[name]:
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


def _words_of_today():
    """Return {name of a template: its body}, as this version ships it."""
    words = {}
    for path in _FILES:
        with file_open(f"{_MODULE}/{path}", "rb") as file:
            for record in etree.parse(file).iter("record"):
                body = record.find("field[@name='body_html']")
                words[record.get("id")] = "".join(
                    etree.tostring(node, method="html", encoding="unicode")
                    for node in body
                )
    return words
