# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The HTML of an e-mail: what stands in it of paying, put in and taken out.

Bodies are written by templates and by people, in any language: what is looked for is
the structure, never the words.
"""

from lxml import html
from markupsafe import Markup

# Of the block around our button.
MARK = "o_kash_stripe_pay"
# Stands for the token, which is longer, of a link that is made when the mail is sent.
TO_BE_MADE = "made-when-sent"
# Around Odoo's sentence on what to write on a bank transfer, to which account.
# account/data/mail_template_data.xml, email_template_edi_invoice
_TRANSFER = "object.payment_reference"
# What a template may place itself, and the variable that then stands for it.
PLACED = {
    "object.kash_stripe_link_url": "kash_stripe_link_url",
    "object._kash_stripe_mail_button()": "kash_stripe_mail_button",
}


def with_link(source):
    """Return a template's source for an invoice that is paid by a link.

    It does not ask for a bank transfer, and what a template places itself is a variable
    (``PLACED``): the invoice may have no link yet.
    """
    root = _parsed(source)
    for part in root.findall(f".//t[@t-if='{_TRANSFER}']"):
        follower = part.getnext()
        if follower is None or not {"t-else", "t-elif"} & set(follower.keys()):
            part.drop_tree()
    text = _text(root)
    for expression, variable in PLACED.items():
        text = text.replace(expression, variable)
    return text


def has_button(body):
    """Tell whether our block stands in a body."""
    return MARK in (body or "")


def without(body):
    """Return a body without our block, and without links that will not be made."""
    if MARK not in (body or "") and TO_BE_MADE not in (body or ""):
        return body
    root = _parsed(body)
    for block in root.find_class(MARK):
        block.drop_tree()
    for link in root.findall(".//a[@href]"):
        if TO_BE_MADE in link.get("href"):
            link.drop_tree()
    return Markup(_text(root))  # noqa: S704 - of a body that is HTML already


def same_words(one, other):
    """Tell whether two bodies say the same; an editor writes the HTML anew."""
    return _words(one) == _words(other)


def _words(body):
    return _parsed(body or "").text_content().split()


def _parsed(body):
    return html.fragment_fromstring(body, create_parent="div")


def _text(root):
    text = html.tostring(root, encoding="unicode")
    return text[len("<div>") : -len("</div>")]
