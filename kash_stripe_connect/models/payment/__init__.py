# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payment attempts: what was asked, what is taken, the provider of Odoo's they go by.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_no_double_payment.py, test_methods.py.
"""

from . import payer_step
from . import account
from . import account_move
from . import account_move_line
from . import account_payment
from . import allocation
from . import payment_method
from . import payment_provider
from . import payment_transaction
from . import payer_data
