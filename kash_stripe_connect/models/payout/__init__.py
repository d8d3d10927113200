# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money on its way to the bank, and the bank statement line that is its end.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_payout.py, test_bank_match.py, test_deposit.py.
"""

from . import match
from . import lists
from . import account
from . import account_bank_statement_line
from . import attention
from . import balance_transaction
from . import booking
from . import movement
from . import payout
from . import res_company
