"""The addon's README.rst, put together from its fragments in readme/."""

import ast

from dev.lab import paths

ADDON = paths.REPO / "kash_stripe_connect"
FRAGMENTS = {
    "DESCRIPTION": None,
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known issues / Roadmap",
    "HISTORY": "Changelog",
    "CONTRIBUTORS": "Contributors",
}


def compose() -> str:
    """Return the text that README.rst must have."""
    manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
    name = manifest["name"]
    parts = [f"{'=' * len(name)}\n{name}\n{'=' * len(name)}\n"]
    for fragment, title in FRAGMENTS.items():
        file = ADDON / "readme" / f"{fragment}.rst"
        if file.exists():
            heading = f"{title}\n{'=' * len(title)}\n\n" if title else ""
            parts.append(heading + file.read_text())
    parts.append("Licence: LGPL-3.0 or later.\n")
    return "\n".join(parts)


def run_readme(_arguments: list[str]) -> int:
    """Write README.rst anew."""
    (ADDON / "README.rst").write_text(compose())
    return 0
