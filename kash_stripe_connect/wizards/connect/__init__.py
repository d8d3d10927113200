# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dialogs of this room; models/connect says what it owns and may call."""

from . import connect_wizard
from . import moved_wizard
