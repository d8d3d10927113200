# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Asking customers once more, by rules.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_reminder.py.
"""

from . import plan
from . import statement
from . import account_move
from . import line
from . import mail_mail
from . import reminder
from . import res_company
from . import res_partner
from . import rule
from . import payer_data
