"""`python3 -m dev …`: the lab of this repository, see docs/develop.md."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - the very case this sentence is for
    sys.exit(
        "error: the lab needs Python 3.10 to 3.13, this is Python "
        + sys.version.split()[0]
        + ". Start it with another one, for example: python3.11 -m dev"
    )

from dev.lab.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
