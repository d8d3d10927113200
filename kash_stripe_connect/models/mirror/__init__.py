# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's balance transactions as they are, and the windows they are read by.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_sync.py, test_bad_object.py, test_trouble.py.
"""

from . import bookable
from . import source
from . import account
from . import balance_transaction
from . import payment_transaction
from . import pull
