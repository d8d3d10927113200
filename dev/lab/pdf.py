"""The program Odoo makes PDFs with: wkhtmltopdf, with the Qt that Odoo asks for.

With Debian's own, headers and footers are missing and several documents in one call
fail. The patched program comes as a Python package, built for x86-64; elsewhere
Debian's has to do.
"""

from dev.lab import packages, paths
from dev.lab.locks import locked

PATCHED = paths.VENV / "bin" / "wkhtmltopdf-pack"
# What it is linked with, beside the C and C++ libraries.
LIBRARIES = {
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
}
FROM_DEBIAN = {"wkhtmltopdf": "wkhtmltopdf"}


def ensure() -> None:
    """Have the program under the name Odoo looks for, first on its path."""
    if not PATCHED.exists():
        packages.ensure(FROM_DEBIAN)
        return
    packages.ensure(LIBRARIES)
    with locked("pdf"):
        link = paths.folder(paths.BIN) / "wkhtmltopdf"
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(PATCHED)
