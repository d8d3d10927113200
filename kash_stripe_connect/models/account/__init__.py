# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The company's Stripe account: who it is, its state, its calendar, whose turn it is.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_status.py, test_platform.py, test_moved.py.
"""

from . import of_account
from . import attention
from . import calendar
from . import turns
from . import wire
from . import whereabouts
from . import status
from . import account
from . import capability
from . import ir_http
from . import mail_activity
from . import platform
from . import requirement
from . import res_company
from . import res_users
