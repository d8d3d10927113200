# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What survives the addon when it is uninstalled, and comes back with it.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_uninstall.py, tests/journeys/test_uninstall.py.
"""

from . import account
from . import handover
from . import ir_module_module
from . import restore
