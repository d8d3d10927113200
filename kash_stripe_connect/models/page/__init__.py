# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the customer's page says: in which language, of what, and what became of it.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_pay_page.py, test_page.py, test_page_guard.py,
test_page_states.py, tests/journeys/test_page.py, test_pay.py.
"""

from . import hit
from . import ir_http
from . import pay_state
from . import wish
from . import several
from . import account
from . import pay_link
from . import res_company
