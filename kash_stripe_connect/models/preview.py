# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Seeing what something does to the books without doing it."""


class _SeenError(Exception):
    """A preview has seen enough."""


def previewed(env, act):
    """Do ``act``, take all of it back, and return what it returned (no records).

    What it raises comes through, and nothing was changed then, either.
    """
    try:
        with env.cr.savepoint():
            seen = act()
            raise _SeenError
    except _SeenError:
        return seen
