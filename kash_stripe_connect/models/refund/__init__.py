# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money given back, its credit note, and what a failed refund undoes.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_refund.py, test_credit_note.py.
"""

from . import credited
from . import details
from . import way
from . import account
from . import account_move
from . import account_move_line
from . import account_payment
from . import attention
from . import balance_transaction
from . import booking
from . import failed
from . import payment_transaction
from . import res_company
from . import source
from . import words
