# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""That the books equal Stripe's balance, day by day, or which difference has which
name.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_proof.py, test_analysis.py.
"""

from . import export
from . import account
from . import account_journal
from . import analysis
from . import attention
from . import balance_transaction
from . import finder
from . import line
from . import proof
