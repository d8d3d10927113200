# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The conductor: what is asked of Stripe, applied, and done after, in one list.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_sync.py, test_preview.py.
"""

from . import preview
from . import account
from . import balance_transaction
from . import event
from . import movement
from . import steps
