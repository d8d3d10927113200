# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dialogs of this room; models/send says what it owns and may call."""

from . import account_move_send_batch_wizard
from . import account_move_send_wizard
