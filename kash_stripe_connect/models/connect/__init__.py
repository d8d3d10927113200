# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys, onboarding, OAuth, and the webhook endpoint.

May call: the rooms on lower floors (dev/plan/floors.py).
Tests: tests/addon/test_connect.py, test_connect_edges.py, test_endpoint.py,
    test_moved.py.
"""

from . import endpoint
from . import keys
from . import moving
from . import onboarding
from . import oauth
from . import wallets
from . import account
from . import res_config_settings
from . import ticket
