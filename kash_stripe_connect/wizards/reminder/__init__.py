# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dialogs of this room; models/reminder says what it owns and may call."""

from . import base_partner_merge
from . import reminder_preview
