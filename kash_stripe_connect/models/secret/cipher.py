# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What makes a secret unreadable in the database: a key that lies elsewhere.

https://cryptography.io/en/latest/fernet/
"""

import os

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.tools import config

VARIABLE = "KASH_STRIPE_ENCRYPTION_KEY"
OPTION = VARIABLE.lower()


class Unreadable(Exception):
    """There is no key, it is none, or it is another one than a text was made with."""


class Cipher:
    """Encrypts by the newest of several keys, and decrypts by any of them."""

    def __init__(self, keys):
        """Take the keys, the newest first.

        :raises Unreadable: one is no key of Fernet's
        """
        try:
            made = [Fernet(key) for key in keys]
        except ValueError as error:
            raise Unreadable(str(error)) from error
        self._newest, self._any = made[0], MultiFernet(made)

    def encrypt(self, text):
        """Return ``text`` as nobody reads it."""
        return self._newest.encrypt(text.encode()).decode()

    def decrypt(self, token):
        """Return the text that was encrypted.

        :raises Unreadable: by none of these keys
        """
        try:
            return self._any.decrypt(token).decode()
        except InvalidToken as error:
            raise Unreadable(VARIABLE) from error

    def is_of_newest(self, token):
        """Tell whether the newest key made it."""
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return False
        return True


def configured():
    """Return the cipher of this server; None where no key is configured.

    The environment wins over Odoo's configuration file. Several keys are separated by
    spaces or commas, the newest first.

    :raises Unreadable: what is configured is no key
    """
    words = os.environ.get(VARIABLE) or config.get(OPTION) or ""
    keys = str(words).replace(",", " ").split()
    return Cipher(keys) if keys else None
