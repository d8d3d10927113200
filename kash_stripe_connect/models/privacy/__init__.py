# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is kept of payers, until when, and emptying it: each room says what it holds.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_privacy.py, test_merge.py.
"""

from . import payer_data
from . import res_company
