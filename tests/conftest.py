"""Let tests import the addon as Odoo names it, with or without a database.

`python3 -m dev test` puts Odoo itself on the path; the addon's folder is added here.
No conftest.py may lie in tests/addon: pytest would import all of Odoo's test modules
with it, before pytest-odoo has told Odoo where its addons are.
"""

from pathlib import Path

import odoo.addons

REPO = str(Path(__file__).resolve().parents[1])

if REPO not in odoo.addons.__path__:
    odoo.addons.__path__.append(REPO)
