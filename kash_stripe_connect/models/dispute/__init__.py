# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money a bank took back: the deadline, the evidence, the loss.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_dispute.py.
"""

from . import evidence
from . import ending
from . import account
from . import account_move
from . import account_move_line
from . import account_payment
from . import attention
from . import sale
from . import owed
from . import booking
from . import rest
from . import dispute
from . import movement
from . import res_company
from . import source
from . import words
from . import payer_data
