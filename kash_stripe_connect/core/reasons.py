# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why one thing cannot go on, told in a sentence."""


class Reason(ValueError):
    """Something is as it must not be, and ``str()`` says so to a person.

    A bare ``ValueError`` is a mistake of the program instead, which nobody foresaw.
    """
