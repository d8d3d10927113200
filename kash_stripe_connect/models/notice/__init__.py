# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mails to the business, and the customer's receipt: facts, each said once.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_notice.py, test_receipt.py.
"""

from . import noticed
from . import text
from . import receipt
from . import mail_mail
from . import notice
from . import payment_transaction
from . import res_company
from . import res_partner
from . import payer_data
