# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taking a run back out of the books, and recording again what changed.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_undo.py, test_undo_batch.py, test_changed.py,
test_income_again.py.
"""

from . import balance_transaction
from . import booking
from . import proof_line
from . import reversal
from . import run
from . import ties
