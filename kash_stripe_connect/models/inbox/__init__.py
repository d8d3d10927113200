# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's events, and what its lists set aside, each kept once until it is done.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_webhook.py, test_bad_list.py, test_privacy.py.
"""

from . import account
from . import attention
from . import event
from . import res_company
