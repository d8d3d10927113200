# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The hall: one file per model of which one method is wanted by several rooms.

It may call the named steps of every room below, in order, and holds no rule of its own.
Its tests are the rooms' own, `tests/addon/test_*.py`; imported last: it runs first.
"""

from . import account_journal
from . import account_move
from . import account_payment
from . import kash_stripe_balance_transaction
from . import mail_mail
from . import payment_transaction
from . import res_company
