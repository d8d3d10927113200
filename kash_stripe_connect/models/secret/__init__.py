# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys at rest: kept or taken once, encrypted, never read by a person.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_secret.py, test_walls.py.
"""

from . import secret
from . import ir_config_parameter
