"""The addon's floor plan, read from its source as text; the addon is never imported."""
