# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The only writer of journal entries: payments, days, fees, debits, taxes, books.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_record.py, test_day.py, test_held.py, test_debit.py,
test_currency.py, test_income_tax.py, test_converted.py, test_cash_basis.py,
test_books.py.
"""

from . import opening
from . import matching
from . import entry
from . import worth
from . import paid
from . import parts
from . import tax
from . import income
from . import lost_income
from . import converted
from . import booking
from . import rows
from . import payments
from . import undoing
from . import days
from . import movements
from . import setup
from . import change_books
from . import account
from . import account_account
from . import account_journal
from . import account_lock_exception
from . import account_move
from . import account_move_line
from . import account_partial_reconcile
from . import account_payment_method_line
from . import attention
from . import balance_transaction
from . import bookable
from . import books
from . import credit
from . import unrecorded
from . import debits
from . import movement
from . import payment_provider
from . import res_company
from . import reversal
