"""Where things lie; everything the lab makes is under the ignored `.lab/`."""

from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
ADDON_NAME = "kash_stripe_connect"
ADDON = REPO / ADDON_NAME

LAB = REPO / ".lab"
VENV = LAB / "venv"
BIN = LAB / "bin"
ODOO = LAB / "odoo"
APT = LAB / "apt"
PG = LAB / "pg"
DATA = LAB / "data"
FILESTORE = DATA / "filestore"
CONFIGS = LAB / "conf"
LOGS = LAB / "log"
STAMPS = LAB / "stamps"
LOCKS = LAB / "locks"
PYCACHE = LAB / "pycache"
SCREENSHOTS = LAB / "screenshots"
DEMO = LAB / "demo"
JOURNEYS = LAB / "journeys"

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
SEED = Path(__file__).parent / "seed.py"


def folder(path: Path) -> Path:
    """Make the folder if it is not there yet and return it."""
    path.mkdir(parents=True, exist_ok=True)
    return path
