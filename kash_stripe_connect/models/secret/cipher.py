# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The encryption key of this server: it lies elsewhere than what it encrypts."""

import os

from odoo.tools import config

from ...core.cipher import Cipher

VARIABLE = "KASH_STRIPE_ENCRYPTION_KEY"
OPTION = VARIABLE.lower()


def configured():
    """Return the cipher of this server; None where no key is configured.

    The environment wins over Odoo's configuration file. Several keys are separated by
    spaces or commas, the newest first.

    :raises Unreadable: what is configured is no key
    """
    words = os.environ.get(VARIABLE) or config.get(OPTION) or ""
    keys = str(words).replace(",", " ").split()
    return Cipher(keys) if keys else None
