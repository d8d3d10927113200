# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import base
from . import account
from . import privacy
from . import ledger
from . import link
from . import send
from . import refund
from . import payout
from . import opening
from . import proof
from . import undo
from . import uninstall
from . import reminder
from . import connect
from . import sync
from . import leave
