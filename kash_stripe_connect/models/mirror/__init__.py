# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's rows as they are, how far it was read (streams), and the windows in between.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_sync.py, test_stream.py, test_whose.py, test_bad_object.py,
    test_trouble.py.
"""

from . import bookable
from . import source
from . import whose
from . import account
from . import balance_transaction
from . import payment_transaction
from . import pull
from . import stream
from . import payer_data
