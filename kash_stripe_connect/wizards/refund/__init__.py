# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dialogs of this room; models/refund says what it owns and may call."""

from . import refund_split
from . import credit_note_wizard
from . import payment_refund_wizard
from . import refund_part
