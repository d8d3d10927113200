"""Ids that look like Stripe's and can be repeated from a seed."""

from __future__ import annotations

import hashlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Ids:
    """A sequence of ids: the same seed gives the same ids in the same order."""

    def __init__(self, seed: int | str, counter: int = 0) -> None:
        self.seed = seed
        self.counter = counter

    def new(self, prefix: str, length: int = 24) -> str:
        """Return `prefix` followed by `length` characters never given before."""
        self.counter += 1
        digest = hashlib.shake_256(f"{self.seed}:{self.counter}".encode()).digest(96)
        number = int.from_bytes(digest, "big")
        characters = []
        for _ in range(length):
            number, index = divmod(number, len(ALPHABET))
            characters.append(ALPHABET[index])
        return prefix + "".join(characters)
