"""Ids that look like Stripe's and can be repeated from a seed."""

from __future__ import annotations

import hashlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Ids:
    """A sequence of ids: the same seed gives the same ids in the same order.

    Requests are counted apart: who reads more often gets no other ids of objects.
    """

    def __init__(self, seed: int | str, counter: int = 0, requests: int = 0) -> None:
        self.seed = seed
        self.counter = counter
        self.requests = requests

    def new(self, prefix: str, length: int = 24) -> str:
        """Return `prefix` followed by `length` characters never given before."""
        self.counter += 1
        return prefix + self._characters(f"{self.seed}:{self.counter}", length)

    def request(self) -> str:
        """Return the id of a request."""
        self.requests += 1
        return "req_" + self._characters(f"{self.seed}:request:{self.requests}", 14)

    def _characters(self, facts: str, length: int) -> str:
        digest = hashlib.shake_256(facts.encode()).digest(96)
        number = int.from_bytes(digest, "big")
        characters = []
        for _ in range(length):
            number, index = divmod(number, len(ALPHABET))
            characters.append(ALPHABET[index])
        return "".join(characters)
