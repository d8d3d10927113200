"""The configuration file an Odoo of the lab is run with."""

from pathlib import Path

from dev.lab import paths
from dev.lab.odoo_source import Odoo
from dev.lab.ports import HOST, free_port
from dev.lab.postgres import ROLE, Postgres


def write(
    path: Path,
    odoo: Odoo,
    pg: Postgres,
    *,
    http_port: int,
    smtp_port: int,
    database: str | None = None,
) -> Path:
    """Write the configuration and return where it lies."""
    options = {
        "addons_path": ",".join(map(str, odoo.addons_path)),
        "data_dir": paths.folder(paths.DATA),
        "db_host": pg.socket,
        "db_user": ROLE,
        "gevent_port": free_port(),
        "http_interface": HOST,
        "http_port": http_port,
        "list_db": False,
        "max_cron_threads": 2,
        "smtp_port": smtp_port,
        "smtp_server": HOST,
        "with_demo": False,
        "workers": 0,
    }
    if database:
        options |= {"db_name": database, "dbfilter": f"^{database}$"}
    lines = [f"{name} = {value}" for name, value in options.items()]
    paths.folder(path.parent)
    path.write_text("\n".join(["[options]", *lines, ""]))
    return path
