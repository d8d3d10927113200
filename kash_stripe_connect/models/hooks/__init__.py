# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Methods of Odoo's that several rooms want: what Odoo gives, then the rooms' steps.

May call: any room.
Tests: those of the rooms whose steps they call.
"""

from . import account_journal
from . import account_move
from . import account_move_line
from . import account_payment
from . import balance_transaction
from . import mail_mail
from . import payment_transaction
from . import res_company
