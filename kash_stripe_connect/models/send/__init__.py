# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The link on its way to the customer: e-mail, PDF, portal.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_send.py, test_batch.py.
"""

from . import account_move
from . import account_move_send
from . import mail_mail
from . import statement
from . import pay_link
from . import res_company
from . import res_partner
