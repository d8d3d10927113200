# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What makes a secret unreadable in the database: a key that lies elsewhere.

https://cryptography.io/en/latest/fernet/
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

OTHER_KEY = "made with another key"


class Unreadable(Exception):
    """There is no key, it is none, or it is another one than a text was made with."""


class Cipher:
    """Encrypts by the newest of several keys, and decrypts by any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys, the newest first.

        :raises Unreadable: one is no key of Fernet's
        """
        try:
            made = [Fernet(key) for key in keys]
        except ValueError as error:
            raise Unreadable(str(error)) from error
        self._newest, self._any = made[0], MultiFernet(made)

    def encrypt(self, text: str) -> str:
        """Return ``text`` as nobody reads it."""
        return self._newest.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Return the text that was encrypted.

        :raises Unreadable: by none of these keys
        """
        try:
            return self._any.decrypt(token).decode()
        except InvalidToken as error:
            raise Unreadable(OTHER_KEY) from error

    def is_of_newest(self, token: str) -> bool:
        """Tell whether the newest key made it."""
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return False
        return True
