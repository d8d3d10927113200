"""Odoo 19, PostgreSQL, a browser and the Stripe emulator on a bare machine."""
