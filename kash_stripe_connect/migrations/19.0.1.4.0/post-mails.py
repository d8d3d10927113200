# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mails to customers get the button of today, unless a person edited them."""

import hashlib
import json

from lxml import etree, html

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

_MODULE = "kash_stripe_connect"
_FILES = ("data/mail_template_data.xml", "data/mail_template_reminders.xml")
# Of each e-mail, what versions before this one shipped, as :func:`signature` reads it.
_SHIPPED = {
    "mail_template_new_link": {
        "f747a0a3735d2654d310a0419b7d701ceba36c5ab8b024988568408ae89bdbfc",
        "366cdc2c310c400beed8a079484d95efb1084cd1748a2b352eb94a18eb64900c",
    },
    "mail_template_reminder_before": {
        "b8d3afb4f28191b39493dec79fbf9c96e945f39ad4c59cc5d8f1830104081733"
    },
    "mail_template_reminder_after": {
        "03b27d81f6464a5fea4d05a49712a013a1b1b147095f7a8787592f9bac2fdb09"
    },
    "mail_template_reminder_last": {
        "4039772daecbc2b9c09a68778567ce4dd395e33bd7044ed4cee0c4be73dc6c8c"
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
