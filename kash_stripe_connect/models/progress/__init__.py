# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far the payment of an invoice has come, in one query.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_pay_link.py.
"""

from . import account
from . import account_journal
from . import account_move
