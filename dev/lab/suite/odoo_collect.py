"""Print the addon's tests as Odoo's own loader finds them; needs no database.

Run in Odoo's environment: `python -m dev.lab.suite.odoo_collect CONFIG`.
"""

import json
import sys
from importlib import import_module
from typing import Any

from dev.lab import paths


def told(test: Any) -> dict[str, Any]:
    """Return what the lab wants to know of a test."""
    name = test._testMethodName
    method = getattr(test, name)
    file = type(test).__module__.partition(".tests.")[2]
    return {
        "id": f"{file}.{type(test).__name__}.{name}",
        "tags": sorted(test.test_tags),
        "by_pytest_too": getattr(method, "by_pytest_too", False),
    }


def collect(config: str) -> list[dict[str, Any]]:
    """Return what Odoo's loader finds, with the addons that a file names."""
    options: Any = import_module("odoo.tools.config").config
    options.parse_config(["-c", config, "--log-level=error"])
    import_module("odoo.modules.module").initialize_sys_path()
    loader: Any = import_module("odoo.tests.loader")
    return [
        told(test)
        for module in loader.get_test_modules(paths.ADDON_NAME)
        for test in loader.get_module_test_cases(module)
    ]


if __name__ == "__main__":
    print(json.dumps(collect(sys.argv[1])))
