# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe held before the first row, shown and recorded.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_opening.py, test_opening_currency.py.
"""

from . import pull
from . import account
from . import booking
