# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The wire: the only room that imports the stripe package. Never imports odoo."""
