# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Disconnecting, and going from test to live: both after a last sync.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_disconnect.py, test_live.py.
"""

from . import account
