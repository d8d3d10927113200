# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pay link of an invoice, its guard, and the start of Stripe Checkout.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_pay_link.py, test_link_life.py, test_guard.py,
test_pay_page.py.
"""

from . import attention
from . import terms
from . import checkout
from . import methods
from . import guard
from . import asked
from . import open_items
from . import payer_link
from . import account
from . import account_move
from . import pay_link
from . import payment_transaction
from . import res_company
from . import res_partner
from . import partner_merge
from . import payer_data
