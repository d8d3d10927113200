# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Minor units, guarded facts, previews, and the wall between a person and others'
records.

May call: nothing of this addon but core and gateway.
Tests: tests/addon/test_walls.py, test_forms.py; tests/journeys/test_at_once.py.
"""

from . import currencies
from . import minor_units
from . import records
from . import rules
from . import taking
from . import wall
