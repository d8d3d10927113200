# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Owns the way of a row: what is asked of Stripe, in which order, and done after.

May call every room but leaving and the hooks; nobody below calls it.
Its tests: tests/addon/ test_sync.py, test_webhook.py, test_trouble.py.
"""

from . import steps
